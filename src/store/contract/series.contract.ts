import { expect, test } from "bun:test";
import type { FieldType, Value } from "../../measure/types.ts";
import { batchOf, listed, seriesOf, seriesPut } from "../data.model.ts";
import { END_OF_TIME } from "../ports.ts";
import { ALL, failureOf, type World } from "./world.contract.ts";

/** SeriesStore: what is read. */
export function seriesContract(world: World): void {
  test("a range takes its start, leaves out its end, and stops at the limit", async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({ series: 1, time: i * 10, value: i }));
    await world.store.commit(batchOf(rows.slice(0, 2500), [seriesPut(1)]));
    await world.seal(2501);
    await world.store.commit(batchOf(rows.slice(2500)));
    const times = async (from: number, to: number, limit: number): Promise<number[]> =>
      (await world.store.read(1, from, to, limit)).map((p) => p.time);
    expect(await times(100, 130, 99)).toEqual([100, 110, 120]);
    expect(await times(101, 131, 99)).toEqual([110, 120, 130]);
    expect(await times(24980, 25020, 99)).toEqual([24980, 24990, 25000, 25010]);
    expect(await times(10230, 99999, 3)).toEqual([10230, 10240, 10250]);
    expect(await times(0, 99999, 1500)).toEqual(rows.slice(0, 1500).map((r) => r.time));
    expect(await times(0, 99999, 9999)).toEqual(rows.map((r) => r.time));
    expect(await times(500, 500, 9)).toEqual([]);
    expect(await times(0, 99999, 0)).toEqual([]);
    expect(await world.store.read(2, ...ALL)).toEqual([]);
  });

  test("columns are what a read gives, numbers and booleans as an array of numbers", async () => {
    const values: Value[][] = [
      [1.5, 2],
      [true, false],
      ["a", ""],
      [
        { lat: 1, lng: 2 },
        { lat: 3, lng: 4 },
      ],
    ];
    const rows = values.flatMap((v, i) => v.map((value, at) => ({ series: i + 1, time: 10 + at, value })));
    await world.store.commit(
      batchOf(
        rows,
        values.map((_, i) => seriesPut(i + 1)),
      ),
    );
    const check = async (): Promise<void> => {
      for (const [i, v] of values.entries()) {
        const all = { times: new Float64Array([10, 11]), values: i < 2 ? Float64Array.from(v, Number) : v };
        expect(await world.store.columns(i + 1, ...ALL)).toEqual(all);
      }
      expect((await world.store.columns(3, 10, 12, 1)).values).toEqual(["a"]);
      const none = { times: new Float64Array(0), values: new Float64Array(0) };
      expect(await world.store.columns(9, ...ALL)).toEqual(none);
    };
    await check();
    await world.seal(rows.length + 1);
    await check();
  });

  test("the point before a time is the newest that is older", async () => {
    await world.store.commit(
      batchOf(
        [3000, 1000, 2000].map((time) => ({ series: 1, time, value: time / 2, explicit: true })),
        [seriesPut(1)],
      ),
    );
    const check = async (): Promise<void> => {
      const at = [1000, 1001, 2000, 9000].map((time) => world.store.before(1, time));
      expect((await Promise.all(at)).map((p) => p?.value ?? null)).toEqual([null, 500, 500, 1500]);
    };
    await check();
    await world.seal(4);
    await check();
    expect(await world.store.before(2, 9000)).toBeNull();
  });

  test("the newest points of many series come at once, each with its own value, of log, parts and blocks", async () => {
    const values: readonly Value[] = [-0.5, true, "text", { lat: 1.5, lng: -2 }];
    const types: readonly FieldType[] = ["NUMERIC", "BOOL", "STRING", "GEO"];
    const count = 2_500; // more than are looked up in one go
    const ids = Array.from({ length: count }, (_, i) => i + 1_001);
    const rowsAt = (time: number) =>
      ids.map((series) => ({ series, time: time + series, value: values[series % 4] ?? 0, explicit: true }));
    const other = { series: 1_001, time: 500, value: false, explicit: true };
    const puts = ids.map((id) => seriesOf(id, types[id % 4] ?? "NUMERIC"));
    await world.store.commit(batchOf([...rowsAt(10_000), ...rowsAt(1_000), other], [...puts, seriesPut(9_000)]));
    const asked = Uint32Array.from([...ids.toReversed(), 9_000, 9_001, 1_007]);
    const expected = (time: number) => [
      ...ids.toReversed().map((id) => ({ time: time + id, value: values[id % 4] ?? 0 })),
      null,
      null,
      { time: time + 1_007, value: values[3] ?? 0 },
    ];
    const check = async (): Promise<void> => {
      expect(await world.store.newest(asked, END_OF_TIME)).toEqual(expected(10_000));
      expect(await world.store.newest(asked, 10_000)).toEqual(expected(1_000));
      expect(await world.store.newest(asked, 1_001)).toEqual(
        [...ids.toReversed(), 0, 0, 0].map((id) => (id === 1_001 ? { time: 500, value: false } : null)),
      );
    };
    await check();
    await world.seal(2 * count + 2);
    await check();
    expect(await world.store.newest(new Uint32Array(0), END_OF_TIME)).toEqual([]);
    expect(await failureOf(world.store.newest(new Uint32Array(10_001), END_OF_TIME))).toBeInstanceOf(RangeError);
  });

  test("figures of buckets: numbers, texts, an empty bucket, points outside", async () => {
    const numbers = [5, 1, -2, 4, 100].map((value, i) => ({ series: 1, time: 10 * i, value }));
    const texts = ["a", "b", "c"].map((value, i) => ({ series: 2, time: 10 * i, value }));
    await world.store.commit(batchOf([...numbers, ...texts], [seriesPut(1), seriesOf(2, "STRING")]));
    const check = async (): Promise<void> => {
      const f = await world.store.aggregate({ series: 1, edges: new Float64Array([0, 20, 35, 36, 40]) });
      const NONE = Number.NaN;
      expect(listed(f)).toEqual([
        null,
        ["count", 2, 2, 0, 0],
        ["min", 1, -2, NONE, NONE],
        ["max", 5, 4, NONE, NONE],
        ["sum", 6, 2, 0, 0],
        ["firstTime", 0, 20, NONE, NONE],
        ["lastTime", 10, 30, NONE, NONE],
        ["first", 5, -2, NONE, NONE],
        ["last", 1, 4, NONE, NONE],
        ["increase", NONE, NONE, NONE, NONE],
      ]);
      const t = await world.store.aggregate({ series: 2, edges: new Float64Array([0, 15, 16, 99]) });
      expect([t.count, t.sum, t.min].map((c) => [...c])).toEqual([
        [2, 0, 1],
        [0, 0, 0],
        [NONE, NONE, NONE],
      ]);
      expect([t.first, t.last]).toEqual([
        ["a", null, "c"],
        ["b", null, "c"],
      ]);
    };
    await check();
    await world.seal(numbers.length + texts.length + 1);
    await check();
  });

  test("a counter grows by its steps, a lower total is a reset, and the first point ever counts 0", async () => {
    const totals = [10, 12, 15, 3, 4, 10];
    const rows = totals.map((value, i) => ({ series: 1, time: 10 * i, value }));
    await world.store.commit(batchOf(rows, [seriesOf(1, "COUNTER")]));
    const increase = async (...edges: number[]): Promise<number[]> => [
      ...(await world.store.aggregate({ series: 1, edges: Float64Array.from(edges) })).increase,
    ];
    const check = async (): Promise<void> => {
      expect(await increase(0, 20, 25, 26, 100)).toEqual([2, 3, 0, 3 + 1 + 6]);
      expect(await increase(35, 45)).toEqual([1]);
    };
    await check();
    await world.seal(rows.length + 1);
    await check();
  });

  test("sums and increases of many terms are as good as their last rounding, of log, blocks and rollups", async () => {
    const n = 1_440;
    const rows = Array.from({ length: n }, (_, i) => [
      { series: 1, time: 1_000 * i, value: 0.1 },
      { series: 2, time: 1_000 * i, value: i % 2 === 0 ? 0 : 0.1 },
    ]).flat();
    await world.store.commit(batchOf(rows, [seriesPut(1), seriesOf(2, "COUNTER")]));
    const check = async (): Promise<void> => {
      const edges = new Float64Array([0, 1_000 * n]);
      expect((await world.store.aggregate({ series: 1, edges })).sum[0]).toBe(144);
      expect((await world.store.aggregate({ series: 2, edges })).increase[0]).toBe(72);
    };
    await check();
    await world.seal(2 * n + 1);
    await check();
    const rollups = [{ step: 4_000, before: Number.NEGATIVE_INFINITY }];
    await world.store.commit(batchOf([], [{ op: "retain", series: [1, 2], before: 1_000 * n, rollups }]));
    await world.place.settled(world.store);
    expect(await world.store.read(1, ...ALL)).toEqual([]);
    await check();
  });

  test("edges that are too few or do not ascend are a mistake of the caller", async () => {
    for (const edges of [[], [1], [1, 1], [2, 1], [1, Number.NaN]])
      expect(await failureOf(world.store.aggregate({ series: 1, edges: Float64Array.from(edges) }))).toBeInstanceOf(
        RangeError,
      );
  });

  test("figures of series: points, bytes, ends, and what lies before a time", async () => {
    const MINUTE = 60e6;
    const rows = Array.from({ length: 10_000 }, (_, i) => ({ series: 1, time: i * MINUTE, value: i }));
    await world.store.commit(batchOf([...rows, { series: 2, time: 7, value: 1 }], [1, 2, 3].map(seriesPut)));
    const stats = async (at: number) => {
      const all = await world.store.seriesStats({
        series: Uint32Array.from([1, 2, 3, 77]),
        before: new Float64Array(4).fill(at),
      });
      return all;
    };
    const ends = [9999 * MINUTE, 7, Number.NaN, Number.NaN];
    const logged = await stats(5000 * MINUTE);
    expect([...logged.points, ...logged.pointsBefore]).toEqual([10_000, 1, 0, 0, 5000, 1, 0, 0]);
    expect([[...logged.oldest], [...logged.newest]]).toEqual([[0, 7, Number.NaN, Number.NaN], ends]);
    await world.seal(10_002);
    const sealed = await stats(5000 * MINUTE);
    expect([...sealed.points]).toEqual([10_000, 1, 0, 0]);
    expect([[...sealed.oldest], [...sealed.newest]]).toEqual([[0, 7, Number.NaN, Number.NaN], ends]);
    // one point of the block at that time counts by its share
    expect(Math.abs((sealed.pointsBefore[0] ?? 0) - 5000)).toBeLessThan(2);
    expect((await stats(1e15)).pointsBefore).toEqual(sealed.points);
    expect([...(await world.store.seriesStats({ series: Uint32Array.of(1) })).pointsBefore]).toEqual([0]);
    const rollups = [{ step: 60 * MINUTE, before: Number.NEGATIVE_INFINITY }];
    await world.store.commit(batchOf([], [{ op: "retain", series: [1], before: 6000 * MINUTE, rollups }]));
    await world.place.settled(world.store);
    const rolled = await stats(0);
    expect([rolled.points[0], rolled.oldest[0], rolled.buckets[0]]).toEqual([4000, 6000 * MINUTE, 100]);
    const many = { series: new Uint32Array(10_001) };
    expect(await failureOf(world.store.seriesStats(many))).toBeInstanceOf(RangeError);
    const uneven = { series: new Uint32Array(2), before: new Float64Array(1) };
    expect(await failureOf(world.store.seriesStats(uneven))).toBeInstanceOf(RangeError);
  });
}
