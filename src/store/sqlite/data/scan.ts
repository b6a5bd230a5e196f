import { openBlock } from "./block.ts";
import { type Columns, firstAtLeast, mergeColumns, NO_POINTS, sliceOf, within } from "./block/columns.ts";
import { Packed } from "./block/packed.ts";
import type { Head } from "./head.ts";
import type { Sealed } from "./head-order.ts";
import { isPurged, type Purge, purgesOf, withoutPurged } from "./purge.ts";
import { knownType } from "../../../measure/types.ts";
import type { Sql } from "./sql.ts";

/** Takes what a scan finds, in the order of time. */
export interface Sink {
  points(c: Columns): void;
  /** A whole block, all of it within the range and nothing written over it. */
  block(block: Packed): void;
  /** Nothing more is wanted. */
  readonly full: boolean;
}

interface BlockRow {
  t0: number;
  t1: number;
  body: Uint8Array;
}

/** What one read transaction sees of a series. */
export class SeriesView {
  private readonly purges: readonly Purge[];
  private constructor(
    private readonly db: Sql,
    private readonly head: Head,
    private readonly series: number,
    private readonly sealed: Sealed,
    readonly counter: boolean,
  ) {
    this.purges = purgesOf(db, series);
  }

  /** null: there is no such series. @param head the unsealed log of this transaction's view */
  static of(db: Sql, head: Head, series: number): SeriesView | null {
    const row = db
      .query<{ type: string } & Sealed, [number]>(
        "SELECT type, sealed_seq, last_arrival, cur_time FROM series WHERE id = ?",
      )
      .get(series);
    return row === null ? null : new SeriesView(db, head, series, row, knownType(row.type)?.isTotal ?? false);
  }

  /** What parts and log hold of the range; it holds before what blocks have. */
  private loose(from: number, to: number): Columns {
    const rows = this.db
      .query<{ body: Uint8Array }, [number, number, number]>(
        "SELECT body FROM part WHERE series = ? AND t0 < ? AND t1 >= ? ORDER BY id",
      )
      .all(this.series, to, from);
    const pieces = rows.map(({ body }) => this.readable(body, from, to));
    const { head, purges } = this;
    let unsealed = head.rowsOf(this.series, this.sealed, from, to);
    if (purges.length > 0) unsealed = unsealed.filter((r) => !isPurged(purges, head.seqOf(r), head.timeOf(r)));
    return mergeColumns([...pieces, head.columns(unsealed)]);
  }
  private readable(body: Uint8Array, from: number, to: number): Columns {
    const block = openBlock(body);
    return withoutPurged(within(block instanceof Packed ? block.columns() : block, from, to), this.purges);
  }
  /** Start of the first block that may reach into a range from `from` on. */
  private firstStart(from: number): number {
    const row = this.db
      .query<{ t0: number }, [number, number]>(
        "SELECT t0 FROM block WHERE series = ? AND t0 <= ? ORDER BY t0 DESC LIMIT 1",
      )
      .get(this.series, from);
    return row?.t0 ?? from;
  }

  /**
   * Gives the sink what is there with from <= time < to. Returns where to go on when `late` became true on the way (all
   * before that was given), null at the end.
   */
  scan(from: number, to: number, sink: Sink, late: () => boolean): number | null {
    const loose = this.loose(from, to);
    let at = 0;
    const blocks = this.db.query<BlockRow, [number, number, number]>(
      "SELECT t0, t1, body FROM block WHERE series = ? AND t0 >= ? AND t0 < ? ORDER BY t0",
    );
    for (const { t0, t1, body } of blocks.iterate(this.series, this.firstStart(from), to)) {
      if (t1 < from) continue;
      const before = firstAtLeast(loose.times, t0);
      if (before > at) sink.points(sliceOf(loose, at, before));
      at = Math.max(at, before);
      if (sink.full) return null;
      if (t0 > from && late()) return t0;
      const end = firstAtLeast(loose.times, t1 + 1);
      if (end > at || t0 < from || t1 >= to || this.purges.length > 0) {
        sink.points(mergeColumns([this.readable(body, from, to), sliceOf(loose, at, end)]));
      } else {
        const block = openBlock(body);
        if (block instanceof Packed) sink.block(block);
        else sink.points(block);
      }
      at = end;
      if (sink.full) return null;
    }
    if (at < loose.times.length) sink.points(sliceOf(loose, at, loose.times.length));
    return null;
  }

  /** The newest point with time < at, alone; none when there is none. */
  before(at: number): Columns {
    let found = last(this.loose(Number.MIN_SAFE_INTEGER, at));
    const blocks = this.db.query<BlockRow, [number, number]>(
      "SELECT t0, t1, body FROM block WHERE series = ? AND t0 < ? ORDER BY t0 DESC",
    );
    for (const { t1, body } of blocks.iterate(this.series, at)) {
      const time = found.times[0] ?? Number.NEGATIVE_INFINITY;
      if (time >= Math.min(t1, at - 1)) break;
      const one = last(this.readable(body, Number.MIN_SAFE_INTEGER, at));
      if (one.times.length === 0) continue;
      if ((one.times[0] ?? 0) > time) found = one;
      break;
    }
    return found;
  }
}

function last(c: Columns): Columns {
  const n = c.times.length;
  return n === 0 ? NO_POINTS : sliceOf(c, n - 1, n);
}
