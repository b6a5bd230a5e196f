import { lostBy, restOf, settled } from "../../../base/sum.ts";
import type { Aggregates, Rollup } from "../../ports.ts";
import { checkSeal } from "./block/bytes.ts";
import { firstAtLeast } from "./block/columns.ts";
import { decodeTable, encodeTable } from "./block/table.ts";
import { sound } from "./sound.ts";
import type { Fold } from "./fold.ts";
import type { Purge } from "./purge.ts";
import type { Sql } from "./sql.ts";

/** Figures of buckets that are not empty, by start. */
export interface Buckets {
  /** Start of each bucket, µs. */
  readonly start: Float64Array;
  readonly count: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly sum: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly firstTime: Float64Array;
  readonly lastTime: Float64Array;
  /** 0 for series that are no counters. */
  readonly increase: Float64Array;
  /** What sums and increases lack by rounding; 0 in rows of programs that did not keep it. */
  readonly lost: Float64Array;
  readonly lostIncrease: Float64Array;
}
/** In the order in which they are stored; those of a later program stand at the end, and an earlier one passes them over. */
const COLUMNS = [
  "start",
  "count",
  "min",
  "max",
  "sum",
  "first",
  "last",
  "firstTime",
  "lastTime",
  "increase",
  "lost",
  "lostIncrease",
] as const;
/** Most buckets of one row of the table: a row is written anew when buckets are added to it. */
const ROWS = 512;
/** Rows that are deleted at a time. */
const GONE_ROWS = 64;

interface RollupRow {
  id: number;
  body: Uint8Array;
}

/** The buckets of a fold that hold numbers. */
export function bucketsOf(edges: Float64Array, fold: Fold): Buckets {
  const figures = fold.done();
  const { lost, lostIncrease } = fold.rest;
  const full: number[] = [];
  for (let i = 0; i < figures.count.length; i++) if (!Number.isNaN(figures.min[i] ?? Number.NaN)) full.push(i);
  const take = (column: Aggregates["first"]): Float64Array => {
    const out = new Float64Array(full.length);
    for (let i = 0; i < out.length; i++) out[i] = Number(column[full[i] ?? 0] ?? 0);
    return out;
  };
  return {
    start: take(edges),
    count: take(figures.count),
    min: take(figures.min),
    max: take(figures.max),
    sum: take(figures.sum),
    first: take(figures.first),
    last: take(figures.last),
    firstTime: take(figures.firstTime),
    lastTime: take(figures.lastTime),
    increase: take(figures.increase).map((v) => (Number.isNaN(v) ? 0 : v)),
    lost: take(lost),
    lostIncrease: take(lostIncrease),
  };
}

/** The table of rollups, inside the caller's transaction. Damaged bodies throw RangeErrors. */
export class Rollups {
  constructor(private readonly db: Sql) {}

  /** The steps that a series has, the longest first. */
  steps(series: number): number[] {
    return this.db
      .query<{ step: number }, [number]>("SELECT DISTINCT step FROM rollup WHERE series = ? ORDER BY step DESC")
      .all(series)
      .map(({ step }) => step);
  }

  /** Buckets with from <= start < to, piece by piece. */
  *read(series: number, step: number, from: number, to: number): Generator<Buckets> {
    for (const { body } of this.rows(series, step, from, to)) {
      const all = decodeBuckets(body);
      yield slice(all, firstAtLeast(all.start, from), firstAtLeast(all.start, to));
    }
  }

  private rows(series: number, step: number, from: number, to: number): RollupRow[] {
    return this.db
      .query<RollupRow, [number, number, number, number]>(
        "SELECT id, body FROM rollup WHERE series = ? AND step = ? AND t0 < ? AND t1 >= ? ORDER BY t0",
      )
      .all(series, step, to, from);
  }

  /** Start and count of buckets with from <= start < to, row by row; those of a row may lie before or behind. */
  *counts(series: number, step: number, from: number, to: number): Generator<Pick<Buckets, "start" | "count">> {
    for (const { body } of this.rows(series, step, from, to)) {
      checkSeal(body);
      const [start, count] = decodeTable(body, 2);
      if (start !== undefined && count !== undefined) yield { start, count };
    }
  }

  /** The newest point before a time that a rollup has kept and no deletion concerns; null: none. */
  before(series: number, at: number, purges: readonly Purge[]): { time: number; value: number } | null {
    let found: { time: number; value: number } | null = null;
    for (const step of this.steps(series)) {
      const rows = this.db.query<RollupRow, [number, number, number]>(
        "SELECT id, body FROM rollup WHERE series = ? AND step = ? AND t0 < ? ORDER BY t0 DESC",
      );
      for (const { body } of rows.iterate(series, step, at)) {
        const { lastTime, last } = bucketsWithoutPurged(decodeBuckets(body), step, purges);
        const i = firstAtLeast(lastTime, at) - 1;
        const time = lastTime[i];
        if (time === undefined) continue;
        if (found === null || time > found.time) found = { time, value: last[i] ?? 0 };
        break;
      }
    }
    return found;
  }

