import { expect, test } from "bun:test";
import fc from "fast-check";
import { Bucket } from "./bucket.ts";

const SECOND = 1_000_000;
const START = 1_700_000_000 * SECOND;

test("a burst may come at once, then as many a second as the rate", () => {
  const bucket = new Bucket(10, 30);
  for (let i = 0; i < 30; i++) {
    expect(bucket.wait(START)).toBe(0);
    bucket.take(1, START);
  }
  expect(bucket.wait(START)).toBe(SECOND / 10);
  expect(bucket.wait(START + SECOND / 20)).toBeGreaterThan(0);
  expect(bucket.wait(START + SECOND / 10)).toBe(0);
  expect(bucket.isFull(START + 2 * SECOND)).toBe(false);
  expect(bucket.isFull(START + 4 * SECOND)).toBe(true);
});
test("what is larger than the burst passes, and is paid for afterwards", () => {
  const bucket = new Bucket(100, 100);
  bucket.take(1100, START);
  expect(bucket.wait(START + 9 * SECOND)).toBeGreaterThan(0);
  expect(bucket.wait(START + 11 * SECOND)).toBe(0);
});
test("a clock that steps back neither gives nor takes", () => {
  const bucket = new Bucket(10, 10);
  bucket.take(10, START);
  expect(bucket.wait(START - 3600 * SECOND)).toBe(SECOND / 10);
  expect(bucket.wait(START - 3600 * SECOND + SECOND / 10)).toBe(0);
});
test("over any time no more is taken than the burst, the rate, and one piece", () => {
  const steps = fc.array(
    fc.record({ units: fc.integer({ min: 1, max: 50 }), later: fc.integer({ min: 0, max: 300_000 }) }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const bucket = new Bucket(100, 200);
      let now = START;
      let taken = 0;
      for (const { units, later } of all) {
        now += later;
        if (bucket.wait(now) > 0) continue;
        bucket.take(units, now);
        taken += units;
        expect(taken).toBeLessThanOrEqual(200 + ((now - START) / SECOND) * 100 + 50);
      }
    }),
  );
});
