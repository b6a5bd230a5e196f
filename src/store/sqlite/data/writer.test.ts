import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf, commitOf, currentOf, DataModel, listed, seriesPut, type Step, steps } from "../../data.model.ts";
import { aggregatePoints } from "../../memory/points.ts";
import type { CommitBatch, Point } from "../../ports.ts";
import { crcOf } from "../../record.ts";
import { type Columns, valueAt } from "./block/columns.ts";
import { landed } from "./position.ts";
import { readsOf } from "./file-reads.ts";
import { Writer } from "./writer.ts";
import { unpackSeries } from "./series-columns.ts";

const base = mkdtempSync(join(tmpdir(), "fieldcast-writer-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const fresh = (): string => mkdtempSync(join(base, "w-"));

const EDGES = new Float64Array([10, 500, 1000, 4000, 4001, 1e9]);
const pointsOf = (c: Columns): Point[] => Array.from(c.times, (time, i) => ({ time, value: valueAt(c, i) }));

/** One life of a file, a slice of background work after each step at the latest, looked at between all slices. */
function live(life: readonly Step[], slices: readonly number[]): void {
  const folder = fresh();
  const model = new DataModel();
  let { writer } = Writer.open(folder);
  let reads = readsOf(folder);
  const look = (): void => {
    for (const id of [1, 2, 3, 4]) {
      expect(pointsOf(reads.read(id, 0, 1e9, 1e6))).toEqual(model.points(id, 0, 1e9, 1e6));
      const counter = id === 1 && model.rows.has(1);
      expect(listed(reads.aggregate(id, EDGES))).toEqual(listed(aggregatePoints(model.pointsOf(id), EDGES, counter)));
    }
  };
  life.forEach((step, i) => {
    const commit = commitOf(model, step);
    if (commit !== null) {
      writer.commit(batchOf(commit.rows, commit.ops));
      model.put(commit.rows);
    }
    for (let n = slices[i % slices.length] ?? 0; n > 0 && writer.slice(); n--) if (n % 3 === 0) look();
    if (step.do === "settle") while (writer.slice());
    if (step.do !== "crash" && step.do !== "close") return;
    look();
    reads.close();
    writer.close();
    const opened = Writer.open(folder);
    writer = opened.writer;
    reads = readsOf(folder);
    expect(currentOf({ series: unpackSeries(opened.recovered.series) })).toEqual(
      model.current().sort((a, b) => (a as [number])[0] - (b as [number])[0]),
    );
    expect(opened.recovered.nextSeq).toBe(model.nextSeq);
  });
  look();
  while (writer.slice());
  look();
  reads.close();
  writer.close();
  rmSync(folder, { recursive: true });
}

describe("sealing", () => {
  test("no point is lost, doubled or changed between any two slices, nor by a start between them", () => {
    fc.assert(fc.property(steps, fc.array(fc.nat(12), { minLength: 1, maxLength: 8 }), live), { numRuns: 25 });
  }, 60_000);

  test("a series deleted in the middle of its sealing is gone, and the log leaves all the same", () => {
    const folder = fresh();
    const { writer } = Writer.open(folder);
    const rows = Array.from({ length: 30_000 }, (_, i) => ({ series: 1 + (i % 2), time: i, value: i }));
    writer.commit(batchOf(rows, [seriesPut(1), seriesPut(2)]));
    writer.commit(batchOf([{ series: 1, time: 30_000, value: 1 }], [{ op: "trim", upTo: 30_000 }]));
    const reads = readsOf(folder);
    while (reads.stats().blocks === 0) expect(writer.slice()).toBe(true);
    writer.commit(batchOf([], [{ op: "series_delete", ids: [2] }]));
    while (writer.slice());
    expect(reads.stats()).toMatchObject({ logRows: 1, blocks: 4 });
    expect(reads.read(1, 0, 1e9, 1e6).times.length).toBe(15_001);
    expect(reads.read(2, 0, 1e9, 1e6).times.length).toBe(0);
    reads.close();
    writer.close();
  });

  test("a trim that was asked for before a start goes on after it", () => {
    const folder = fresh();
    const first = Writer.open(folder).writer;
    for (let i = 1; i <= 40; i++)
      first.commit(batchOf([{ series: 1, time: i, value: i }], i === 1 ? [seriesPut(1)] : []));
    first.commit(batchOf([], [{ op: "trim", upTo: 40 }]));
    first.close();
    const { writer } = Writer.open(folder);
    while (writer.slice());
    const reads = readsOf(folder);
    expect(reads.stats()).toMatchObject({ logRows: 1, blocks: 1 });
    reads.close();
    writer.close();
  });
});

describe("a commit that its caller was not told of", () => {
  test("leaves the log with the next one, which gets a number of its own, also after a start", () => {
    const folder = fresh();
    let { writer } = Writer.open(folder);
    const row = (time: number) => [{ series: 1, time, value: time }];
    expect(writer.commit(batchOf(row(1), [seriesPut(1)]))).toEqual({ firstSeq: 1 });
    const known = { nextSeq: 2, plain: 1 };
    // it failed as far as the caller knows, and is given up
    expect(writer.commit(batchOf(row(2)), known)).toEqual({ firstSeq: 2 });
    const reads = readsOf(folder);
    expect(reads.read(1, 0, 99, 99).times).toEqual(new Float64Array([1, 2]));
    writer.close();
    writer = Writer.reopen(folder);
    expect(writer.commit(batchOf(row(3)), known)).toEqual({ firstSeq: 3 });
    expect(reads.read(1, 0, 99, 99).times).toEqual(new Float64Array([1, 3]));
    expect(reads.log(0, 99, 1e6).records.map(({ firstSeq }) => firstSeq)).toEqual([1, 3]);
    reads.close();
    writer.close();
    const { nextSeq, series } = Writer.open(folder).recovered;
    expect(nextSeq).toBe(4);
    expect(unpackSeries(series)).toMatchObject([{ time: 3, lastSeq: 3 }]);
  });

  test("is found by its checksum, or by its number among those without a record", () => {
    const [one, other] = [batchOf([{ series: 1, time: 1, value: 1 }]), batchOf([{ series: 1, time: 1, value: 2 }])];
    const crc = (batch: CommitBatch) => crcOf(batch.blob ?? new Uint8Array(4));
    const now = { nextSeq: 6, plain: 3, last: { firstSeq: 5, crc: crc(one) } };
    expect(landed({ nextSeq: 5, plain: 3, crc: crc(one) }, now)).toEqual({ firstSeq: 5 });
    expect(landed({ nextSeq: 5, plain: 3, crc: crc(other) }, now)).toBeNull();
    // the same once more, of which only the first try is there
    expect(landed({ nextSeq: 6, plain: 3, crc: crc(one) }, now)).toBeNull();
    expect(landed({ nextSeq: 5, plain: 3, crc: crc(one) }, { ...now, last: null })).toBeNull();
    expect(landed({ nextSeq: 6, plain: 3, crc: null }, now)).toEqual({ firstSeq: 6 });
    expect(landed({ nextSeq: 6, plain: 4, crc: null }, now)).toBeNull();
  });
});