  /** Adds buckets; those that exist already take up what came late. */
  add(series: number, step: number, buckets: Buckets): void {
    const n = buckets.start.length;
    if (n === 0) return;
    const [from, to] = [buckets.start[0] ?? 0, buckets.start[n - 1] ?? 0];
    const old = this.db
      .query<RollupRow, [number, number, number, number]>(
        "SELECT id, body FROM rollup WHERE series = ? AND step = ? AND t0 <= ? AND t1 >= ?",
      )
      .all(series, step, to, from);
    const before = this.db
      .query<RollupRow & { n: number; t1: number }, [number, number, number]>(
        "SELECT id, t1, n, body FROM rollup WHERE series = ? AND step = ? AND t0 < ? ORDER BY t0 DESC LIMIT 1",
      )
      .get(series, step, from);
    if (before !== null && before.t1 < from && before.n + n <= ROWS) old.push(before);
    const all = merge([...old.map((row) => decodeBuckets(row.body)), buckets]);
    for (const { id } of old) this.db.query("DELETE FROM rollup WHERE id = ?").run(id);
    for (let low = 0; low < all.start.length; low += ROWS) this.insert(series, step, slice(all, low, low + ROWS));
  }
  private insert(series: number, step: number, b: Buckets): void {
    const n = b.start.length;
    if (n === 0) return;
    this.db
      .query("INSERT INTO rollup (series, step, t0, t1, n, body) VALUES (?, ?, ?, ?, ?, ?)")
      .run(series, step, b.start[0] ?? 0, b.start[n - 1] ?? 0, n, encode(b));
  }

  /** Drops buckets that reach into from <= time < to, some rows at a time; false: that was all. A damaged row stays. */
  remove(series: number, from: number, to: number): boolean {
    for (const step of this.steps(series)) {
      // a bucket reaches into the range when it begins after `after` and before `to`
      const after = Math.max(Number.MIN_SAFE_INTEGER, from - step);
      const { changes } = this.db
        .query(
          "DELETE FROM rollup WHERE id IN " +
            "(SELECT id FROM rollup WHERE series = ? AND step = ? AND t0 > ? AND t0 < ? AND t1 < ? LIMIT ?)",
        )
        .run(series, step, after, to, to, GONE_ROWS);
      if (changes === GONE_ROWS) return true;
      const rows = this.db
        .query<RollupRow, [number, number, number, number]>(
          "SELECT id, body FROM rollup WHERE series = ? AND step = ? AND t0 < ? AND t1 > ?",
        )
        .all(series, step, to, after);
      for (const { id, body } of rows) {
        const all = sound(() => decodeBuckets(body));
        if (all !== null) this.replace(series, step, id, bucketsWithout(all, step, from, to));
      }
    }
    return false;
  }

  /**
   * Drops the buckets before the times that steps are kept from, and all of other steps, some rows at a time; false: that
   * was all. A damaged row stays until all of it is too old.
   */
  prune(series: number, keep: readonly Rollup[]): boolean {
    for (const step of this.steps(series)) {
      const before = keep.find((one) => one.step === step)?.before ?? Number.MAX_SAFE_INTEGER;
      const { changes } = this.db
        .query(
          "DELETE FROM rollup WHERE id IN (SELECT id FROM rollup WHERE series = ? AND step = ? AND t0 < ? AND t1 < ? LIMIT ?)",
        )
        .run(series, step, before, before, GONE_ROWS);
      if (changes === GONE_ROWS) return true;
      const rows = this.db
        .query<RollupRow, [number, number, number]>(
          "SELECT id, body FROM rollup WHERE series = ? AND step = ? AND t0 < ?",
        )
        .all(series, step, before);
      for (const { id, body } of rows) {
        const all = sound(() => decodeBuckets(body));
        if (all !== null) this.replace(series, step, id, slice(all, firstAtLeast(all.start, before), all.start.length));
      }
    }
    return false;
  }

  private replace(series: number, step: number, id: number, buckets: Buckets): void {
    this.db.query("DELETE FROM rollup WHERE id = ?").run(id);
    this.insert(series, step, buckets);
  }
}

