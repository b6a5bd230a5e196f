import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { de } from "../text/de/index.ts";
import { en } from "../text/en/index.ts";
import { agoText, exactText, spanText } from "./ago-text.ts";
import { formatNumber, formatValue, plainValue, freshness } from "./format-value.ts";
import { compare } from "./sorting.ts";

describe("ages", () => {
  test.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_599_000, "59 min"],
    [3 * 3600_000, "3 h"],
    [47 * 3600_000, "47 h"],
    [48 * 3600_000, "2 d"],
    [59 * 86_400_000, "59 d"],
    [70 * 86_400_000, "2 mo"],
    [800 * 86_400_000, "2 y"],
  ])("%i ms is %s", (ms, text) => {
    expect(spanText(ms, en.time)).toBe(text);
  });
  test("now, before and to come; in German, too", () => {
    expect([0, -1500, 12_000, -3 * 86_400_000].map((ms) => agoText(ms, en.time))).toEqual([
      "just now",
      "just now",
      "12 s ago",
      "in 3 d",
    ]);
    expect(agoText(12_000, de.time)).toBe("vor 12 s");
  });
  test("an older time never reads younger", () => {
    const order = ["s", "min", "h", "d", "mo", "y"];
    const size = (text: string) => {
      const [n = "", unit = ""] = text.split(" ");
      return order.indexOf(unit) * 1e6 + Number(n);
    };
    fc.assert(
      fc.property(fc.nat(4e12), fc.nat(4e12), (a, b) => {
        const [young, old] = a < b ? [a, b] : [b, a];
        expect(size(spanText(young, en.time))).toBeLessThanOrEqual(size(spanText(old, en.time)));
      }),
    );
  });
  test("the exact time has seconds", () => {
    expect(exactText("2026-03-01T12:00:05.25Z", { ...en.time, zone: "UTC" })).toBe("1 Mar 2026, 12:00:05");
    expect(exactText("2026-03-01T12:00:05.25Z", en.time, "Asia/Tokyo")).toBe("1 Mar 2026, 21:00:05");
  });
});

describe("values", () => {
  test.each([
    [22.4, null, "22.4"],
    [22.4, 2, "22.40"],
    [-18.25, 1, "\u221218.3"],
    [1234567, null, "1,234,567"],
    [1e21, null, "1.000e+21"],
    [1e-9, null, "1.000e\u22129"],
    [0, null, "0"],
    [true, null, "true"],
    ["checked", null, "checked"],
    [{ lat: 52.52, lng: 13.405 }, null, "52.52000, 13.40500"],
    ["12345678901234567890", null, "12345678901234567890"],
    [null, null, "–"],
  ])("%j with %j digits is %s", (value, decimals, text) => {
    expect(formatValue(value, { decimals }, "en-GB")).toBe(text);
  });
  test.each([
    [-18.25, "-18.25"],
    [1234567.5, "1234567.5"],
    [1e21, "1e+21"],
    [false, "false"],
    [{ lat: -33.9, lng: 151.2 }, "-33.9, 151.2"],
    [null, ""],
    ["NaN", "NaN"],
  ])("%j for spreadsheets is %s", (value, text) => expect(plainValue(value)).toBe(text));
  test("German writes a comma", () => expect(formatNumber(22.4, null, "de-DE")).toBe("22,4"));
  test.each([
    [null, "never"],
    [0, "fresh"],
    [50_001, "ageing"],
    [100_001, "stale"],
  ] as const)("%j ms of 100,000 is %s", (age, state) => expect(freshness(age, 100_000)).toBe(state));
});

test("texts are sorted as people count, and sorting is consistent", () => {
  const names = ["dev10", "dev2", "Dev1", "äther", "zeta"];
  expect([...names].sort((a, b) => compare(a, b, "en-GB"))).toEqual(["äther", "Dev1", "dev2", "dev10", "zeta"]);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(Math.sign(compare(a, b, "en-GB"))).toBe(-Math.sign(compare(b, a, "en-GB")) + 0);
    }),
  );
});
