import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseMoment } from "../http/history/range.ts";
import { ago, momentToCome } from "./numbers.ts";
import { clipped, colors, json, jsonAsIs, shellWord, table, utcClock, utcTime, visible, wantsColor } from "./text.ts";

const plain = colors(false);

test("JSON has the API's form, or what the program has", () => {
  expect([json({ aB: 1 }, 0), jsonAsIs({ aB: 1 }, 0)]).toEqual(['{"a_b":1}\n', '{"aB":1}\n']);
});

describe("visible", () => {
  test.each([
    ["plain °C ☃ 漢字", "plain °C ☃ 漢字"],
    ["\u001b[2Jx", "\\x1b[2Jx"],
    ["a\r\nb\tc", "a\\x0d\\nb\\tc"],
    ["\u009b31m", "\\x9b31m"],
    ["\u202egnp.exe", "\\u202egnp.exe"],
    ["zero\u200bwidth", "zero\\u200bwidth"],
    ["\ud800", "\\ud800"],
  ])("%j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test("nothing that a terminal obeys is left, whatever came in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(visible(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        expect(Bun.stringWidth(clipped(text, 10))).toBeLessThanOrEqual(10);
      }),
    );
  });
});

test("JSON for a terminal is the same value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = json({ text });
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(JSON.parse(shown)).toEqual({ text });
    }),
  );
});

test("columns line up, also with wide characters, and cells cannot break the table", () => {
  const shown = table(
    ["A", "NUMBER"],
    [
      ["漢字", "1"],
      ["x\n\u001b[0m", "1000"],
    ],
    plain,
    [1],
  );
  expect(shown).toBe("A           NUMBER\n漢字             1\nx\\n\\x1b[0m    1000\n");
  expect(table(["A"], [], plain)).toBe("");
});

test.each([
  ["abc/+.pem", "abc/+.pem"],
  ["a b", "'a b'"],
  ["it's", "'it'\\''s'"],
  ["$(reboot)", "'$(reboot)'"],
  ["(1,2)", "'(1,2)'"],
])("%s as a word of a shell command", (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});

test("colours only on terminals that want them", () => {
  expect(wantsColor({}, true)).toBe(true);
  expect(wantsColor({}, false)).toBe(false);
  expect(wantsColor({ NO_COLOR: "1" }, true)).toBe(false);
  expect(wantsColor({ NO_COLOR: "" }, true)).toBe(true);
  expect(wantsColor({ TERM: "dumb" }, true)).toBe(false);
});

test("a time that is none is no crash", () => {
  expect(utcTime(Number.NaN)).toBe("?");
  expect(utcClock("soon", 0)).toBe("?");
});

test("times say their zone, and are read back as they are printed", () => {
  const micros = 1_767_225_599_000_000;
  expect(utcTime(micros)).toBe("2025-12-31T23:59:59Z");
  expect(parseMoment("--from", utcTime(micros))).toBe(micros);
  expect(parseMoment("--from", utcTime(micros).replace("T", " "))).toBe(micros);
  expect(ago("--since", utcTime(micros), 0)).toBe(micros);
  expect(momentToCome("--expires", utcTime(micros), 0)).toBe(micros);
  expect(momentToCome("--expires", "2025-12-31T23:59", 0)).toBe(micros - 59e6);
  expect(utcClock("2026-01-01T01:02:03.004+01:00", micros / 1000 + 2000)).toBe("00:02:03.004Z");
  expect(utcClock("2025-12-31T01:02:03Z", micros / 1000 + 2000)).toBe("2025-12-31T01:02:03.000Z");
});
