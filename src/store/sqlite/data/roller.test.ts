import { afterEach, describe, expect, mock, spyOn, test } from "bun:test";
import { batchOf, listed, type Row } from "../../data.model.ts";
import type { StoreOp } from "../../ports.ts";
import { decodeTable, encodeTable } from "./block/table.ts";
import { DataFile } from "./file.testing.ts";
import { readsOf } from "./file-reads.ts";
import type { Reads } from "./reads.ts";

afterEach(() => mock.restore());

const MINUTE = 60e6;
const DAY = 1440 * MINUTE;
const EVER = Number.NEGATIVE_INFINITY;
const rowsOf = (count: number, distance = MINUTE): Row[] =>
  Array.from({ length: count }, (_, i) => ({ series: 1, time: i * distance, value: (i * 7) % 10_000 }));
const retain = (before: number, ...steps: number[]): Extract<StoreOp, { op: "retain" }> => ({
  op: "retain",
  series: [1],
  before,
  rollups: steps.map((step) => ({ step, before: EVER })),
});
const firstOf = (reads: Reads): number | undefined => reads.read(1, 0, 1e15, 1).times[0];

test("between any two steps of rolling up each point is counted once, and steps are many", () => {
  const file = new DataFile();
  file.put(rowsOf(30_000), [{ op: "series_put", id: 1, device: 1, field: 1, type: "COUNTER" }]);
  const reads = readsOf(file.folder);
  const edges = Float64Array.from({ length: 22 }, (_, i) => i * DAY);
  const before = reads.aggregate(1, edges);
  file.writer.commit(batchOf([], [retain(18 * DAY, MINUTE, 60 * MINUTE, DAY)]));
  let [slices, clock] = [0, 0];
  // so late at each look at the clock that a slice is a single step
  spyOn(performance, "now").mockImplementation(() => (clock += 1000));
  for (let more = true; more && slices < 1000; slices++) {
    more = file.writer.slice();
    const { rolled, ...figures } = reads.aggregate(1, edges);
    expect<unknown>({ ...figures, rolled: null }).toEqual(before);
    expect(rolled?.before ?? 0).toBeLessThanOrEqual(18 * DAY);
  }
  expect(firstOf(reads)).toBe(18 * DAY);
  expect(slices).toBeGreaterThan(6);
  reads.close();
  file.close();
}, 30_000);

test("points that are rolled up while figures of them are read are counted once", () => {
  const file = new DataFile();
  file.put(rowsOf(30_000));
  const reads = readsOf(file.folder);
  const edges = Float64Array.from({ length: 22 }, (_, i) => i * DAY);
  const before = listed(reads.aggregate(1, edges));
  file.writer.commit(batchOf([], [retain(18 * DAY, 60 * MINUTE, DAY)]));
  // whenever a read looks at the clock a slice is done, and so much time has gone by that the read goes on in another transaction
  let [clock, more, within] = [0, true, false];
  spyOn(performance, "now").mockImplementation(() => {
    if (!within) {
      within = true;
      more = file.writer.slice();
      within = false;
    }
    clock += 1000;
    return clock;
  });
  for (let n = 0; more && n < 200; n++) {
    const figures = reads.aggregate(1, edges);
    expect(listed({ ...figures, rolled: null })).toEqual(before);
    expect(figures.rolled?.before ?? 0).toBeLessThanOrEqual(18 * DAY);
  }
  expect(more).toBe(false);
  expect(firstOf(reads)).toBe(18 * DAY);
  reads.close();
  file.close();
});

test("a bucket of very many points is made in many steps", () => {
  const file = new DataFile();
  const reads = readsOf(file.folder);
  file.put(rowsOf(200_000, 1000));
  const edges = new Float64Array([0, DAY]);
  const before = listed(reads.aggregate(1, edges));
  file.writer.commit(batchOf([], [retain(DAY, DAY)]));
  let [slices, clock] = [0, 0];
  spyOn(performance, "now").mockImplementation(() => (clock += 1000));
  for (let more = true; more && slices < 1000; slices++) {
    more = file.writer.slice();
    expect(listed({ ...reads.aggregate(1, edges), rolled: null })).toEqual(before);
  }
  // some 49 blocks
  expect(slices).toBeGreaterThan(45);
  expect([firstOf(reads), reads.aggregate(1, edges).rolled]).toEqual([undefined, { before: DAY, step: DAY }]);
  expect(file.number("SELECT sum(n) FROM rollup")).toBe(1);
  reads.close();
  file.close();
}, 30_000);

