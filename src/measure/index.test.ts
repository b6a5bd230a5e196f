import { describe, expect, test } from "bun:test";
import { JsonNumber, JsonObject } from "./json.ts";
import { FIELD_TYPES, type FieldType, specOf, type Value } from "./types.ts";
import { out, read, readJson, table } from "./value.testing.ts";

describe("around every value (wire contract section 5)", () => {
  table("NUMERIC", [
    [" \t\r\n22.5 \t\r\n", 22.5],
    ["22.5\0", 22.5],
    ["22.5\0\0\n\0", 22.5],
    ["\x0022.5", undefined],
    ["22\x005", undefined],
    ["", undefined],
    [" \n", undefined],
    ["\0", undefined],
    ['"22.5"', 22.5],
    ['" 22.5\\u0000"', 22.5],
    ['"\\u0032\\u0032"', 22],
    ['"\\"22.5\\""', undefined],
    ['""22.5""', undefined],
    ['""', undefined],
    ['" "', undefined],
    ['"', undefined],
    ["\u00a022.5", undefined],
    ["null", undefined],
    ["[22]", undefined],
    ["{}", undefined],
    ["true", undefined],
  ]);
  test("bytes that are not UTF-8 are refused for every type", () => {
    for (const type of FIELD_TYPES)
      for (const bytes of [
        [0xff],
        [0x22, 0xc3, 0x22],
        [0x31, 0xed, 0xa0, 0x80],
        [0x22, 0x5c, 0x6e, 0xff, 0x22],
        [0x7b, 0xff, 0x7d],
      ])
        expect(read(type, new Uint8Array(bytes))).toBeUndefined();
  });
  test("messages quote the first 40 characters, without controls", () => {
    read("NUMERIC", `\u001b[31m\u202e${"x".repeat(5000)}`);
    expect(out.error.length).toBeLessThan(200);
    expect(out.error).toContain("\\u{1b}[31m\\u{202e}xxx");
    read("NUMERIC", "é".repeat(50));
    expect(out.error).toContain(`"${"é".repeat(40)}…"`);
  });
});

describe("values inside JSON", () => {
  const rows: [FieldType, unknown, Value | undefined][] = [
    ["NUMERIC", 22.5, 22.5],
    ["NUMERIC", -0, 0],
    ["NUMERIC", 1e300, 1e300],
    ["NUMERIC", "22.5", 22.5],
    ["NUMERIC", " 22.5 ", 22.5],
    ["NUMERIC", '"22.5"', undefined],
    ["NUMERIC", true, undefined],
    ["NUMERIC", Number.NaN, undefined],
    ["NUMERIC", "", undefined],
    ["COUNTER", 7, 7],
    ["INT", 22, 22],
    ["INT", 22.5, undefined],
    ["INT", "1e3", 1000],
    ["INT", new JsonNumber("22.00"), 22],
    ["INT", new JsonNumber("9007199254740991.4"), undefined],
    ["INT", 2 ** 53, undefined],
    ["BOOL", true, true],
    ["BOOL", false, false],
    ["BOOL", 1, true],
    ["BOOL", 0, false],
    ["BOOL", "on", true],
    ["BOOL", 2, undefined],
    ["STRING", "x", "x"],
    ["STRING", "", ""],
    ["STRING", '"x"', '"x"'],
    ["STRING", " x ", " x "],
    ["STRING", 22.5, "22.5"],
    ["STRING", new JsonNumber("22.00"), "22.00"],
    ["STRING", true, "true"],
    ["STRING", "\ud800", undefined],
    ["STRING", "a\0", undefined],
    ["GEO", { lat: 1, lng: 2 }, { lat: 1, lng: 2 }],
    ["GEO", new JsonObject('{"lat":1,"lon":2.50}'), { lat: 1, lng: 2.5 }],
    ["GEO", new JsonObject('{"lat":1,"lat":1,"lon":2}'), undefined],
    ["GEO", "(1,2)", { lat: 1, lng: 2 }],
    ["GEO", 5, undefined],
    ["GEO", [1, 2], undefined],
    ["GEO", { lat: 1, lng: 2, constructor: 3 }, undefined],
    ["STRING", { a: 1 }, undefined],
    ["NUMERIC", { lat: 1, lng: 2 }, undefined],
  ];
  for (const [type, json, want] of rows)
    test(`${type} ${JSON.stringify(json)} ${want === undefined ? "is refused" : "is taken"}`, () => {
      expect(readJson(type, json)).toEqual(want as Value); // as above
      expect(out.verbatim).toBe(false);
    });
  test("null, arrays and nothing are refused for every type, and the message says what is accepted", () => {
    for (const type of FIELD_TYPES)
      for (const json of [null, [], [1], undefined]) {
        expect(readJson(type, json)).toBeUndefined();
        expect(out.error).toContain(specOf(type).accepts);
      }
  });
});
