import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countsOf, newestPart, silences } from "./counts.ts";

const MIN = 60_000;
/** 400 parts of a minute each. */
const range = { from: 0, to: 400 * MIN };
const at = (...minutes: number[]) => minutes.map((one) => ({ time: one * MIN, count: 1 }));

describe("when a device was silent", () => {
  test.each([
    ["heard in every part", at(...Array.from({ length: 400 }, (_, n) => n)), 400, []],
    // after 10 min without a value it is away; a value may lie at the end of its part
    ["a gap", at(0, 5, 100, 105), 110, [[16, 100]]],
    ["a gap as long as the timeout is none", at(0, 11), 12, []],
    ["never heard", [], 400, [[10, 400]]],
    ["silent until now, and not in what is to come", at(0), 60, [[11, 60]]],
  ])("%s", (_, counts, now: number, expected) =>
    expect(silences(counts, range, 10 * MIN, now * MIN)).toEqual(
      expected.map(([from = 0, to = 0]) => ({ from: from * MIN, to: to * MIN })),
    ),
  );

  test("no value lies in a silence, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(399), { maxLength: 40 }),
        fc.integer({ min: 1, max: 100 }),
        (parts, timeout) => {
          const counts = at(...parts.sort((a, b) => a - b));
          for (const { from, to } of silences(counts, range, timeout * MIN, range.to)) {
            expect(from).toBeLessThan(to);
            expect(counts.some(({ time }) => time + MIN > from && time < to)).toBe(false);
          }
        },
      ),
    );
  });
});

test("values are counted over all fields; what holds none is no part", () => {
  const rows = [
    { time: "1970-01-01T00:00:00Z", product: "p", "A:COUNT": 2, "B:COUNT": 1 },
    { time: "1970-01-01T00:01:00Z", product: "p", "A:COUNT": 0, "B:COUNT": null },
  ];
  expect(countsOf(rows)).toEqual([{ time: 0, count: 3 }]);
});

test("the newest part of a range has as many as fit, and ends where the last one does", () => {
  const counts = [
    { time: 0, count: 9 },
    { time: MIN, count: 3 },
    { time: 5 * MIN, count: 2 },
  ];
  expect(newestPart(counts, range, 5)).toEqual({ from: MIN, to: 6 * MIN + 1 });
  expect(newestPart(counts, range, 4)).toEqual({ from: 5 * MIN, to: 6 * MIN + 1 });
  // more than fit: it must be narrowed once more
  expect(newestPart(counts, range, 1)).toEqual({ from: 5 * MIN, to: 6 * MIN + 1 });
});
