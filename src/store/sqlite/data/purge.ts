import { END_OF_TIME } from "../../ports.ts";
import { type Columns, NO_POINTS, without } from "./block/columns.ts";
import type { Sql } from "./sql.ts";

/** Points of a series with t0 <= time < t1 that were deleted. */
export interface Purge {
  readonly id: number;
  readonly series: number;
  readonly t0: number;
  readonly t1: number;
  /** Log rows up to this number are meant; later ones stay. */
  readonly seq: number;
  /** 1: blocks and parts are free of them already, and what they hold in the range was written later. */
  readonly swept: number;
}

/** The deletions that log, blocks and parts may still hold points of; few, and gone with the log rows. */
export class Purges {
  private readonly bySeries = new Map<number, Purge[]>();

  constructor(db: Sql) {
    for (const purge of db.query<Purge, []>("SELECT * FROM purge ORDER BY id").all()) {
      const list = this.bySeries.get(purge.series);
      if (list === undefined) this.bySeries.set(purge.series, [purge]);
      else list.push(purge);
    }
  }
  of(series: number): readonly Purge[] {
    return this.bySeries.get(series) ?? [];
  }
}

/** Those of one series, as this transaction sees them. */
export function purgesOf(db: Sql, series: number): Purge[] {
  return db.query<Purge, [number]>("SELECT * FROM purge WHERE series = ? ORDER BY id").all(series);
}

/** Points of a block or a part without those that are deleted. */
export function withoutPurged(c: Columns, purges: readonly Purge[]): Columns {
  let left = c;
  for (const { t0, t1, swept } of purges) if (swept === 0) left = without(left, t0, t1);
  return left.times.length === 0 ? NO_POINTS : left;
}

/** Whether a log row's arrival stamp counts no more: everything from some time on was deleted after it. */
export function isStampPurged(purges: readonly Purge[], seq: number, time: number): boolean {
  for (const { seq: upTo, t0, t1 } of purges) if (t1 >= END_OF_TIME && seq <= upTo && time >= t0) return true;
  return false;
}
/** Whether a log row is deleted. */
export function isPurged(purges: readonly Purge[], seq: number, time: number): boolean {
  for (const purge of purges) if (seq <= purge.seq && time >= purge.t0 && time < purge.t1) return true;
  return false;
}
