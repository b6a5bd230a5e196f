import { expect, test } from "bun:test";
import type { FieldType, Value } from "../../measure/types.ts";
import { batchOf, listed, seriesOf, seriesPut } from "../data.model.ts";
import { type Aggregates, END_OF_TIME, type Rollup } from "../ports.ts";
import { ALL, failureOf, type World } from "./world.contract.ts";

/** SeriesStore: what goes. */
export function retentionContract(world: World): void {
  test("points deleted to the end of time take arrival stamps along, also those that the log still has", async () => {
    const FUTURE = 5e15;
    const commit = async () => {
      const rows = [10, 20].map((time) => ({ series: 1, time, value: time }));
      await world.store.commit(batchOf([...rows, { series: 1, time: FUTURE, value: 3 }], [seriesPut(1)]));
      const now = { series: 1, time: 30, value: 30 };
      await world.store.commit(batchOf([now], [{ op: "points_delete", series: 1, from: 1000, to: END_OF_TIME }]));
    };
    const mended = () => expect(world.recovered.series).toMatchObject([{ time: 30, value: 30, lastArrival: 30 }]);
    await commit();
    await world.reopen("crash");
    mended();
    await world.seal(5);
    await world.reopen("close");
    mended();
    await commit();
    await world.seal(10);
    await world.place.settled(world.store);
    await world.reopen("crash");
    mended();
    expect((await world.store.read(1, 0, END_OF_TIME, 100)).map((p) => p.time)).toEqual([10, 20, 30]);
  });

  test("points of a range are deleted from log and blocks; current value, arrival stamps and later rows stay", async () => {
    const rows = Array.from({ length: 6000 }, (_, i) => ({ series: 1, time: 10 * i, value: i }));
    const other = { series: 2, time: 15_000, value: 1 };
    await world.store.commit(batchOf([...rows.slice(0, 5000), other], [seriesPut(1), seriesPut(2)]));
    await world.seal(5002);
    await world.store.commit(batchOf(rows.slice(5000)));
    const again = { series: 1, time: 30_000, value: -1, explicit: true };
    const range = { op: "points_delete", series: 1, from: 10_000, to: 60_000 } as const;
    await world.store.commit(batchOf([again], [range, { ...range, series: 77 }]));
    const left = [...rows.slice(0, 1000).map((r) => r.time), 30_000];
    const check = async (): Promise<void> => {
      expect((await world.store.read(1, ...ALL)).map((p) => p.time)).toEqual(left);
      expect(await world.store.before(1, 30_000)).toEqual({ time: 9990, value: 999 });
      const figures = await world.store.aggregate({ series: 1, edges: new Float64Array([0, 20_000, 99_999]) });
      expect([...figures.count, ...figures.last]).toEqual([1000, 1, 999, -1]);
      expect((await world.store.read(2, ...ALL)).length).toBe(1);
    };
    await check();
    await world.reopen("crash");
    await check();
    await world.place.settled(world.store);
    await check();
    await world.seal(6004);
    await check();
    await world.store.commit(batchOf([{ series: 1, time: 25_000, value: 7, explicit: true }]));
    left.splice(1000, 0, 25_000);
    expect((await world.store.read(1, ...ALL)).map((p) => p.time)).toEqual(left);
    await world.seal(6006);
    await world.reopen("close");
    expect((await world.store.read(1, ...ALL)).map((p) => p.time)).toEqual(left);
    expect(world.recovered.series[0]).toMatchObject({ time: 59_990, value: 5999, lastArrival: 59_990 });
  });

  test("what is older than it is to be kept leaves the file, block by block, then the part of one", async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({ series: 1 + (i % 2), time: 10 * i, value: i }));
    await world.store.commit(
      batchOf(
        [...rows, { series: 3, time: 5, value: "old" }],
        [1, 2, 3].map((id) => seriesPut(id)),
      ),
    );
    await world.seal(10_002);
    await world.store.commit(batchOf([], [{ op: "retain", series: [1, 3, 78], before: 90_000 }]));
    await world.place.settled(world.store);
    const firsts = async (): Promise<unknown[]> => {
      const reads = await Promise.all([1, 2, 3].map((id) => world.store.read(id, ...ALL)));
      return reads.map((points) => [points.length, points[0]?.time]);
    };
    const expected = [
      [500, 90_000],
      [5000, 10],
      [0, undefined],
    ];
    expect(await firsts()).toEqual(expected);
    await world.reopen("crash");
    expect(await firsts()).toEqual(expected);
    expect(world.recovered.series[2]).toMatchObject({ time: 5, value: "old" });
  });

  test("rollups answer for what retention dropped, and the answer says so", async () => {
    const MINUTE = 60e6;
    const DAY = 1440 * MINUTE;
    const types: readonly FieldType[] = ["NUMERIC", "COUNTER", "BOOL", "STRING"];
    const value = (n: number): readonly Value[] => [n % 97, (n * 5) % 10_000, n % 3 === 0, `t${n % 7}`];
    const rows = Array.from({ length: 9000 }, (_, n) =>
      value(n).map((v, i) => ({ series: i + 1, time: DAY + n * MINUTE * 2 + 7, value: v, explicit: true })),
    ).flat();
    await world.store.commit(
      batchOf(
        rows,
        types.map((type, i) => seriesOf(i + 1, type)),
      ),
    );
    let seq = rows.length + 1;
    await world.seal(seq++);
    const days = Float64Array.from({ length: 16 }, (_, i) => i * DAY);
    const hours = Float64Array.from({ length: 200 }, (_, i) => DAY + i * 60 * MINUTE);
    const figures = async (): Promise<Aggregates[]> => {
      const all: Aggregates[] = [];
      for (const series of [1, 2, 3])
        for (const edges of [days, hours]) all.push(await world.store.aggregate({ series, edges }));
      return all;
    };
    const columns = (all: readonly Aggregates[]): unknown => all.map((one) => listed({ ...one, rolled: null }));
    const before = await figures();
    const rollups = [MINUTE * 60, DAY].map((step) => ({ step, before: Number.NEGATIVE_INFINITY }));
    const retain = async (time: number, kept: readonly Rollup[]): Promise<void> => {
      await world.store.commit(batchOf([], [{ op: "retain", series: [1, 2, 3, 4], before: time, rollups: kept }]));
      await world.place.settled(world.store);
    };
    await retain(9 * DAY + 5 * MINUTE, rollups);
    const after = await figures();
    expect(columns(after)).toEqual(columns(before));
    expect(after.map((one) => one.rolled)).toEqual(
      [DAY, 60 * MINUTE, DAY, 60 * MINUTE, DAY, 60 * MINUTE].map((step) => ({ before: 9 * DAY, step })),
    );
    expect((await world.store.read(1, ...ALL))[0]?.time).toBe(9 * DAY + 7);
    expect((await world.store.read(4, ...ALL))[0]?.time).toBe(9 * DAY + 6 * MINUTE + 7);
    await world.reopen("crash");
    expect(columns(await figures())).toEqual(columns(before));
    expect(await world.store.before(1, 9 * DAY)).toEqual({ time: 9 * DAY - 2 * MINUTE + 7, value: (8 * 720 - 1) % 97 });
    // a raw range alone is told as such
    const raw = await world.store.aggregate({ series: 1, edges: new Float64Array([10 * DAY, 11 * DAY]) });
    expect([raw.rolled, raw.count[0]]).toEqual([null, 720]);
    // what comes late is counted, in the log, in blocks, and once it is rolled up, too; a counter does not grow by it
    const lateRows = [1, 2].map((series) => ({ series, time: 2 * DAY + 8, value: 1000, explicit: true }));
    await world.store.commit(batchOf(lateRows));
    seq += 2;
    const late = async (): Promise<unknown[]> => {
      const of = (series: number) => world.store.aggregate({ series, edges: days });
      const [one, two] = [await of(1), await of(2)];
      return [one.rolled?.before, one.count[2], one.max[2], one.count[3], two.count[2], ...two.increase.subarray(2, 4)];
    };
    const increase = [...(before[2]?.increase.subarray(2, 4) ?? [])];
    expect(await late()).toEqual([9 * DAY, 721, 1000, 720, 721, ...increase]);
    expect(await world.store.read(1, 2 * DAY, 3 * DAY, 9)).toEqual([{ time: 2 * DAY + 8, value: 1000 }]);
    await world.seal(seq++);
    expect(await late()).toEqual([9 * DAY, 721, 1000, 720, 721, ...increase]);
    await retain(10 * DAY, rollups);
    expect(await late()).toEqual([10 * DAY, 721, 1000, 720, 721, ...increase]);
    expect(await world.store.read(1, 2 * DAY, 3 * DAY, 9)).toEqual([]);
    // deleting points takes the buckets that they are in; shorter ones know of the rest
    await world.store.commit(batchOf([], [{ op: "points_delete", series: 1, from: 3 * DAY + 5, to: 3 * DAY + 6 }]));
    const deleted = async (): Promise<number[]> => [
      ...(await world.store.aggregate({ series: 1, edges: days })).count.subarray(2, 5),
    ];
    expect(await deleted()).toEqual([721, 690, 720]);
    await world.place.settled(world.store);
    expect(await deleted()).toEqual([721, 690, 720]);
    // the hours go first, then the days answer; other steps go at once
    await retain(10 * DAY, [
      { step: 60 * MINUTE, before: 8 * DAY },
      { step: DAY, before: 5 * DAY },
    ]);
    const mixed = await world.store.aggregate({ series: 2, edges: hours });
    expect(mixed.count.reduce((a, b) => a + b)).toBeGreaterThan(0);
    expect([...(await world.store.aggregate({ series: 2, edges: days })).count]).toEqual(
      [0, 0, 0, 0, 0, ...Array(8).fill(720), 360, 0].slice(0, 15),
    );
    await retain(10 * DAY, []);
    expect((await world.store.aggregate({ series: 2, edges: days })).count.indexOf(720)).toBe(10);
    const wrong = [{ step: 7e6, before: 0 }, ...rollups];
    expect(await failureOf(retain(0, wrong))).toBeInstanceOf(RangeError);
  }, 30_000);

  test("a deleted series is gone from log and blocks, and its number is never given again", async () => {
    const rows = [1, 2].flatMap((series) => [1, 2, 3].map((time) => ({ series, time, value: time })));
    await world.store.commit(batchOf(rows, [seriesPut(1), seriesPut(2)]));
    await world.seal(7);
    await world.store.commit(
      batchOf([
        { series: 2, time: 4, value: 4 },
        { series: 1, time: 4, value: 4 },
      ]),
    );
    await world.store.commit(batchOf([], [{ op: "series_delete", ids: [2] }]));
    expect(await world.store.read(2, ...ALL)).toEqual([]);
    expect((await world.store.read(1, ...ALL)).length).toBe(4);
    await world.reopen("crash");
    expect(world.recovered.series.map((s) => s.id)).toEqual([1]);
    expect(world.recovered.nextSeries).toBe(3);
    await world.seal(10);
    expect(await world.store.read(2, ...ALL)).toEqual([]);
    // those of the other series: one, or one for each sealing
    expect((await world.store.stats()).blocks).toBeLessThanOrEqual(2);
  });
}
