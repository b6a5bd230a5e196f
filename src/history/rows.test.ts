import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { FieldType, Value } from "../measure/types.ts";
import { MemoryReads } from "../store/memory/points.ts";
import type { Point } from "../store/ports.ts";
import { bucketsOf, evenBuckets } from "./buckets.ts";
import { rowsOf, type Shape } from "./rows.ts";
import type { Aggregation, Column, Fill, Range, Row } from "./types.ts";

/** Series by number, each a list of [seconds after BASE, value]. */
class Memory extends MemoryReads {
  asked = 0;
  constructor(private readonly series: readonly (readonly (readonly [number, Value])[])[]) {
    super();
  }
  protected pointsOf(series: number): readonly Point[] {
    this.asked++;
    return (this.series[series] ?? []).map(([second, value]) => ({ time: at(second), value }));
  }
}
const BASE = Date.UTC(2026, 0, 1) * 1000;
const at = (second: number) => BASE + second * 1e6;
const column = (
  key: string,
  type: FieldType,
  series: number | undefined,
  aggregation: Aggregation = "AVG",
): Column => ({
  key,
  type,
  series,
  aggregation,
});
async function all(store: Memory, columns: readonly Column[], range: Range, shape: Shape): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const some of rowsOf(store, columns, range, shape)) rows.push(...some);
  return rows;
}
/** [seconds after BASE, cells]. */
const plain = (rows: readonly Row[]): unknown[][] => rows.map(({ time, cells }) => [(time - BASE) / 1e6, ...cells]);
const DAY: Range = { from: at(0), to: at(86_400) };

describe("raw", () => {
  test("columns meet where the time is equal; one that was never recorded is empty", async () => {
    const store = new Memory([
      [
        [1, 10],
        [3, 30],
      ],
      [
        [2, true],
        [3, false],
      ],
    ]);
    const columns = [column("A", "NUMERIC", 0), column("B", "BOOL", 1), column("C", "STRING", undefined)];
    expect(plain(await all(store, columns, DAY, { kind: "raw" }))).toEqual([
      [1, 10, null, null],
      [2, null, true, null],
      [3, 30, false, null],
    ]);
  });

  test("is the naive merge, however many reads it takes", async () => {
    const points = fc
      .uniqueArray(fc.nat(3000), { maxLength: 400, size: "max" })
      .map((list) => list.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(fc.array(points, { minLength: 1, maxLength: 4 }), async (lists) => {
        const store = new Memory(lists.map((list) => list.map((second) => [second, `t${second}`] as const)));
        const columns = lists.map((_, i) => column(String(i), "STRING", i));
        const times = [...new Set(lists.flat())].sort((a, b) => a - b);
        const want = times.map((t) => [t, ...lists.map((list) => (list.includes(t) ? `t${t}` : null))]);
        expect(plain(await all(store, columns, DAY, { kind: "raw" }))).toEqual(want);
      }),
      { numRuns: 30 },
    );
  });
});

const buckets = (range: Range, fill: Fill, lookBack = false, now = at(1e6)): Shape => ({
  kind: "buckets",
  buckets: bucketsOf({ count: 1, unit: "h" }, range, null, 1000),
  fill,
  lookBack,
  now,
});

