import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { FieldType, Value } from "../measure/types.ts";
import {
  batchOf,
  contractModel,
  type DataStorePlace,
  type Everything,
  listed,
  openAll,
  seriesOf,
  seriesPut,
} from "./data.model.ts";
import {
  type Aggregates,
  type DataStore,
  type DoorEvent,
  type DoorQuery,
  END_OF_TIME,
  type LogRecord,
  type Rollup,
  type StoredPresence,
  type StoredRefusal,
  type StoredSession,
  type StoredSubscription,
  type StoreOp,
} from "./ports.ts";
import { RecordReader } from "./record.ts";
import { createRetained, readRetained, retainedBytes, writeRemoval, writeRetained } from "./retained.ts";

const trim = (upTo: number): StoreOp => ({ op: "trim", upTo });
const ALL = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1_000_000] as const;

const session = (id: number, more: Partial<StoredSession> = {}): StoredSession => ({
  id,
  principal: `u:${id}`,
  clientId: `client ${id}`,
  version: 5,
  expiry: 3600,
  created: 1_700_000_000_000_000,
  disconnectedAt: null,
  will: null,
  ...more,
});
const subscription = (filter: string, more: Partial<StoredSubscription> = {}): StoredSubscription => ({
  filter,
  qos: 1,
  noLocal: false,
  retainAsPublished: true,
  retainHandling: 2,
  identifier: 7,
  sinceSeq: 3,
  ...more,
});
const refusal = (n: number, device: number, principal: string): StoredRefusal => ({
  device,
  principal,
  time: n,
  code: "invalid_value",
  message: `m${n}`,
  topic: "dt/a/b/c",
  payload: "AP8=",
  base64: true,
  count: 2,
});

/** What a promise rejects with; null when it does not. (`expect(…).rejects` runs the event loop inside itself.) */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

