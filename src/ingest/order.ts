import type { Micros } from "../base/types.ts";
import { Applied, isStamped } from "../store/apply.ts";
import type { Seq, SeriesState } from "../store/ports.ts";
import { TAG_LATE, TAG_PROPOSED } from "../store/record.ts";
import { type Batch, ROW_CURRENT, ROW_MESSAGE, ROW_PUBLISHED, tagsOf } from "./batch.ts";
import { bigger } from "./bigger.ts";
import type { SeriesTable } from "./series.ts";

const START = 1024;

/** The newest values of a committed batch of the only node become those that the table of series has. */
export function makeCurrent(batch: Batch, series: SeriesTable): void {
  for (let i = 0; i < batch.count; i++) {
    const flags = batch.flags[i] as number;
    if (flags & ROW_MESSAGE) continue;
    series.seq[batch.series[i] as number] = batch.firstSeq + (batch.index[i] as number);
    if (flags & ROW_CURRENT) commitRow(batch, i, series);
  }
}
function commitRow(batch: Batch, i: number, series: SeriesTable): void {
  const text = batch.strings.size > 0 ? (batch.strings.get(i) ?? null) : null;
  const id = batch.series[i] as number; // a row's
  series.commit(id, batch.time[i] as number, batch.num[i] as number, batch.num2[i] as number, text);
}

/**
 * Among several nodes: what the order of the log makes of rows, this node's and others', told one after the other in that order. It
 * knows of each series what the rows so far came to; the table of series runs ahead of that with what is proposed.
 */
export class LogOrder {
  /** Two of each series, side by side: highest arrival stamp, 0: none; time of the current value, -Infinity: there is none. */
  private known = new Float64Array(0);
  private readonly applied = new Applied();

  constructor(private readonly series: SeriesTable) {}

  /** Takes over what the store found at the start, or a piece of it. */
  load(states: readonly SeriesState[]): void {
    for (const { id, lastArrival, time } of states) {
      this.room(id);
      this.known[id * 2] = lastArrival;
      this.known[id * 2 + 1] = time ?? Number.NEGATIVE_INFINITY;
    }
  }
  /** Whether a stamp is not later than those that are known: it goes around them knowingly. */
  isLate(id: number, stamp: Micros): boolean {
    return stamp <= (this.known[id * 2] ?? 0);
  }

  /** The next row of the log. @param flags of its row in the record */
  row(id: number, seq: Seq, flags: number, time: Micros): Applied {
    const { series, applied } = this;
    this.room(id);
    const { known } = this;
    const at = id * 2;
    const [arrival, before] = [known[at] as number, known[at + 1] as number]; // there is room
    applied.row(flags, time, arrival, before);
    series.seq[id] = seq;
    if (isStamped(flags)) {
      known[at] = Math.max(arrival, applied.time);
      // stamps of this node are later from now on, whatever its clock shows; those that lie ahead of it bind none
      if (!series.ahead.has(id) || (flags & TAG_LATE) !== 0)
        series.arrival[id] = Math.max(series.arrival[id] as number, applied.time);
    }
    if (!applied.isCurrent) return applied;
    known[at + 1] = applied.time;
    // what this node has proposed since stays ahead of it
    const isAhead = series.time[id] !== before;
    series.time[id] = isAhead ? Math.max(series.time[id] as number, applied.time) : applied.time;
    return applied;
  }

  /** The rows of a batch of this node, whose turn in the log has come, become what they are. */
  settle(batch: Batch): void {
    const { series } = this;
    for (let i = 0; i < batch.count; i++) {
      const flags = batch.flags[i] as number;
      if (flags & ROW_MESSAGE) continue;
      const seq = batch.firstSeq + (batch.index[i] as number);
      const proposed = batch.time[i] as number; // a row's
      const id = batch.series[i] as number;
      const { time, isCurrent, isPublished } = this.row(id, seq, tagsOf(flags) | TAG_PROPOSED, proposed);
      if (time !== proposed || isPublished !== ((flags & ROW_PUBLISHED) !== 0))
        series.settled.add([{ seq, time, isPublished }]);
      batch.time[i] = time;
      const others = flags & ~(ROW_PUBLISHED | ROW_CURRENT);
      batch.flags[i] = others | (isPublished ? ROW_PUBLISHED : 0) | (isCurrent ? ROW_CURRENT : 0);
      if (isCurrent) commitRow(batch, i, series);
    }
  }

  private room(id: number): void {
    const before = this.known.length;
    if (id * 2 < before) return;
    const next = bigger(this.known, new Float64Array(Math.max(START, id * 2 + 2, before * 2)));
    for (let at = before; at < next.length; at += 2) next[at + 1] = Number.NEGATIVE_INFINITY;
    this.known = next;
  }
}
