import { Head } from "./head.ts";
import type { Sealed } from "./head-order.ts";
import type { Sql } from "./sql.ts";

/**
 * The rows of the log that are not sealed yet, for work in the background, which must not count what they write over. It
 * is decoded a record at a time, and follows the log while it grows.
 */
export class Tail {
  private readonly head = new Head();
  constructor(private readonly db: Sql) {}

  /** Reads the next record; false: there is none, and what this transaction sees is known. @throws RangeError when it is damaged */
  read(): boolean {
    const next = this.db
      .query<{ id: number; body: Uint8Array }, [number]>("SELECT id, body FROM log WHERE id > ? ORDER BY id LIMIT 1")
      .get(this.head.lastId);
    if (next === null) return false;
    this.head.add(next.id, next.body);
    return true;
  }

  /** Time of the earliest unsealed row of a series with from <= time < to; Infinity: there is none. */
  earliest(series: number, from: number, to: number): number {
    const sealed = this.db
      .query<Sealed, [number]>("SELECT sealed_seq, last_arrival, cur_time FROM series WHERE id = ?")
      .get(series);
    let time = Number.POSITIVE_INFINITY;
    if (sealed === null) return time;
    for (const row of this.head.rowsOf(series, sealed, from, to)) time = Math.min(time, this.head.timeOf(row));
    return time;
  }
}
