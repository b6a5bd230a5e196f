import { expect, test } from "bun:test";
import fc from "fast-check";
import { askedWait, verdictOf, waitAfter, waitRefused } from "./schedule.ts";

const S = 1_000_000;

test.each([
  [200, "accepted"],
  [204, "accepted"],
  [299, "accepted"],
  [301, "failed"],
  [302, "failed"],
  [304, "failed"],
  [400, "refused"],
  [401, "failed"],
  [403, "failed"],
  [404, "failed"],
  [408, "failed"],
  [410, "gone"],
  [413, "refused"],
  [422, "refused"],
  [429, "failed"],
  [500, "failed"],
  [503, "failed"],
] as const)("%i is %s", (status, verdict) => {
  expect(verdictOf(status)).toBe(verdict);
});

test("ten tries in about three days, then it is given up", () => {
  const waits = Array.from({ length: 10 }, (_, i) => waitAfter(i + 1, 0.5));
  expect(waits.map((wait) => wait && wait / S)).toEqual([
    5,
    300,
    1800,
    7200,
    18_000,
    36_000,
    50_400,
    72_000,
    86_400,
    null,
  ]);
  expect([1, 2, 3].map((times) => waitRefused(times, 0.5))).toEqual([5 * S, 30 * S, null]);
});

test("chance moves a wait by a tenth of it at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const [wait = 0, middle = 0] = [waitAfter(failures, chance) ?? 0, waitAfter(failures, 0.5) ?? 0];
      expect(Math.abs(wait - middle)).toBeLessThanOrEqual(middle / 10 + 1);
    }),
  );
});

test.each([
  [null, 0],
  ["", 0],
  ["soon", 0],
  ["-5", 0],
  ["120", 120 * S],
  [" 7 ", 7 * S],
  ["99999999", 86_400 * S],
  ["Thu, 01 Jan 2026 00:01:00 GMT", 60 * S],
  ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
])("Retry-After: %p", (value, expected) => {
  expect(askedWait(value, Date.UTC(2026, 0, 1) * 1000)).toBe(expected);
});
