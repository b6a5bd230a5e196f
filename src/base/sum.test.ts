import { expect, test } from "bun:test";
import fc from "fast-check";
import { lostBy, restOf, settled } from "./sum.ts";

function sumOf(values: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const value of values) {
    lost += lostBy(sum, value);
    sum += value;
  }
  return settled(sum, lost);
}

test.each([
  [new Array<number>(720).fill(0.1), 72],
  [[1, 1e100, 1, -1e100], 2],
  [[0.1, 0.2, 0.3], 0.6],
  [[], 0],
])("a sum is rounded once", (values, sum) => {
  expect(sumOf(values)).toBe(sum);
});
test("what overflows is infinite, not NaN", () => {
  expect(sumOf([1.7e308, 1.7e308])).toBe(Number.POSITIVE_INFINITY);
  expect(sumOf([-1.7e308, -1.7e308, 1])).toBe(Number.NEGATIVE_INFINITY);
});

test("a sum that is kept with what it lacks is as good as one that was made at once", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.double({ noNaN: true, min: -1e18, max: 1e18 }), { maxLength: 5 })), (pieces) => {
      let [kept, rest] = [0, 0];
      for (const values of pieces) {
        let [sum, lost] = [kept, rest];
        for (const value of values) {
          lost += lostBy(sum, value);
          sum += value;
        }
        [kept, rest] = [settled(sum, lost), restOf(sum, lost)];
      }
      const exact = sumOf(pieces.flat());
      const largest = Math.max(1, ...pieces.flat().map(Math.abs));
      // of numbers up to `largest`: far below what their plain sum may lose
      expect(Math.abs(kept - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -52 + largest * 2 ** -90);
    }),
  );
  expect([settled(1e16, 4), restOf(1e16, 1), restOf(Number.POSITIVE_INFINITY, 0)]).toEqual([1e16 + 4, 1, 0]);
});
