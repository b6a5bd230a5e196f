import { openBlock } from "./block.ts";
import { firstAtLeast, without } from "./block/columns.ts";
import { Packed } from "./block/packed.ts";
import type { Head } from "./head.ts";
import type { Sealed } from "./head-order.ts";
import { isPurged, type Purge } from "./purge.ts";
import type { Sql } from "./sql.ts";

/** What a series has: points as reading it would find them, and bytes. */
interface Counted {
  readonly points: number;
  /** Those before the time that was asked for; of a block that nothing touches a share, by time. */
  readonly early: number;
  /** Times of the first and the last, µs; NaN: there is none. */
  readonly oldest: number;
  readonly newest: number;
  /** Of blocks and parts in the file, and of these by their share what lies before that time. */
  readonly bytes: number;
  readonly earlyBytes: number;
}

interface Stretch {
  readonly id: number;
  readonly t0: number;
  readonly t1: number;
  readonly n: number;
  readonly bytes: number;
}

/** Collects counts and ends. */
class Sum {
  points = 0;
  early = 0;
  oldest = Number.NaN;
  newest = Number.NaN;
  bytes = 0;
  earlyBytes = 0;

  constructor(private readonly at: number) {}

  /** What a row takes in the file. */
  stored(one: Stretch): void {
    this.bytes += one.bytes;
    this.earlyBytes += Math.round(one.bytes * this.shareOf(one));
  }
  private shareOf({ t0, t1 }: Stretch): number {
    return Math.min(1, Math.max(0, (this.at - t0) / (t1 - t0 + 1)));
  }

  /** A row of the file that holds as it is. */
  whole(one: Stretch): void {
    this.points += one.n;
    this.early += Math.round(one.n * this.shareOf(one));
    this.widen(one.t0, one.t1);
  }
  /** Ascending times, all of them different. */
  times(times: Float64Array): void {
    const [first, last] = [times[0], times.at(-1)];
    if (first === undefined || last === undefined) return;
    this.points += times.length;
    this.early += firstAtLeast(times, this.at);
    this.widen(first, last);
  }
  private widen(first: number, last: number): void {
    // not so when it is NaN: there was none yet
    if (!(this.oldest <= first)) this.oldest = first;
    if (!(this.newest >= last)) this.newest = last;
  }
}

/**
 * Counts the points of one series: each time once, and nothing that was deleted. Only bodies are opened that others reach into.
 * @param head the unsealed log of this transaction's view @param sealed what is in blocks @throws RangeError for a damaged one
 */
export function countSeries(
  db: Sql,
  head: Head,
  { id, sealed, purges }: { readonly id: number; readonly sealed: Sealed; readonly purges: readonly Purge[] },
  at: number,
): Counted {
  const sum = new Sum(at);
  const blocks = stretches(db, "block", id);
  const parts = stretches(db, "part", id);
  for (const one of [...blocks, ...parts]) sum.stored(one);
  let rows = head.rowsOf(id, sealed, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  if (purges.length > 0) rows = rows.filter((r) => !isPurged(purges, head.seqOf(r), head.timeOf(r)));
  const unsealed = distinct(Float64Array.from(rows, (r) => head.timeOf(r)));
  const deleted = purges.filter(({ swept }) => swept === 0);
  if (deleted.length === 0 && apart(blocks, parts, unsealed)) {
    for (const one of blocks) sum.whole(one);
    for (const one of parts) sum.whole(one);
    sum.times(unsealed);
    return sum;
  }
  const timesOf = (table: "part" | "block", one: Stretch): Float64Array => left(bodyOf(db, table, one.id), deleted);
  const loose = distinct(joined([...parts.map((one) => timesOf("part", one)), unsealed]));
  sum.times(loose);
  for (const block of blocks) {
    const [low, high] = [firstAtLeast(loose, block.t0), firstAtLeast(loose, block.t1 + 1)];
    if (low === high && !deleted.some(({ t0, t1 }) => t0 <= block.t1 && t1 > block.t0)) sum.whole(block);
    else sum.times(except(timesOf("block", block), loose.subarray(low, high)));
  }
  return sum;
}

function stretches(db: Sql, table: "part" | "block", series: number): Stretch[] {
  return db
    .query<Stretch, [number]>(`SELECT id, t0, t1, n, length(body) AS bytes FROM ${table} WHERE series = ? ORDER BY t0`)
    .all(series);
}
function bodyOf(db: Sql, table: "part" | "block", id: number): Float64Array {
  const row = db.query<{ body: Uint8Array }, [number]>(`SELECT body FROM ${table} WHERE id = ?`).get(id);
  if (row === null) return new Float64Array(0);
  const block = openBlock(row.body);
  return (block instanceof Packed ? block.columns() : block).times;
}
/** Times without those that deletions took. */
function left(times: Float64Array, deleted: readonly Purge[]): Float64Array {
  let rest = times;
  for (const { t0, t1 } of deleted) rest = without({ kind: "number", times: rest, num: rest }, t0, t1).times;
  return rest;
}

/** Whether no time can be in two of them. @param blocks by time, as `parts` are */
function apart(blocks: readonly Stretch[], parts: readonly Stretch[], unsealed: Float64Array): boolean {
  const [first, last] = [unsealed[0], unsealed.at(-1)];
  const loose: (readonly [number, number])[] = parts.map(({ t0, t1 }) => [t0, t1]);
  if (first !== undefined && last !== undefined) loose.push([first, last]);
  loose.sort(([a], [b]) => a - b);
  let end = Number.NEGATIVE_INFINITY;
  let next = 0;
  for (const [t0, t1] of loose) {
    if (t0 <= end) return false;
    end = t1;
    while ((blocks[next]?.t1 ?? Number.POSITIVE_INFINITY) < t0) next++;
    if ((blocks[next]?.t0 ?? Number.POSITIVE_INFINITY) <= t1) return false;
  }
  return true;
}

function joined(lists: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(lists.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const list of lists) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}
/** Each of some times once, ascending. @param times its own to change */
function distinct(times: Float64Array): Float64Array {
  times.sort();
  let n = 0;
  for (let i = 0; i < times.length; i++) if (i === 0 || times[i] !== times[i - 1]) times[n++] = times[i] ?? 0;
  return times.subarray(0, n);
}
/** The first times without the second ones; both ascend. */
function except(times: Float64Array, others: Float64Array): Float64Array {
  let at = 0;
  return times.filter((time) => {
    while ((others[at] ?? Number.POSITIVE_INFINITY) < time) at++;
    return others[at] !== time;
  });
}
