import type { Micros } from "../base/types.ts";
import type { SettledRow } from "./ports.ts";
import type { Seq } from "./ports/seq.ts";
import { type RecordReader, TAG_PROPOSED, TAG_PUBLISHED } from "./record.ts";
import type { Applied } from "./apply.ts";

/** What became of a row, when its record says otherwise; null: the record says it. */
export function settledOf(r: Pick<RecordReader, "flags" | "time" | "seq">, applied: Applied): SettledRow | null {
  if ((r.flags & TAG_PROPOSED) === 0) return null;
  const { time, isPublished } = applied;
  if (time === r.time && isPublished === ((r.flags & TAG_PUBLISHED) !== 0)) return null;
  return { seq: r.seq, time, isPublished };
}

/**
 * The rows of the log that its order made otherwise than their records say (apply.ts): those of which two nodes recorded the same
 * series in the same moment. For whoever reads records without what came before them.
 */
export class SettledRows {
  private readonly rows = new Map<Seq, SettledRow>();

  add(rows: readonly SettledRow[]): void {
    for (const row of rows) this.rows.set(row.seq, row);
  }
  timeOf({ seq, time }: Pick<RecordReader, "seq" | "time">): Micros {
    return this.rows.size === 0 ? time : (this.rows.get(seq)?.time ?? time);
  }
  isPublished({ seq, flags }: Pick<RecordReader, "seq" | "flags">): boolean {
    const isProposed = (flags & TAG_PUBLISHED) !== 0;
    return this.rows.size === 0 ? isProposed : (this.rows.get(seq)?.isPublished ?? isProposed);
  }
  /** Rows up to this one have left the log. */
  trim(upTo: Seq): void {
    for (const seq of this.rows.keys()) if (seq <= upTo) this.rows.delete(seq);
  }
}
