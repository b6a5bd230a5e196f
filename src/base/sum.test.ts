import { expect, test } from "bun:test";
import { lostBy, settled } from "./sum.ts";

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