test("what is recorded anew and not sealed yet counts once, now and after the next sweep; what lies before it is rolled up", () => {
  for (const type of ["NUMERIC", "COUNTER"] as const) {
    const file = new DataFile();
    const reads = readsOf(file.folder);
    file.put(rowsOf(10 * 1440), [{ op: "series_put", id: 1, device: 1, field: 1, type }]);
    const anew = rowsOf(10 * 1440)
      .slice(5 * 1440 + 10)
      .map((row) => ({ ...row, value: Number(row.value) + 0.5 }));
    file.commit(anew);
    const edges = Float64Array.from({ length: 13 }, (_, i) => i * DAY);
    const before = listed(reads.aggregate(1, edges));
    const figures = () => listed({ ...reads.aggregate(1, edges), rolled: null });
    const sweep = [retain(9 * DAY, 60 * MINUTE, DAY)];
    file.work(sweep);
    expect([figures(), firstOf(reads)]).toEqual([before, 5 * DAY]);
    file.put([], sweep);
    expect([figures(), firstOf(reads)]).toEqual([before, 9 * DAY]);
    reads.close();
    file.close();
  }
}, 30_000);

test("steps that are not wanted any more, and buckets that are too old, go row by row, however many", () => {
  const file = new DataFile();
  const reads = readsOf(file.folder);
  // 73 rows of 512 buckets
  file.put(rowsOf(38_000, 1000), [retain(36e6, 1000)]);
  expect(file.number("SELECT count(*) FROM rollup")).toBeGreaterThan(64);
  file.put([], [{ ...retain(36e6), rollups: [{ step: 1000, before: 34.5e6 }] }]);
  expect(file.number("SELECT sum(n) FROM rollup")).toBe(1500);
  expect(file.number("SELECT min(t0) FROM rollup")).toBe(34.5e6);
  expect(reads.aggregate(1, new Float64Array([0, 1e9])).count[0]).toBe(1500 + 2000);
  file.put([], [retain(36e6, 4000)]);
  expect(file.number("SELECT count(*) FROM rollup")).toBe(0);
  reads.close();
  file.close();
});

test("what later sweeps add to a bucket is not lost by rounding; a row that does not say what it lost reads as before", () => {
  const file = new DataFile();
  const reads = readsOf(file.folder);
  const sum = () => reads.aggregate(1, new Float64Array([0, DAY])).sum[0];
  file.put([{ series: 1, time: 0, value: 1e16 }], [retain(DAY, 60 * MINUTE, DAY)]);
  const old = file.db.query<{ body: Uint8Array }, []>("SELECT body FROM rollup WHERE step = 3600000000").get()?.body;
  for (let i = 1; i <= 4; i++)
    file.put([{ series: 1, time: i, value: 1, explicit: true }], [retain(DAY, 60 * MINUTE, DAY)]);
  expect([sum(), firstOf(reads)]).toEqual([1e16 + 4, undefined]);
  // the twelve columns of such a row, and the ten that rows had before
  const body = encodeTable(decodeTable(old ?? new Uint8Array(0)).slice(0, 10));
  file.db.query("UPDATE rollup SET body = ?").run(body);
  file.db.run("DELETE FROM rollup WHERE step = 86400000000");
  expect(sum()).toBe(1e16);
  file.put([{ series: 1, time: 5, value: 8, explicit: true }], [retain(DAY, 60 * MINUTE)]);
  expect(sum()).toBe(1e16 + 8);
  reads.close();
  file.close();
});

