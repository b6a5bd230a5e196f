import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseJson, parseValue } from "../index.ts";
import { out, read, readJson, table } from "../value.testing.ts";
import { specOf } from "../types.ts";

const encoder = new TextEncoder();

describe("STRING", () => {
  table("STRING", [
    ["dfdfd", "dfdfd", "dfdfd"],
    ["22.00", "22.00", "22.00"],
    ["null", "null"],
    ['{"a": 1}', '{"a": 1}'],
    ["[1]", "[1]"],
    ["true", "true"],
    ["  hello\0\n", "hello"],
    ['"  hello "', "  hello "],
    ['""', ""],
    ["", undefined],
    ["  ", undefined],
    ['"a\\nb"', "a\nb"],
    ['"\\u00e9"', "é"],
    ['"\\"x\\""', '"x"'],
    ['"a"b"', '"a"b"'],
    ['"a\\x"', '"a\\x"'],
    ['"', '"'],
    ['"a', '"a'],
    ['"a\nb"', '"a\nb"'],
    ["a\0b", undefined],
    ['"a\\u0000"', undefined],
    ['"\\ud800"', undefined],
    ['"\\ud83d\\ude00"', "😀"],
    ["😀", "😀"],
    ["\ufeffx", "\ufeffx"],
    ["__proto__", "__proto__"],
  ]);
  test("at most 64 KiB of UTF-8, or what the instance says", () => {
    expect(read("STRING", "é".repeat(32768))).toBe("é".repeat(32768));
    expect(read("STRING", `"${"a".repeat(65536)}"`)).toBe("a".repeat(65536));
    expect(read("STRING", "é".repeat(32769))).toBeUndefined();
    expect(out.code).toBe("value_too_large");
    expect(parseValue(specOf("STRING"), encoder.encode("abcd"), 0, 4, out, 3)).toBe(false);
    expect(parseJson(specOf("STRING"), "ééé", out, 5)).toBe(false);
    expect(out.code).toBe("value_too_large");
    expect(read("NUMERIC", "x")).toBeUndefined();
    expect(out.code).toBe("invalid_value");
  });
  test("any text survives as a JSON string, and verbatim bytes are the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!text.includes("\0"));
        expect(read("STRING", JSON.stringify(text))).toBe(text);
        const bytes = encoder.encode(JSON.stringify(text));
        parseValue(specOf("STRING"), bytes, 0, bytes.length, out);
        if (out.verbatim)
          expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(out.from, out.to))).toBe(text);
        expect(readJson("STRING", text)).toBe(text);
      }),
    );
  });
});
