import type { Micros } from "../base/types.ts";
import { TAG_EXPLICIT, TAG_HISTORICAL, TAG_LATE, TAG_OTHERWISE, TAG_PROPOSED, TAG_PUBLISHED } from "./record.ts";

/**
 * What the order of the log makes of a row (docs/engine.md section 11). A node among several can only propose stamp, currency
 * and publication, for rows of others may come before its own; these rules are told every row in the log's order, with what they
 * made of those before, and come to the same everywhere. For rows that one node alone has written they change nothing.
 */

/** Whether its time is the arrival stamp: the publisher gave none. @param flags of its row in the log */
export function isStamped(flags: number): boolean {
  return (flags & TAG_EXPLICIT) === 0;
}

/**
 * Whether a row becomes the current value: an arrival-stamped one always, one with an explicit time when it is not
 * older than the current one and not said to be history.
 * @param flags of its row in the log
 * @param current time of the current value before it; null, NaN or -Infinity: there is none
 */
export function becomesCurrent(flags: number, time: Micros, current: Micros | null): boolean {
  if (isStamped(flags)) return true;
  return (flags & TAG_HISTORICAL) === 0 && (current === null || !(time < current));
}

/**
 * The time of a row: that of its publisher; or its stamp, later than all stamps before it and no explicit current time. Stamps
 * that a wrong clock left in the future bind none that goes around them knowingly.
 * @param arrival highest stamp of the series before it; 0: none
 * @param current time of the current value before it; NaN or -Infinity: there is none
 */
function settledTime(flags: number, time: Micros, arrival: Micros, current: Micros): Micros {
  if ((flags & TAG_PROPOSED) === 0 || !isStamped(flags)) return time;
  const later = (flags & TAG_LATE) === 0 && time <= arrival ? arrival + 1 : time;
  return later === current ? later + 1 : later;
}

/** Whether subscribers get a row. @param isCurrent it became the current value, by the order of the log */
function isPublished(flags: number, isCurrent: boolean): boolean {
  const isProposed = (flags & TAG_PUBLISHED) !== 0;
  if ((flags & TAG_PROPOSED) === 0 || isStamped(flags)) return isProposed;
  return isCurrent === ((flags & TAG_LATE) === 0) ? isProposed : (flags & TAG_OTHERWISE) !== 0;
}

/** A row as the order of the log made it; one object is reused. */
export class Applied {
  time: Micros = 0;
  isCurrent = false;
  isPublished = false;

  /** Takes the next row of a series. @param flags of its row @param arrival, current: see settledTime */
  row(flags: number, time: Micros, arrival: Micros, current: Micros): this {
    this.time = settledTime(flags, time, arrival, current);
    this.isCurrent = becomesCurrent(flags, this.time, current);
    this.isPublished = isPublished(flags, this.isCurrent);
    return this;
  }
}

/** Rows in memory that get the times which the order of the log makes of them. */
interface Settling {
  flagsOf(row: number): number;
  timeOf(row: number): Micros;
  setTime(row: number, time: Micros): void;
}
/** What the order of the log has made of a series so far. */
export interface SeriesOrder {
  /** Highest arrival stamp; 0: none. */
  arrival: Micros;
  /** Time of the current value; NaN: there is none. */
  current: Micros;
}
/** Settles rows of one series, all that come behind `order`, which is brought up to the last of them. */
export function settleRows(rows: Iterable<number>, of: Settling, order: SeriesOrder): void {
  for (const row of rows) {
    const flags = of.flagsOf(row);
    const time = settledTime(flags, of.timeOf(row), order.arrival, order.current);
    of.setTime(row, time);
    if (isStamped(flags)) order.arrival = Math.max(order.arrival, time);
    if (becomesCurrent(flags, time, order.current)) order.current = time;
  }
}
