import { type SeriesOrder, settleRows } from "../../apply.ts";
import type { Head } from "./head.ts";

/** A series as it is sealed; the rows of the log behind it are not in blocks yet. */
export interface Sealed {
  /** Number of the last row that is in blocks or parts. */
  readonly sealed_seq: number;
  /** Highest arrival stamp. */
  readonly last_arrival: number;
  /** Time of the current value; null: there is none. */
  readonly cur_time: number | null;
}

/** Gives the rows of the decoded log the times that the order of the log makes of them, each series when it is asked for. */
export class HeadOrder {
  /** There are records of proposals; without, nothing is to be done. */
  isProposed = false;
  /** How far each series was settled, and what came of it. */
  private readonly series = new Map<number, SeriesOrder & { row: number }>();

  /** Settles the rows of a series. @param floor the first of the arena that is not sealed */
  settle(head: Head, id: number, sealed: Sealed, floor: number): void {
    if (!this.isProposed) return;
    const newest = head.newestRow(id);
    const known = this.series.get(id);
    if (newest < floor || known?.row === newest) return;
    const begin = { row: floor - 1, arrival: sealed.last_arrival, current: sealed.cur_time ?? Number.NaN };
    const order = known && known.row >= floor ? known : begin;
    const rows: number[] = [];
    for (let row = newest; row > order.row; row = head.olderOf(row)) rows.push(row);
    settleRows(rows.reverse(), head, order);
    order.row = newest;
    this.series.set(id, order);
  }
  /** Rows before this one are gone. */
  drop(begin: number): void {
    for (const [id, { row }] of this.series) if (row < begin) this.series.delete(id);
  }
}