/** What every body of DataStore promises; run by each body's own test file. */
export function dataStoreContract(name: string, make: () => Promise<DataStorePlace>): void {
  describe(`${name}: DataStore contract`, () => {
    let place: DataStorePlace;
    let store: DataStore;
    let recovered: Everything;
    const open = async (): Promise<void> => {
      store = place.store();
      recovered = await openAll(store);
    };
    const reopen = async (how: "close" | "crash"): Promise<void> => {
      if (how === "close") await store.close();
      else await place.crash(store);
      await open();
    };
    beforeEach(async () => {
      place = await make();
      await open();
    });
    afterEach(async () => {
      await store.close();
      await place.dispose();
    });
    const seal = async (firstSeq: number): Promise<void> => {
      // The last row of a log may stay: one more commit pushes everything asked for out of it.
      await store.commit(batchOf([{ series: 999, time: firstSeq, value: true }], [trim(firstSeq - 1)]));
      await place.settled(store);
    };

    test("a new store is empty", () => {
      const nothing = { series: [], sessions: [], presence: [], seenFloor: 0, retained: [], records: [] };
      expect(recovered).toEqual({ nextSeq: 1, nextSeries: 1, nextSession: 1, ...nothing });
    });

    test("every type of value comes back from the log, from blocks, and after a start", async () => {
      const values: Value[] = [
        0,
        -1,
        21.5,
        1e300,
        2 ** 53 - 1,
        -(2 ** 53 - 1),
        true,
        false,
        "",
        "grün 🌡",
        "\uFEFFmark",
        { lat: -1.5, lng: 180 },
      ];
      const rows = values.map((value, i) => ({ series: i + 1, time: 1000 + i, value }));
      await store.commit(
        batchOf(
          rows,
          rows.map((r) => seriesPut(r.series)),
        ),
      );
      const check = async (): Promise<void> => {
        for (const r of rows) expect(await store.read(r.series, ...ALL)).toEqual([{ time: r.time, value: r.value }]);
      };
      await check();
      await reopen("crash");
      expect(recovered.nextSeq).toBe(rows.length + 1);
      expect(recovered.nextSeries).toBe(rows.length + 1);
      expect(recovered.series[2]).toEqual({
        id: 3,
        device: 30,
        field: 300,
        type: "NUMERIC",
        time: 1002,
        value: 21.5,
        lastArrival: 1002,
        lastSeq: 3,
      });
      await check();
      await seal(rows.length + 1);
      await check();
      await reopen("close");
      expect(recovered.series.map((s) => s.value)).toEqual(values);
      await check();
    });

    test("a range takes its start, leaves out its end, and stops at the limit", async () => {
      const rows = Array.from({ length: 3000 }, (_, i) => ({ series: 1, time: i * 10, value: i }));
      await store.commit(batchOf(rows.slice(0, 2500), [seriesPut(1)]));
      await seal(2501);
      await store.commit(batchOf(rows.slice(2500)));
      const times = async (from: number, to: number, limit: number): Promise<number[]> =>
        (await store.read(1, from, to, limit)).map((p) => p.time);
      expect(await times(100, 130, 99)).toEqual([100, 110, 120]);
      expect(await times(101, 131, 99)).toEqual([110, 120, 130]);
      expect(await times(24980, 25020, 99)).toEqual([24980, 24990, 25000, 25010]);
      expect(await times(10230, 99999, 3)).toEqual([10230, 10240, 10250]);
      expect(await times(0, 99999, 1500)).toEqual(rows.slice(0, 1500).map((r) => r.time));
      expect(await times(0, 99999, 9999)).toEqual(rows.map((r) => r.time));
      expect(await times(500, 500, 9)).toEqual([]);
      expect(await times(0, 99999, 0)).toEqual([]);
      expect(await store.read(2, ...ALL)).toEqual([]);
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
      await store.commit(
        batchOf(
          rows,
          values.map((_, i) => seriesPut(i + 1)),
        ),
      );
      const check = async (): Promise<void> => {
        for (const [i, v] of values.entries()) {
          const all = { times: new Float64Array([10, 11]), values: i < 2 ? Float64Array.from(v, Number) : v };
          expect(await store.columns(i + 1, ...ALL)).toEqual(all);
        }
        expect((await store.columns(3, 10, 12, 1)).values).toEqual(["a"]);
        const none = { times: new Float64Array(0), values: new Float64Array(0) };
        expect(await store.columns(9, ...ALL)).toEqual(none);
      };
      await check();
      await seal(rows.length + 1);
      await check();
    });

    test("the point before a time is the newest that is older", async () => {
      await store.commit(
        batchOf(
          [3000, 1000, 2000].map((time) => ({ series: 1, time, value: time / 2, explicit: true })),
          [seriesPut(1)],
        ),
      );
      const check = async (): Promise<void> => {
        const at = [1000, 1001, 2000, 9000].map((time) => store.before(1, time));
        expect((await Promise.all(at)).map((p) => p?.value ?? null)).toEqual([null, 500, 500, 1500]);
      };
      await check();
      await seal(4);
      await check();
      expect(await store.before(2, 9000)).toBeNull();
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
      await store.commit(batchOf([...rowsAt(10_000), ...rowsAt(1_000), other], [...puts, seriesPut(9_000)]));
      const asked = Uint32Array.from([...ids.toReversed(), 9_000, 9_001, 1_007]);
      const expected = (time: number) => [
        ...ids.toReversed().map((id) => ({ time: time + id, value: values[id % 4] ?? 0 })),
        null,
        null,
        { time: time + 1_007, value: values[3] ?? 0 },
      ];
      const check = async (): Promise<void> => {
        expect(await store.newest(asked, END_OF_TIME)).toEqual(expected(10_000));
        expect(await store.newest(asked, 10_000)).toEqual(expected(1_000));
        expect(await store.newest(asked, 1_001)).toEqual(
          [...ids.toReversed(), 0, 0, 0].map((id) => (id === 1_001 ? { time: 500, value: false } : null)),
        );
      };
      await check();
      await seal(2 * count + 2);
      await check();
      expect(await store.newest(new Uint32Array(0), END_OF_TIME)).toEqual([]);
      expect(await failureOf(store.newest(new Uint32Array(10_001), END_OF_TIME))).toBeInstanceOf(RangeError);
    });

    test("figures of buckets: numbers, texts, an empty bucket, points outside", async () => {
      const numbers = [5, 1, -2, 4, 100].map((value, i) => ({ series: 1, time: 10 * i, value }));
      const texts = ["a", "b", "c"].map((value, i) => ({ series: 2, time: 10 * i, value }));
      await store.commit(batchOf([...numbers, ...texts], [seriesPut(1), seriesOf(2, "STRING")]));
      const check = async (): Promise<void> => {
        const f = await store.aggregate({ series: 1, edges: new Float64Array([0, 20, 35, 36, 40]) });
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
        const t = await store.aggregate({ series: 2, edges: new Float64Array([0, 15, 16, 99]) });
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
      await seal(numbers.length + texts.length + 1);
      await check();
    });

    test("a counter grows by its steps, a lower total is a reset, and the first point ever counts 0", async () => {
      const totals = [10, 12, 15, 3, 4, 10];
      const rows = totals.map((value, i) => ({ series: 1, time: 10 * i, value }));
      await store.commit(batchOf(rows, [seriesOf(1, "COUNTER")]));
      const increase = async (...edges: number[]): Promise<number[]> => [
        ...(await store.aggregate({ series: 1, edges: Float64Array.from(edges) })).increase,
      ];
      const check = async (): Promise<void> => {
        expect(await increase(0, 20, 25, 26, 100)).toEqual([2, 3, 0, 3 + 1 + 6]);
        expect(await increase(35, 45)).toEqual([1]);
      };
      await check();
      await seal(rows.length + 1);
      await check();
    });

    test("sums and increases of many terms are as good as their last rounding, of log, blocks and rollups", async () => {
      const n = 1_440;
      const rows = Array.from({ length: n }, (_, i) => [
        { series: 1, time: 1_000 * i, value: 0.1 },
        { series: 2, time: 1_000 * i, value: i % 2 === 0 ? 0 : 0.1 },
      ]).flat();
      await store.commit(batchOf(rows, [seriesPut(1), seriesOf(2, "COUNTER")]));
      const check = async (): Promise<void> => {
        const edges = new Float64Array([0, 1_000 * n]);
        expect((await store.aggregate({ series: 1, edges })).sum[0]).toBe(144);
        expect((await store.aggregate({ series: 2, edges })).increase[0]).toBe(72);
      };
      await check();
      await seal(2 * n + 1);
      await check();
      const rollups = [{ step: 4_000, before: Number.NEGATIVE_INFINITY }];
      await store.commit(batchOf([], [{ op: "retain", series: [1, 2], before: 1_000 * n, rollups }]));
      await place.settled(store);
      expect(await store.read(1, ...ALL)).toEqual([]);
      await check();
    });

    test("edges that are too few or do not ascend are a mistake of the caller", async () => {
      for (const edges of [[], [1], [1, 1], [2, 1], [1, Number.NaN]])
        expect(await failureOf(store.aggregate({ series: 1, edges: Float64Array.from(edges) }))).toBeInstanceOf(
          RangeError,
        );
    });

    test("points deleted to the end of time take arrival stamps along, also those that the log still has", async () => {
      const FUTURE = 5e15;
      const commit = async () => {
        const rows = [10, 20].map((time) => ({ series: 1, time, value: time }));
        await store.commit(batchOf([...rows, { series: 1, time: FUTURE, value: 3 }], [seriesPut(1)]));
        const now = { series: 1, time: 30, value: 30 };
        await store.commit(batchOf([now], [{ op: "points_delete", series: 1, from: 1000, to: END_OF_TIME }]));
      };
      const mended = () => expect(recovered.series).toMatchObject([{ time: 30, value: 30, lastArrival: 30 }]);
      await commit();
      await reopen("crash");
      mended();
      await seal(5);
      await reopen("close");
      mended();
      await commit();
      await seal(10);
      await place.settled(store);
      await reopen("crash");
      mended();
      expect((await store.read(1, 0, END_OF_TIME, 100)).map((p) => p.time)).toEqual([10, 20, 30]);
    });

    test("points of a range are deleted from log and blocks; current value, arrival stamps and later rows stay", async () => {
      const rows = Array.from({ length: 6000 }, (_, i) => ({ series: 1, time: 10 * i, value: i }));
      const other = { series: 2, time: 15_000, value: 1 };
      await store.commit(batchOf([...rows.slice(0, 5000), other], [seriesPut(1), seriesPut(2)]));
      await seal(5002);
      await store.commit(batchOf(rows.slice(5000)));
      const again = { series: 1, time: 30_000, value: -1, explicit: true };
      const range = { op: "points_delete", series: 1, from: 10_000, to: 60_000 } as const;
      await store.commit(batchOf([again], [range, { ...range, series: 77 }]));
      const left = [...rows.slice(0, 1000).map((r) => r.time), 30_000];
      const check = async (): Promise<void> => {
        expect((await store.read(1, ...ALL)).map((p) => p.time)).toEqual(left);
        expect(await store.before(1, 30_000)).toEqual({ time: 9990, value: 999 });
        const figures = await store.aggregate({ series: 1, edges: new Float64Array([0, 20_000, 99_999]) });
        expect([...figures.count, ...figures.last]).toEqual([1000, 1, 999, -1]);
        expect((await store.read(2, ...ALL)).length).toBe(1);
      };
      await check();
      await reopen("crash");
      await check();
      await place.settled(store);
      await check();
      await seal(6004);
      await check();
      await store.commit(batchOf([{ series: 1, time: 25_000, value: 7, explicit: true }]));
      left.splice(1000, 0, 25_000);
      expect((await store.read(1, ...ALL)).map((p) => p.time)).toEqual(left);
      await seal(6006);
      await reopen("close");
      expect((await store.read(1, ...ALL)).map((p) => p.time)).toEqual(left);
      expect(recovered.series[0]).toMatchObject({ time: 59_990, value: 5999, lastArrival: 59_990 });
    });

    test("what is older than it is to be kept leaves the file, block by block, then the part of one", async () => {
      const rows = Array.from({ length: 10_000 }, (_, i) => ({ series: 1 + (i % 2), time: 10 * i, value: i }));
      await store.commit(
        batchOf(
          [...rows, { series: 3, time: 5, value: "old" }],
          [1, 2, 3].map((id) => seriesPut(id)),
        ),
      );
      await seal(10_002);
      await store.commit(batchOf([], [{ op: "retain", series: [1, 3, 78], before: 90_000 }]));
      await place.settled(store);
      const firsts = async (): Promise<unknown[]> => {
        const reads = await Promise.all([1, 2, 3].map((id) => store.read(id, ...ALL)));
        return reads.map((points) => [points.length, points[0]?.time]);
      };
      const expected = [
        [500, 90_000],
        [5000, 10],
        [0, undefined],
      ];
      expect(await firsts()).toEqual(expected);
      await reopen("crash");
      expect(await firsts()).toEqual(expected);
      expect(recovered.series[2]).toMatchObject({ time: 5, value: "old" });
    });

    test("rollups answer for what retention dropped, and the answer says so", async () => {
      const MINUTE = 60e6;
      const DAY = 1440 * MINUTE;
      const types: readonly FieldType[] = ["NUMERIC", "COUNTER", "BOOL", "STRING"];
      const value = (n: number): readonly Value[] => [n % 97, (n * 5) % 10_000, n % 3 === 0, `t${n % 7}`];
      const rows = Array.from({ length: 9000 }, (_, n) =>
        value(n).map((v, i) => ({ series: i + 1, time: DAY + n * MINUTE * 2 + 7, value: v, explicit: true })),
      ).flat();
      await store.commit(
        batchOf(
          rows,
          types.map((type, i) => seriesOf(i + 1, type)),
        ),
      );
      let seq = rows.length + 1;
      await seal(seq++);
      const days = Float64Array.from({ length: 16 }, (_, i) => i * DAY);
      const hours = Float64Array.from({ length: 200 }, (_, i) => DAY + i * 60 * MINUTE);
      const figures = async (): Promise<Aggregates[]> => {
        const all: Aggregates[] = [];
        for (const series of [1, 2, 3])
          for (const edges of [days, hours]) all.push(await store.aggregate({ series, edges }));
        return all;
      };
      const columns = (all: readonly Aggregates[]): unknown => all.map((one) => listed({ ...one, rolled: null }));
      const before = await figures();
      const rollups = [MINUTE * 60, DAY].map((step) => ({ step, before: Number.NEGATIVE_INFINITY }));
      const retain = async (time: number, kept: readonly Rollup[]): Promise<void> => {
        await store.commit(batchOf([], [{ op: "retain", series: [1, 2, 3, 4], before: time, rollups: kept }]));
        await place.settled(store);
      };
      await retain(9 * DAY + 5 * MINUTE, rollups);
      const after = await figures();
      expect(columns(after)).toEqual(columns(before));
      expect(after.map((one) => one.rolled)).toEqual(
        [DAY, 60 * MINUTE, DAY, 60 * MINUTE, DAY, 60 * MINUTE].map((step) => ({ before: 9 * DAY, step })),
      );
      expect((await store.read(1, ...ALL))[0]?.time).toBe(9 * DAY + 7);
      expect((await store.read(4, ...ALL))[0]?.time).toBe(9 * DAY + 6 * MINUTE + 7);
      await reopen("crash");
      expect(columns(await figures())).toEqual(columns(before));
      expect(await store.before(1, 9 * DAY)).toEqual({ time: 9 * DAY - 2 * MINUTE + 7, value: (8 * 720 - 1) % 97 });
      // a raw range alone is told as such
      const raw = await store.aggregate({ series: 1, edges: new Float64Array([10 * DAY, 11 * DAY]) });
      expect([raw.rolled, raw.count[0]]).toEqual([null, 720]);
      // what comes late is counted, in the log, in blocks, and once it is rolled up, too; a counter does not grow by it
      const lateRows = [1, 2].map((series) => ({ series, time: 2 * DAY + 8, value: 1000, explicit: true }));
      await store.commit(batchOf(lateRows));
      seq += 2;
      const late = async (): Promise<unknown[]> => {
        const of = (series: number) => store.aggregate({ series, edges: days });
        const [one, two] = [await of(1), await of(2)];
        return [
          one.rolled?.before,
          one.count[2],
          one.max[2],
          one.count[3],
          two.count[2],
          ...two.increase.subarray(2, 4),
        ];
      };
      const increase = [...(before[2]?.increase.subarray(2, 4) ?? [])];
      expect(await late()).toEqual([9 * DAY, 721, 1000, 720, 721, ...increase]);
      expect(await store.read(1, 2 * DAY, 3 * DAY, 9)).toEqual([{ time: 2 * DAY + 8, value: 1000 }]);
      await seal(seq++);
      expect(await late()).toEqual([9 * DAY, 721, 1000, 720, 721, ...increase]);
      await retain(10 * DAY, rollups);
      expect(await late()).toEqual([10 * DAY, 721, 1000, 720, 721, ...increase]);
      expect(await store.read(1, 2 * DAY, 3 * DAY, 9)).toEqual([]);
      // deleting points takes the buckets that they are in; shorter ones know of the rest
      await store.commit(batchOf([], [{ op: "points_delete", series: 1, from: 3 * DAY + 5, to: 3 * DAY + 6 }]));
      const deleted = async (): Promise<number[]> => [
        ...(await store.aggregate({ series: 1, edges: days })).count.subarray(2, 5),
      ];
      expect(await deleted()).toEqual([721, 690, 720]);
      await place.settled(store);
      expect(await deleted()).toEqual([721, 690, 720]);
      // the hours go first, then the days answer; other steps go at once
      await retain(10 * DAY, [
        { step: 60 * MINUTE, before: 8 * DAY },
        { step: DAY, before: 5 * DAY },
      ]);
      const mixed = await store.aggregate({ series: 2, edges: hours });
      expect(mixed.count.reduce((a, b) => a + b)).toBeGreaterThan(0);
      expect([...(await store.aggregate({ series: 2, edges: days })).count]).toEqual(
        [0, 0, 0, 0, 0, ...Array(8).fill(720), 360, 0].slice(0, 15),
      );
      await retain(10 * DAY, []);
      expect((await store.aggregate({ series: 2, edges: days })).count.indexOf(720)).toBe(10);
      const wrong = [{ step: 7e6, before: 0 }, ...rollups];
      expect(await failureOf(retain(0, wrong))).toBeInstanceOf(RangeError);
    }, 30_000);

    test("backfill of years, backwards and across what is there, reads in the order of time", async () => {
      const day = (d: number): { series: number; time: number; value: number; explicit: boolean }[] =>
        Array.from({ length: 288 }, (_, i) => ({ series: 1, time: (d * 288 + i) * 300, value: d, explicit: true }));
      let seq = 1;
      const put = async (rows: ReturnType<typeof day>): Promise<void> => {
        await store.commit(batchOf(rows, seq === 1 ? [seriesPut(1)] : []));
        seq += rows.length;
      };
      for (let d = 400; d < 420; d++) await put(day(d));
      await seal(seq++);
      for (let d = 399; d >= 200; d -= 3) {
        await put(day(d));
        if (d % 10 === 0) await seal(seq++);
      }
      for (let d = 200; d < 400; d++) if ((399 - d) % 3 !== 0) await put(day(d));
      await put(day(405).map((r) => ({ ...r, time: r.time + 1 })));
      await seal(seq++);
      const points = await store.read(1, ...ALL);
      expect(points.length).toBe(221 * 288);
      expect(points.every((p, i) => i === 0 || p.time > (points[i - 1]?.time ?? 0))).toBe(true);
      expect(points.every((p) => p.value === Math.floor(p.time / 86_400))).toBe(true);
    }, 30_000);

    test("of equal times the last written stays, in one commit, across commits, across blocks", async () => {
      const put = (value: number) => store.commit(batchOf([{ series: 1, time: 5, value, explicit: true }]));
      await store.commit(
        batchOf(
          [1, 2, 3].map((value) => ({ series: 1, time: 5, value, explicit: true })),
          [seriesPut(1)],
        ),
      );
      expect(await store.read(1, ...ALL)).toEqual([{ time: 5, value: 3 }]);
      await put(4);
      expect(await store.read(1, ...ALL)).toEqual([{ time: 5, value: 4 }]);
      await seal(5);
      expect(await store.read(1, ...ALL)).toEqual([{ time: 5, value: 4 }]);
      // Enough to close the block, so that the next value of the same time lies in another one.
      const many = Array.from({ length: 1100 }, (_, i) => ({ series: 1, time: 10 + i, value: i }));
      await store.commit(batchOf(many));
      await put(6);
      expect((await store.read(1, 0, 6, 9))[0]).toEqual({ time: 5, value: 6 });
      await seal(1107);
      expect(await store.read(1, 0, 11, 9)).toEqual([
        { time: 5, value: 6 },
        { time: 10, value: 0 },
      ]);
      await reopen("close");
      expect((await store.read(1, ...ALL)).length).toBe(1101);
    });

    test("the log is read from any row on, in pieces, as far as it was not trimmed", async () => {
      const numbers = (records: readonly LogRecord[]) => records.map(({ firstSeq }) => firstSeq);
      expect(await store.readLog(0, 100, 1000)).toEqual({ oldest: null, records: [] });
      const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ series: 1, time: n * 1000 + i, value: i }));
      await store.commit(batchOf(rows(3), [seriesPut(1)]));
      await store.commit(batchOf(rows(1)));
      await store.commit(batchOf(rows(5)));
      await store.commit(batchOf(rows(2)));
      const asked: [number, number, number[]][] = [
        [0, 100, [1, 4, 5, 10]],
        [2, 100, [1, 4, 5, 10]],
        [3, 100, [4, 5, 10]],
        [4, 9, [5]],
        [4, 10, [5, 10]],
        [8, 9, [5]],
        [9, 9, []],
        [11, 100, []],
        [50, 100, []],
        [5, 4, []],
      ];
      for (const [after, upTo, found] of asked) {
        const { oldest, records } = await store.readLog(after, upTo, 100_000);
        expect([after, upTo, oldest, ...numbers(records)]).toEqual([after, upTo, 1, ...found]);
      }
      expect(numbers((await store.readLog(0, 100, 1)).records)).toEqual([1]);
      await store.commit(batchOf(rows(1), [trim(4)]));
      await place.settled(store);
      await reopen("close");
      const { oldest, records } = await store.readLog(0, 100, 100_000);
      expect([oldest, ...numbers(records)]).toEqual([5, 5, 10, 12]);
    });

    test("events of the doors are kept by age and number, and found by all that they have", async () => {
      const event = (time: number, more: Partial<DoorEvent> = {}): DoorEvent => ({
        kind: "opened",
        time,
        principal: "a:1",
        workspace: 1,
        device: 0,
        client: `c${time}`,
        remote: "192.0.2.1",
        code: null,
        message: null,
        topic: null,
        payload: "\u0001é",
        base64: false,
        bytes: 3,
        commit: null,
        delivered: null,
        count: 2,
        ...more,
      });
      const put = (rows: readonly DoorEvent[], before = 0, most = 1000): StoreOp => ({
        op: "doors_put",
        rows,
        before,
        most,
      });
      const first = [
        event(1),
        event(2, { kind: "refused", principal: "u:1", device: 7 }),
        event(3, { workspace: 2, principal: "a:2" }),
        event(4, { kind: "login_refused", principal: "", workspace: 0 }),
      ];
      await store.commit(batchOf([], [put(first)]));
      await reopen("crash");
      const all = { visible: null, limit: 100 };
      const times = async (more: Partial<DoorQuery>) => (await store.readDoors({ ...all, ...more })).map((e) => e.time);
      expect(await store.readDoors(all)).toEqual(first.map((e, i) => ({ id: i + 1, ...e })).reverse());
      expect(await times({ visible: { workspaces: [1, 5], principal: "a:2" } })).toEqual([3, 2, 1]);
      expect(await times({ visible: { workspaces: [], principal: "u:1" } })).toEqual([2]);
      expect(await times({ principal: "a:1" })).toEqual([1]);
      expect(await times({ device: 7 })).toEqual([2]);
      expect(await times({ kind: "opened" })).toEqual([3, 1]);
      expect(await times({ since: 3 })).toEqual([4, 3]);
      expect(await times({ before: 3, limit: 1 })).toEqual([2]);
      await store.commit(batchOf([], [put([event(5), event(6)], 3)]));
      expect(await times({})).toEqual([6, 5, 4, 3]);
      await store.commit(batchOf([], [put([event(7)], 0, 2)]));
      expect(await times({})).toEqual([7, 6]);
    });

    test("a backfilled value goes to its place and becomes current only when it is not older", async () => {
      await store.commit(batchOf([{ series: 1, time: 100, value: 1 }], [seriesPut(1)]));
      await store.commit(batchOf([{ series: 1, time: 50, value: 2, explicit: true }]));
      const current = (): unknown => recovered.series.map((s) => [s.time, s.value, s.lastArrival]);
      await reopen("crash");
      expect(current()).toEqual([[100, 1, 100]]);
      await store.commit(batchOf([{ series: 1, time: 100, value: 3, explicit: true }]));
      await reopen("crash");
      expect(current()).toEqual([[100, 3, 100]]);
      await store.commit(batchOf([{ series: 1, time: 900, value: 4, explicit: true }]));
      await seal(5);
      await reopen("crash");
      expect(current()).toEqual([[900, 4, 100]]);
      // An arrival stamp wins over a time from the future.
      await store.commit(batchOf([{ series: 1, time: 200, value: 5 }]));
      await reopen("close");
      expect(current()).toEqual([[200, 5, 200]]);
      await seal(7);
      await reopen("close");
      expect(current()).toEqual([[200, 5, 200]]);
      expect((await store.read(1, ...ALL)).map((p) => p.time)).toEqual([50, 100, 200, 900]);
    });

    test("the store numbers the rows, one commit after the other, and says which number a commit got", async () => {
      const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ series: 1, time: n * 10 + i, value: i }));
      expect(await store.commit(batchOf([], [seriesPut(1)]))).toEqual({ firstSeq: 1 });
      expect(await store.commit(batchOf(rows(3)))).toEqual({ firstSeq: 1 });
      expect(await store.commit(batchOf(rows(2)))).toEqual({ firstSeq: 4 });
      expect(await store.commit(batchOf([], [trim(2)]))).toEqual({ firstSeq: 6 });
      await reopen("crash");
      expect(await store.commit(batchOf(rows(1)))).toEqual({ firstSeq: 6 });
      const { records } = await store.readLog(3, 100, 100_000);
      const found = records.flatMap(({ firstSeq, body }) => {
        const r = new RecordReader(body, firstSeq);
        const seqs: number[] = [];
        while (r.next()) seqs.push(r.seq);
        return seqs;
      });
      expect(found).toEqual([4, 5, 6]);
    });

    test("sequence numbers go on after everything was trimmed", async () => {
      await store.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
      await store.commit(batchOf([{ series: 1, time: 2, value: 1 }]));
      await store.commit(batchOf([{ series: 1, time: 3, value: 1 }], [trim(3)]));
      await place.settled(store);
      expect((await store.stats()).logRows).toBeLessThanOrEqual(1);
      for (const how of ["close", "crash"] as const) {
        await reopen(how);
        expect(recovered.nextSeq).toBe(4);
      }
      expect((await store.read(1, ...ALL)).length).toBe(3);
    });

    test("a deleted series is gone from log and blocks, and its number is never given again", async () => {
      const rows = [1, 2].flatMap((series) => [1, 2, 3].map((time) => ({ series, time, value: time })));
      await store.commit(batchOf(rows, [seriesPut(1), seriesPut(2)]));
      await seal(7);
      await store.commit(
        batchOf([
          { series: 2, time: 4, value: 4 },
          { series: 1, time: 4, value: 4 },
        ]),
      );
      await store.commit(batchOf([], [{ op: "series_delete", ids: [2] }]));
      expect(await store.read(2, ...ALL)).toEqual([]);
      expect((await store.read(1, ...ALL)).length).toBe(4);
      await reopen("crash");
      expect(recovered.series.map((s) => s.id)).toEqual([1]);
      expect(recovered.nextSeries).toBe(3);
      await seal(10);
      expect(await store.read(2, ...ALL)).toEqual([]);
      // those of the other series: one, or one for each sealing
      expect((await store.stats()).blocks).toBeLessThanOrEqual(2);
    });

    test("a session's rows come back as they were put, and a second put keeps floor, state and subscriptions", async () => {
      const will = new Uint8Array([1, 2, 3]);
      const state = new Uint8Array(4096).subarray(10, 14).fill(9);
      const body = new Uint8Array(100).subarray(50, 60).fill(5);
      await store.commit({
        count: 0,
        blob: null,
        ops: [
          { op: "session_put", session: session(4, { will, version: 3 }) },
          { op: "session_put", session: session(5) },
          { op: "subscription_put", session: 4, subscription: subscription("b/#") },
          { op: "subscription_put", session: 4, subscription: subscription("a/+", { noLocal: true, qos: 2 }) },
          { op: "subscription_put", session: 4, subscription: subscription("gone") },
          { op: "checkpoint", session: 4, floor: 12, state },
          { op: "chunk_put", session: 4, firstQn: 10, count: 5, deadlineMax: 99, upTo: 14, body },
          { op: "chunk_put", session: 4, firstQn: 1, count: 9, deadlineMax: 0, upTo: 3, body },
          { op: "chunk_put", session: 4, firstQn: 15, count: 1, deadlineMax: 0, upTo: 3, body },
        ],
      });
      const again = session(4, { disconnectedAt: 77, version: 3 });
      await store.commit(
        batchOf(
          [],
          [
            { op: "session_put", session: again },
            { op: "subscription_delete", session: 4, filter: "gone" },
            { op: "subscription_put", session: 4, subscription: subscription("b/#", { qos: 0 }) },
            { op: "chunk_delete", session: 4, before: 10 },
          ],
        ),
      );
      await reopen("crash");
      expect(recovered.nextSession).toBe(6);
      const [four, five] = recovered.sessions;
      expect(four?.session).toEqual(again);
      expect([four?.floor, four?.queued]).toEqual([12, 14]);
      expect(four?.state).toEqual(new Uint8Array([9, 9, 9, 9]));
      expect(four?.chunks).toEqual([
        { firstQn: 10, count: 5, deadlineMax: 99, bytes: 10, shared: null },
        { firstQn: 15, count: 1, deadlineMax: 0, bytes: 10, shared: null },
      ]);
      const filters = [...(four?.subscriptions ?? [])].sort((a, b) => (a.filter < b.filter ? -1 : 1));
      expect(filters).toEqual([subscription("a/+", { noLocal: true, qos: 2 }), subscription("b/#", { qos: 0 })]);
      expect(five).toEqual({ session: session(5), subscriptions: [], floor: 0, queued: 0, state: null, chunks: [] });
      expect(await store.readChunk(4, 10)).toEqual(new Uint8Array(10).fill(5));
      expect(await store.readChunk(4, 1)).toBeNull();
      expect(await store.readChunk(5, 10)).toBeNull();
    });

    test("a deleted session leaves nothing behind, nor does what is put for it afterwards", async () => {
      const body = new Uint8Array(8);
      const chunks = Array.from(
        { length: 200 },
        (_, i): StoreOp => ({ op: "chunk_put", session: 1, firstQn: i, count: 1, deadlineMax: 0, upTo: 3, body }),
      );
      await store.commit(batchOf([], [{ op: "session_put", session: session(1) }, ...chunks]));
      await store.commit(
        batchOf(
          [],
          [
            { op: "session_delete", id: 1 },
            { op: "subscription_put", session: 1, subscription: subscription("a") },
            { op: "chunk_put", session: 1, firstQn: 500, count: 1, deadlineMax: 0, upTo: 3, body },
          ],
        ),
      );
      expect(await store.readChunk(1, 3)).toBeNull();
      expect(await store.readChunk(1, 500)).toBeNull();
      await place.settled(store);
      await reopen("close");
      expect([recovered.sessions, recovered.nextSession]).toEqual([[], 2]);
    });

    test("a start gives back the log records above the lowest floor", async () => {
      const put = (seq: number, ops: StoreOp[] = []) =>
        store.commit(
          batchOf(
            [0, 1].map((i) => ({ series: 1, time: seq + i, value: seq })),
            ops,
          ),
        );
      await put(1, [seriesPut(1)]);
      await put(3);
      await put(5);
      await reopen("crash");
      expect(recovered.records).toEqual([]);
      const state = new Uint8Array(1);
      await put(
        7,
        [1, 2].map((id) => ({ op: "session_put", session: session(id) }) as const),
      );
      await reopen("crash");
      expect(recovered.records.length).toBe(4);
      await put(9, [
        { op: "checkpoint", session: 1, floor: 3, state },
        { op: "checkpoint", session: 2, floor: 8, state },
      ]);
      await reopen("close");
      const firsts = recovered.records.map(({ firstSeq }) => firstSeq);
      expect(firsts).toEqual([3, 5, 7, 9]);
    });

    test("retained messages: the newest of a topic and a workspace comes back, with all it has; a removal removes it", async () => {
      const utf8 = new TextEncoder();
      const put = (workspace: number, topic: string, payload: string, deadline = 0): Uint8Array => {
        const [name, publisher, src] = [utf8.encode(topic), utf8.encode("u:1\0c"), utf8.encode(`props${payload}`)];
        const packed = new Uint8Array(retainedBytes(name.length, publisher.length, 5, src.length - 5));
        writeRetained(packed, 0, workspace, deadline, 1, name, publisher, src, 0, 5, src.length);
        return packed;
      };
      const remove = (workspace: number, topic: string, expired = 0): Uint8Array => {
        const packed = new Uint8Array(retainedBytes(utf8.encode(topic).length, 0, 0, 0));
        writeRemoval(packed, 0, workspace, utf8.encode(topic), expired);
        return packed;
      };
      const commit = (...changes: Uint8Array[]) =>
        store.commit(batchOf([], [{ op: "retained", changes: Buffer.concat(changes) }]));
      const kept = (): string[] => {
        const r = createRetained();
        const found: string[] = [];
        for (const piece of recovered.retained)
          for (let at = 0; at < piece.length && readRetained(piece, at, r); at = r.next) {
            const part = (from: number, to: number): string => new TextDecoder().decode(piece.subarray(from, to));
            const topic = part(r.topicStart, r.topicEnd);
            expect([part(r.topicEnd, r.publisherEnd), part(r.publisherEnd, r.propsEnd), r.qos]).toEqual([
              "u:1\0c",
              "props",
              1,
            ]);
            found.push(`${r.workspace} ${topic} ${part(r.propsEnd, r.next)} ${r.deadline}`);
          }
        return found.sort();
      };
      await commit(
        put(1, "a/b", "old"),
        put(1, "a/b", "new"),
        put(2, "a/b", "other"),
        put(1, "ä/", "x", 4_000_000_000),
      );
      await reopen("crash");
      expect(kept()).toEqual(["1 a/b new 0", "1 ä/ x 4000000000", "2 a/b other 0"]);
      await commit(put(1, "ä/", "y", 4_000_000_001), remove(1, "a/b"), remove(9, "a/b"));
      // what has expired goes, what came in its place stays
      await commit(remove(1, "ä/", 4_000_000_000), remove(2, "a/b", 7), put(3, "c", "z", 5), remove(3, "c", 5));
      await reopen("close");
      expect(kept()).toEqual(["1 ä/ y 4000000001", "2 a/b other 0"]);
      const big = "x".repeat(600_000);
      await commit(...[1, 2, 3, 4].map((n) => put(n, "big", big)));
      await reopen("crash");
      expect(recovered.retained.length).toBeGreaterThan(1);
      expect(kept().length).toBe(6);
    });

    test("refusals: newest first, filtered, the newest 200 of each device, and of each principal without one", async () => {
      const ofDevice = Array.from({ length: 250 }, (_, i) => refusal(i, 7, "u:1"));
      const ofNobody = Array.from({ length: 230 }, (_, i) => refusal(1000 + i, 0, "u:1"));
      await store.commit(batchOf([], [{ op: "refusals_put", rows: ofDevice }]));
      await store.commit(batchOf([], [{ op: "refusals_put", rows: [...ofNobody, refusal(5000, 0, "u:2")] }]));
      expect(await store.readRefusals(7, null, 1000)).toEqual(ofDevice.slice(50).reverse());
      expect((await store.readRefusals(0, "u:1", 1000)).map((r) => r.time)).toEqual(
        ofNobody
          .slice(30)
          .reverse()
          .map((r) => r.time),
      );
      expect((await store.readRefusals(null, "u:2", 9)).length).toBe(1);
      expect((await store.readRefusals(null, null, 2)).map((r) => r.time)).toEqual([5000, 1229]);
      expect((await store.readRefusals(null, "u:1", 1000)).length).toBe(400);
      await reopen("crash");
      expect((await store.readRefusals(7, "u:1", 3)).map((r) => r.time)).toEqual([249, 248, 247]);
    });

    test("presence: the last row of each device, until it is deleted; the floor of seen never falls", async () => {
      const state = (device: number, number: number, connected: boolean): StoredPresence => ({
        device,
        connected,
        connectedAt: 1_700_000_000_000_000 + number,
        disconnectedAt: connected ? null : 1_700_000_000_000_001 + number,
        number,
      });
      const put = (presence: StoredPresence): StoreOp => ({ op: "presence_put", presence });
      await store.commit(batchOf([], [put(state(9, 1, true)), put(state(3, 1, true)), put(state(4, 1, true))]));
      await store.commit(batchOf([], [put(state(9, 2, false)), { op: "seen_floor", seq: 7 }]));
      await store.commit(
        batchOf(
          [],
          [
            { op: "presence_delete", devices: [4, 77] },
            { op: "seen_floor", seq: 5 },
          ],
        ),
      );
      await reopen("crash");
      expect(recovered.presence).toEqual([state(3, 1, true), state(9, 2, false)]);
      expect(recovered.seenFloor).toBe(7);
    });

    test("figures of the store", async () => {
      await store.commit(
        batchOf(
          [
            { series: 1, time: 1, value: 1 },
            { series: 1, time: 2, value: 1 },
          ],
          [seriesPut(1)],
        ),
      );
      const stats = await store.stats();
      expect([stats.logRows, stats.blocks, stats.rollups]).toEqual([2, 0, 0]);
      expect(stats.logBytes).toBeGreaterThan(28);
      expect(stats.fileBytes).toBeGreaterThan(0);
    });

    test("figures of series: points, bytes, ends, and what lies before a time", async () => {
      const MINUTE = 60e6;
      const rows = Array.from({ length: 10_000 }, (_, i) => ({ series: 1, time: i * MINUTE, value: i }));
      await store.commit(batchOf([...rows, { series: 2, time: 7, value: 1 }], [1, 2, 3].map(seriesPut)));
      const stats = async (at: number) => {
        const all = await store.seriesStats({
          series: Uint32Array.from([1, 2, 3, 77]),
          before: new Float64Array(4).fill(at),
        });
        return all;
      };
      const ends = [9999 * MINUTE, 7, Number.NaN, Number.NaN];
      const logged = await stats(5000 * MINUTE);
      expect([...logged.points, ...logged.pointsBefore]).toEqual([10_000, 1, 0, 0, 5000, 1, 0, 0]);
      expect([[...logged.oldest], [...logged.newest]]).toEqual([[0, 7, Number.NaN, Number.NaN], ends]);
      await seal(10_002);
      const sealed = await stats(5000 * MINUTE);
      expect([...sealed.points]).toEqual([10_000, 1, 0, 0]);
      expect([[...sealed.oldest], [...sealed.newest]]).toEqual([[0, 7, Number.NaN, Number.NaN], ends]);
      // one point of the block at that time counts by its share
      expect(Math.abs((sealed.pointsBefore[0] ?? 0) - 5000)).toBeLessThan(2);
      expect((await stats(1e15)).pointsBefore).toEqual(sealed.points);
      expect([...(await store.seriesStats({ series: Uint32Array.of(1) })).pointsBefore]).toEqual([0]);
      const rollups = [{ step: 60 * MINUTE, before: Number.NEGATIVE_INFINITY }];
      await store.commit(batchOf([], [{ op: "retain", series: [1], before: 6000 * MINUTE, rollups }]));
      await place.settled(store);
      const rolled = await stats(0);
      expect([rolled.points[0], rolled.oldest[0], rolled.buckets[0]]).toEqual([4000, 6000 * MINUTE, 100]);
      const many = { series: new Uint32Array(10_001) };
      expect(await failureOf(store.seriesStats(many))).toBeInstanceOf(RangeError);
      const uneven = { series: new Uint32Array(2), before: new Float64Array(1) };
      expect(await failureOf(store.seriesStats(uneven))).toBeInstanceOf(RangeError);
    });

    test("a batch that contradicts itself is refused and nothing of it is kept", async () => {
      const good = batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]);
      expect(await failureOf(store.commit({ ...good, count: 2 }))).toBeInstanceOf(RangeError);
      const none = batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(8)]);
      expect(await failureOf(store.commit({ ...none, count: 0 }))).toBeInstanceOf(RangeError);
      await store.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
      await reopen("crash");
      expect(recovered.series.map((s) => [s.id, s.time])).toEqual([[1, 1]]);
    });

    test("before open and after close every call is refused", async () => {
      await store.close();
      const calls = [
        () => store.commit(batchOf([])),
        () => store.read(1, 0, 1, 1),
        () => store.stats(),
        () => store.readChunk(1, 1),
      ];
      for (const call of calls) expect(await failureOf(call())).toMatchObject({ code: "storage_unavailable" });
    });

    contractModel(() => make());
  });
}
