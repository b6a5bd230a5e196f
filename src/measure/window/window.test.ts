import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { SlidingWindow, type WindowFigures } from "./window.ts";

function windowOf(span: number, points: readonly (readonly [number, number])[], most?: number): SlidingWindow {
  const window = new SlidingWindow(span, most);
  for (const [time, value] of points) window.add(time, value);
  return window;
}

/** The same by all that came, each time anew. */
function naive(span: number, came: readonly (readonly [number, number])[], at: number): WindowFigures | null {
  const byTime = new Map(came);
  const all = [...byTime].sort(([a], [b]) => a - b).filter(([time]) => time <= at);
  const inside = all.filter(([time]) => time > at - span).map(([, value]) => value);
  const [first] = inside;
  const last = inside.at(-1);
  if (first === undefined || last === undefined) return null;
  const sum = inside.reduce((a, b) => a + b, 0);
  const chain = [...all.filter(([time]) => time <= at - span).map(([, value]) => value)].slice(-1).concat(inside);
  let increase = 0;
  for (let i = 1; i < chain.length; i++) {
    const [a, b] = [chain[i - 1] ?? 0, chain[i] ?? 0];
    increase += b < a ? b : b - a;
  }
  return {
    count: inside.length,
    sum,
    average: sum / inside.length,
    minimum: Math.min(...inside),
    maximum: Math.max(...inside),
    first,
    last,
    change: last - first,
    increase,
  };
}

const POINTS = fc.array(fc.tuple(fc.nat({ max: 200 }), fc.integer({ min: 0, max: 50 })), { maxLength: 60 });

describe("figures over a window of time", () => {
  const points = [
    [10, 4],
    [20, 10],
    [30, 1],
    [40, 7],
  ] as const;
  test.each([
    ["all of it", 100, 40, { count: 4, average: 5.5, minimum: 1, maximum: 10, change: 3, increase: 6 + 1 + 6 }],
    ["without what is exactly as old as the span", 20, 40, { count: 2, first: 1, last: 7, increase: 1 + 6 }],
    ["seen from between two values", 15, 44, { count: 2, average: 4, change: 6 }],
    ["seen from a time before some of them", 100, 30, { count: 3, minimum: 1, maximum: 10, last: 1, increase: 6 + 1 }],
    ["long after the last value", 20, 1000, { count: 0, average: null, change: null, increase: null }],
  ] as const)("%s", (_, span, at, expected) => {
    expect(windowOf(span, points).figures(at)).toMatchObject(expected);
  });

  test("a value of a time that is there replaces it, a late one takes its place, and one too old is not taken", () => {
    const window = windowOf(30, points);
    expect(window.add(30, 3)).toBe(true);
    expect(window.add(25, 8)).toBe(true);
    expect(window.add(10, 99)).toBe(false);
    expect(window.figures(40)).toMatchObject({ count: 4, sum: 10 + 8 + 3 + 7, first: 10 });
  });

  test("property: exact for few values, in whatever order they come", () => {
    fc.assert(
      fc.property(POINTS, fc.integer({ min: 1, max: 120 }), (came, span) => {
        const window = windowOf(span, came);
        const newest = window.newest ?? 0;
        const { increase, ...rest } = window.figures(newest);
        const model = naive(span, came, newest);
        if (model === null) return expect(rest.count).toBe(0);
        const { increase: grown, ...others } = model;
        expect(rest).toEqual(others);
        expect(increase).toBe(grown);
      }),
    );
  });

  test("property: what is stored and restored goes on the same", () => {
    fc.assert(
      fc.property(POINTS, POINTS, fc.constantFrom(8, 512), (before, after, most) => {
        const one = windowOf(50, before, most);
        const other = SlidingWindow.restore(50, JSON.parse(JSON.stringify(one.state())), most);
        for (const [time, value] of after) {
          one.add(time, value);
          other.add(time, value);
        }
        expect(other.state()).toEqual(one.state());
        expect(other.figures(120)).toEqual(one.figures(120));
      }),
    );
  });

  test("property: of many values it holds few, and is wrong by a pane at its old end at most", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 200, maxLength: 600 }), (values) => {
        const points = values.map((value, i) => [i, value] as const);
        const [span, most] = [128, 32];
        const window = windowOf(span, points, most);
        expect(window.size).toBeLessThanOrEqual(most);
        const at = values.length - 1;
        const pane = (span * 2) / most;
        const found = window.figures(at);
        const counts = [span, span + pane].map((length) => naive(length, points, at)?.count ?? 0);
        expect(found.count).toBeGreaterThanOrEqual(counts[0] ?? 0);
        expect(found.count).toBeLessThanOrEqual(counts[1] ?? 0);
        expect(found).toEqual(naive(found.count, points, at) ?? found);
      }),
      { numRuns: 30 },
    );
  });
});