function encode(b: Buckets): Uint8Array {
  const since = (column: Float64Array): Float64Array => {
    const out = new Float64Array(column.length);
    for (let i = 0; i < out.length; i++) out[i] = (column[i] ?? 0) - (b.start[i] ?? 0);
    return out;
  };
  return encodeTable(COLUMNS.map((name) => (name === "firstTime" || name === "lastTime" ? since(b[name]) : b[name])));
}
/** A row's buckets. @throws RangeError when it is damaged */
export function decodeBuckets(body: Uint8Array): Buckets {
  checkSeal(body);
  const columns = decodeTable(body);
  const none = new Float64Array(columns[0]?.length ?? 0);
  const column = (name: (typeof COLUMNS)[number]): Float64Array => columns[COLUMNS.indexOf(name)] ?? none.slice();
  const start = column("start");
  const at = (name: "firstTime" | "lastTime"): Float64Array => {
    const out = column(name).slice();
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + (start[i] ?? 0);
    return out;
  };
  return build((name) => (name === "firstTime" || name === "lastTime" ? at(name) : column(name)));
}
function build(column: (name: (typeof COLUMNS)[number]) => Float64Array): Buckets {
  const entries = COLUMNS.map((name) => [name, column(name)] as const);
  return Object.fromEntries(entries) as unknown as Buckets; // one entry for each of its names
}
function slice(b: Buckets, low: number, high: number): Buckets {
  return build((name) => b[name].slice(low, high));
}

/** Buckets without those that reach into from <= time < to. */
function bucketsWithout(b: Buckets, step: number, from: number, to: number): Buckets {
  const low = firstAtLeast(b.start, from - step + 1);
  const high = Math.max(low, firstAtLeast(b.start, to));
  if (low === high) return b;
  return concat([slice(b, 0, low), slice(b, high, b.start.length)]);
}

/** Buckets without those that reach into a range that was deleted and not swept yet. */
export function bucketsWithoutPurged(b: Buckets, step: number, purges: readonly Purge[]): Buckets {
  let left = b;
  for (const { t0, t1, swept } of purges) if (swept === 0) left = bucketsWithout(left, step, t0, t1);
  return left;
}

/** Those of some buckets that a test takes. */
export function bucketsWhere(b: Buckets, take: (start: number) => boolean): Buckets {
  const kept: number[] = [];
  for (let i = 0; i < b.start.length; i++) if (take(b.start[i] ?? 0)) kept.push(i);
  if (kept.length === b.start.length) return b;
  return pick(b, kept);
}
function pick(b: Buckets, order: readonly number[]): Buckets {
  return build((name) => {
    const column = b[name];
    const out = new Float64Array(order.length);
    for (let i = 0; i < out.length; i++) out[i] = column[order[i] ?? 0] ?? 0;
    return out;
  });
}

function concat(pieces: readonly Buckets[]): Buckets {
  let n = 0;
  for (const b of pieces) n += b.start.length;
  return build((name) => {
    const out = new Float64Array(n);
    let at = 0;
    for (const b of pieces) {
      out.set(b[name], at);
      at += b.start.length;
    }
    return out;
  });
}

/** Buckets of the same start become one; of points at one time that of the later piece holds. */
function merge(pieces: readonly Buckets[]): Buckets {
  const all = concat(pieces);
  const { start } = all;
  let ascending = true;
  for (let i = 1; i < start.length && ascending; i++) ascending = (start[i] ?? 0) > (start[i - 1] ?? 0);
  if (ascending) return all;
  // equal starts stay in the order of their pieces
  const order = Array.from(start, (_, i) => i).sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0));
  const firsts: number[] = [];
  for (const i of order) {
    const into = firsts.at(-1);
    if (into === undefined || start[into] !== start[i]) firsts.push(i);
    else join(all, into, i);
  }
  return pick(all, firsts);
}
/** Adds bucket i to another one, which is its own to change. */
function join(b: Buckets, into: number, i: number): void {
  const fold = (name: (typeof COLUMNS)[number], f: (old: number, more: number) => number): void => {
    b[name][into] = f(b[name][into] ?? 0, b[name][i] ?? 0);
  };
  if ((b.firstTime[i] ?? 0) <= (b.firstTime[into] ?? 0)) fold("first", (_, more) => more);
  if ((b.lastTime[i] ?? 0) >= (b.lastTime[into] ?? 0)) fold("last", (_, more) => more);
  fold("firstTime", Math.min);
  fold("lastTime", Math.max);
  fold("min", Math.min);
  fold("max", Math.max);
  fold("count", (old, more) => old + more);
  addUp(b.sum, b.lost, into, i);
  addUp(b.increase, b.lostIncrease, into, i);
}
/** Adds one sum to another, with what both of them lack. */
function addUp(sums: Float64Array, lost: Float64Array, into: number, i: number): void {
  const [old, more] = [sums[into] ?? 0, sums[i] ?? 0];
  const lacks = (lost[into] ?? 0) + (lost[i] ?? 0) + lostBy(old, more);
  sums[into] = settled(old + more, lacks);
  lost[into] = restOf(old + more, lacks);
}
