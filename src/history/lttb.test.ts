import { expect, test } from "bun:test";
import fc from "fast-check";
import { lttb } from "./lttb.ts";

const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -5, max: 5 }));
const series = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e9 }), value), { maxLength: 300 }).map((steps) => {
  let time = 1.7e15;
  return { times: Float64Array.from(steps, ([step]) => (time += step)), values: steps.map(([, v]) => v) };
});

test("as many as asked for, ascending, with both ends; all when there are no more", () => {
  fc.assert(
    fc.property(series, fc.integer({ min: 2, max: 100 }), ({ times, values }, points) => {
      const kept = [...lttb(times, values, points)];
      expect(kept.length).toBe(Math.min(points, times.length));
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      if (times.length === 0) return;
      expect([kept[0], kept.at(-1)]).toEqual([0, times.length - 1]);
    }),
    { numRuns: 500 },
  );
});

test("one spike on a flat line is always kept", () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 2000 }), fc.nat(), fc.integer({ min: 4, max: 9 }), (n, where, points) => {
      const at = where % n;
      const times = Float64Array.from({ length: n }, (_, i) => 1.7e15 + i * 60e6);
      const values = Array.from(times, (_, i) => (i === at ? 1000 : 20));
      expect([...lttb(times, values, points)]).toContain(at);
    }),
  );
});

test("neither a shift in time nor a scale of the values changes the choice", () => {
  // whole numbers, so that nothing is rounded
  const small = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 200 });
  fc.assert(
    fc.property(small, fc.integer({ min: 3, max: 50 }), (values, points) => {
      const times = Float64Array.from(values, (_, i) => i * 1000);
      const moved = lttb(
        times.map((time) => time + 1e9),
        values.map((v) => v * 4),
        points,
      );
      expect([...moved]).toEqual([...lttb(times, values, points)]);
    }),
  );
});

test("the example that is counted by hand", () => {
  // three buckets of two: 1 2 | 3 4 | 5 6; each time the point farthest from the line to the next mean
  const times = Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7]);
  expect([...lttb(times, [0, 5, 0, 0, -5, 0, 9, 0], 5)]).toEqual([0, 1, 4, 6, 7]);
});