describe("buckets", () => {
  const store = new Memory([
    [
      [-100, 5],
      [3600, 10],
      [3700, 20],
      [3 * 3600, 40],
    ],
    [[2 * 3600, "x"]],
  ]);
  const columns = [column("A", "NUMERIC", 0), column("N", "NUMERIC", 0, "COUNT"), column("S", "STRING", 1, "LAST")];
  const range: Range = { from: at(0), to: at(5 * 3600) };

  test.each<[Fill, boolean, unknown[][]]>([
    [
      "none",
      false,
      [
        [3600, 15, 2, null],
        [7200, null, 0, "x"],
        [10_800, 40, 1, null],
      ],
    ],
    [
      "null",
      false,
      [
        [0, null, 0, null],
        [3600, 15, 2, null],
        [7200, null, 0, "x"],
        [10_800, 40, 1, null],
        [14_400, null, 0, null],
      ],
    ],
    [
      "locf",
      false,
      [
        [0, null, 0, null],
        [3600, 15, 2, null],
        [7200, 15, 0, "x"],
        [10_800, 40, 1, "x"],
        [14_400, 40, 0, "x"],
      ],
    ],
    [
      "locf",
      true,
      [
        [0, 5, 0, null],
        [3600, 15, 2, null],
        [7200, 15, 0, "x"],
        [10_800, 40, 1, "x"],
        [14_400, 40, 0, "x"],
      ],
    ],
  ])("fill %s, look back %p", async (fill, lookBack, want) => {
    expect(plain(await all(store, columns, range, buckets(range, fill, lookBack)))).toEqual(want);
  });

  test("nothing is carried past the present", async () => {
    const shape = buckets(range, "locf", false, at(3 * 3600 + 1));
    expect(plain(await all(store, columns.slice(0, 1), range, shape)).at(-1)).toEqual([14_400, null]);
  });

  test("a series is asked once for all its columns", async () => {
    const before = store.asked;
    await all(store, columns, range, buckets(range, "null"));
    expect(store.asked - before).toBe(2);
  });

  test("whatever the buckets, their counts and sums add up to those of the range, and the least is in one of them", async () => {
    const points = fc.uniqueArray(fc.nat(86_399), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(points, fc.integer({ min: 1, max: 500 }), async (seconds, n) => {
        const list = seconds.sort((a, b) => a - b).map((s) => [s, s % 97] as const);
        const columns = (["COUNT", "SUM", "MIN"] as const).map((how) => column(how, "NUMERIC", 0, how));
        const shape: Shape = {
          kind: "buckets",
          buckets: evenBuckets(n, DAY),
          fill: "none",
          lookBack: false,
          now: at(0),
        };
        const rows = plain(await all(new Memory([list]), columns, DAY, shape));
        const sum = (i: number) => rows.reduce((total, row) => total + Number(row[i]), 0);
        expect([sum(1), sum(2)]).toEqual([list.length, list.reduce((total, [, v]) => total + v, 0)]);
        expect(Math.min(...rows.map((row) => Number(row[3])))).toBe(Math.min(...list.map(([, v]) => v)));
      }),
    );
  });

  test("an empty range has no row", async () => {
    const none = { from: at(5), to: at(5) };
    expect(await all(store, columns, none, buckets(none, "null"))).toEqual([]);
  });
});

test("texts of buckets are bounded, all of them together", async () => {
  const list = Array.from({ length: 300 }, (_, i) => [i * 60, "x".repeat(60_000)] as const);
  const shape: Shape = { kind: "buckets", buckets: evenBuckets(1440, DAY), fill: "none", lookBack: false, now: at(0) };
  const rows = (how: Aggregation) => all(new Memory([list]), [column("S", "STRING", 0, how)], DAY, shape);
  await expect(rows("LAST")).rejects.toThrow("more than 16777216 characters");
  expect((await rows("COUNT")).length).toBe(300);
});

test("lttb keeps so many measurements of each column, at their own times", async () => {
  const list = Array.from({ length: 1000 }, (_, i) => [i * 60, i === 500 ? 99 : i % 3] as const);
  const columns = [column("A", "NUMERIC", 0), column("B", "NUMERIC", 1)];
  const rows = plain(await all(new Memory([list, [[30, 7]]]), columns, DAY, { kind: "lttb", points: 20 }));
  expect(rows.filter(([, a]) => a !== null).length).toBe(20);
  expect(rows).toContainEqual([500 * 60, 99, null]);
  expect(rows).toContainEqual([30, null, 7]);
  expect(await all(new Memory([list]), columns, { from: at(9), to: at(9) }, { kind: "lttb", points: 20 })).toEqual([]);
});