test("a deletion takes buckets out of the middle of many rows", () => {
  const file = new DataFile();
  const reads = readsOf(file.folder);
  file.put(rowsOf(60_000, 1000), [retain(60e6, 1000)]);
  const edges = new Float64Array([0, 1500, 50_001_000, 1e9]);
  const purge = { op: "points_delete", series: 1, from: 1500, to: 50_000_500 } as const;
  file.writer.commit(batchOf([], [purge]));
  const counts = () => [...reads.aggregate(1, edges).count];
  expect(counts()).toEqual([1, 0, 9999]);
  while (file.writer.slice());
  expect(counts()).toEqual([1, 0, 9999]);
  expect(file.number("SELECT sum(n) FROM rollup")).toBe(10_000);
  reads.close();
  file.close();
});

test("a file that may not grow has room for rollups: what they are made of goes first", () => {
  const file = new DataFile();
  file.put(rowsOf(60_000).map((row) => ({ ...row, value: Math.sin(row.time) })));
  file.db.run("VACUUM");
  file.writer.limitPages(1);
  file.writer.commit(batchOf([], [retain(40 * DAY, 60 * MINUTE, DAY)]));
  while (file.writer.slice());
  expect(file.number("SELECT sum(n) FROM rollup WHERE step = 86400000000")).toBe(40);
  const reads = readsOf(file.folder);
  expect([firstOf(reads), reads.aggregate(1, new Float64Array([0, 99 * DAY])).count[0]]).toEqual([40 * DAY, 60_000]);
  reads.close();
  file.close();
});

describe("what is damaged", () => {
  test("a block in the middle: it goes in its turn, and so does what is behind it", () => {
    const file = new DataFile();
    file.put(rowsOf(30_000));
    file.db.run("UPDATE block SET body = zeroblob(length(body)) WHERE id = 3");
    file.put([], [retain(18 * DAY, DAY)]);
    const reads = readsOf(file.folder);
    expect(firstOf(reads)).toBe(18 * DAY);
    const { count } = reads.aggregate(
      1,
      Float64Array.from({ length: 19 }, (_, i) => i * DAY),
    );
    expect(count[0]).toBe(1440);
    expect(count[17]).toBe(1440);
    expect(18 * 1440 - count.reduce((a, b) => a + b)).toBe(4096);
    reads.close();
    file.close();
  });

  test("a part among blocks: what is around it is rolled up", () => {
    const file = new DataFile();
    file.put(rowsOf(30_000));
    file.put([100, 9000].map((n) => ({ series: 1, time: n * MINUTE + 1, value: 1, explicit: true })));
    expect(file.number("SELECT count(*) FROM part WHERE n = 2")).toBe(1);
    file.db.run("UPDATE part SET body = zeroblob(length(body)) WHERE n = 2");
    file.put([], [retain(18 * DAY, DAY)]);
    const reads = readsOf(file.folder);
    expect(firstOf(reads)).toBe(18 * DAY);
    expect(reads.aggregate(1, new Float64Array([0, 18 * DAY])).count[0]).toBe(18 * 1440);
    reads.close();
    file.close();
  });

  test("a rollup that points belong to: they stay", () => {
    const file = new DataFile();
    file.put(rowsOf(10_000), [retain(3 * DAY, DAY)]);
    file.db.run("UPDATE rollup SET body = zeroblob(length(body))");
    file.put([], [retain(5 * DAY, DAY)]);
    const reads = readsOf(file.folder);
    expect(firstOf(reads)).toBe(3 * DAY);
    expect(() => reads.aggregate(1, new Float64Array([0, 9 * DAY]))).toThrow(RangeError);
    expect(reads.aggregate(1, new Float64Array([3 * DAY, 9 * DAY])).count[0]).toBe(10_000 - 3 * 1440);
    // a deletion of its time does not wait for it, nor does the sweep
    file.put([], [{ op: "points_delete", series: 1, from: 0, to: 4 * DAY }]);
    expect(file.number("SELECT count(*) FROM purge WHERE swept = 0")).toBe(0);
    reads.close();
    file.close();
  });
});
