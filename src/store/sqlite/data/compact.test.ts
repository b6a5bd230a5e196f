import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf, type Row, seriesPut } from "../../data.model.ts";
import type { StoreOp } from "../../ports.ts";
import { BLOCK_ROWS } from "./block.ts";
import { dataPath } from "./files.ts";
import { Reads } from "./reads.ts";
import { Writer } from "./writer.ts";

const base = mkdtempSync(join(tmpdir(), "fieldcast-compact-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A file, commits to it, and what SQLite says of it. */
class File {
  readonly folder = mkdtempSync(join(base, "c-"));
  readonly writer = Writer.open(this.folder).writer;
  private readonly db = new Database(dataPath(this.folder), { readonly: true });
  private seq = 1;

  /** Commits rows, seals everything, and lets all work in the background be done. */
  put(rows: readonly Row[], ops: readonly StoreOp[] = []): void {
    if (rows.length > 0) this.commit(rows, this.seq === 1 ? [seriesPut(1)] : []);
    // the last record of a log may stay
    this.commit([{ series: 99, time: 0, value: true }], [{ op: "trim", upTo: this.seq - 1 }]);
    while (this.writer.slice());
    if (ops.length === 0) return;
    this.writer.commit(batchOf(this.seq, [], ops));
    while (this.writer.slice());
  }
  private commit(rows: readonly Row[], ops: readonly StoreOp[]): void {
    this.writer.commit(batchOf(this.seq, rows, ops));
    this.seq += rows.length;
  }
  number(sql: string): number {
    const statement = this.db.prepare<Record<string, number>, []>(sql);
    try {
      return Object.values(statement.get() ?? {})[0] ?? 0;
    } finally {
      statement.finalize();
    }
  }
  close(): void {
    this.db.close();
    this.writer.close();
  }
}

/** mulberry32 */
function chance(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

describe("however points come", () => {
  const random = chance(7);
  const SPAN = 120_000;
  const ORDERS: readonly (readonly [string, (n: number) => number])[] = [
    ["in order", (n) => n],
    ["backwards", (n) => SPAN - n],
    ["at random", () => random(1e9)],
    ["backwards by days, each in order", (n) => SPAN - 1440 * (1 + Math.floor(n / 1440)) + (n % 1440)],
    ["every seventh first, then the rest", (n) => ((n * 7) % SPAN) + Math.floor((n * 7) / SPAN)],
  ];
  test.each(ORDERS)(
    "%s: two blocks that follow each other hold more than one's worth",
    (_, timeOf) => {
      const file = new File();
      for (let n = 0; n < SPAN; n += 1000) {
        const rows = Array.from({ length: 1000 }, (_, i) => ({ series: 1, time: timeOf(n + i), value: n + i }));
        file.put(rows.map((row) => ({ ...row, explicit: true })));
      }
      const points = file.number("SELECT sum(n) FROM (SELECT n FROM block UNION ALL SELECT n FROM part)");
      expect(points).toBeGreaterThan(SPAN * 0.99);
      expect(file.number("SELECT count(*) FROM block")).toBeLessThanOrEqual(1 + (2 * points) / BLOCK_ROWS);
      expect(file.number("SELECT count(*) FROM part")).toBeLessThanOrEqual(8);
      file.close();
    },
    30_000,
  );
});

test("pages of points that were dropped are used again: the file does not grow", () => {
  const file = new File();
  const year = (n: number): Row[] =>
    Array.from({ length: 100_000 }, (_, i) => ({ series: 1, time: (n * 100_000 + i) * 60e6, value: Math.sin(i * n) }));
  file.put(year(1));
  const pages = file.number("PRAGMA page_count");
  for (let n = 2; n < 6; n++) {
    file.put([], [{ op: "retain", series: [1], before: n * 100_000 * 60e6 }]);
    expect(file.number("PRAGMA freelist_count")).toBeGreaterThan(100);
    file.put(year(n));
  }
  expect(file.number("SELECT sum(n) FROM (SELECT n FROM block UNION ALL SELECT n FROM part)")).toBe(100_000);
  expect(file.number("PRAGMA page_count")).toBeLessThan(pages * 1.5);
  file.close();
}, 30_000);

test("between any two slices of rolling up each point is counted once, and slices are many", () => {
  const file = new File();
  const rows = Array.from({ length: 30_000 }, (_, i) => ({ series: 1, time: i * 60e6, value: (i * 7) % 10_000 }));
  file.put(rows, [{ op: "series_put", id: 1, device: 1, field: 1, type: "COUNTER" }]);
  const reads = new Reads(file.folder);
  const DAY = 86_400e6;
  const edges = Float64Array.from({ length: 22 }, (_, i) => i * DAY);
  const before = reads.aggregate(1, edges);
  const rollups = [60e6, 3600e6, DAY].map((step) => ({ step, before: Number.NEGATIVE_INFINITY }));
  file.writer.commit(batchOf(1, [], [{ op: "retain", series: [1], before: 18 * DAY, rollups }]));
  let slices = 0;
  for (let more = true; more; slices++) {
    more = file.writer.slice();
    const { rolled, ...figures } = reads.aggregate(1, edges);
    expect<unknown>({ ...figures, rolled: null }).toEqual(before);
    expect(rolled?.before ?? 0).toBeLessThanOrEqual(18 * DAY);
  }
  expect(reads.read(1, 0, 1e15, 1e6).times[0]).toBe(18 * DAY);
  expect(slices).toBeGreaterThan(6);
  reads.close();
  file.close();
}, 30_000);
