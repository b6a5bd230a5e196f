import type { Value } from "../../../measure/types.ts";
import { Kind, RecordReader } from "../../record.ts";
import { type Columns, columnsFrom } from "./block/columns.ts";
import { CHUNK, Chunk, flagsIn, packed } from "./head-chunk.ts";
import { HeadOrder, type Sealed } from "./head-order.ts";

const ROW_BYTES = 21;
/** About what a text or a position takes beside its characters. */
const ODD_BYTES = 64;

/**
 * Decoded log records, by series: an arena of fixed chunks, 21 bytes a row, in which the rows of a series form a chain
 * from the newest to the oldest. Used by the reader worker for all that is unsealed.
 */
export class Head {
  private readonly chunks: Chunk[] = [];
  private droppedChunks = 0;
  /** First sequence number and first arena row of each record, oldest first. */
  private seqs: number[] = [];
  private starts: number[] = [];
  private end = 0;
  private begin = 0;
  private readonly newest = new Map<number, number>();
  /** Texts and positions, by arena row, in arena order. */
  private readonly odd = new Map<number, Value>();
  private oddBytes = 0;
  private readonly order = new HeadOrder();
  /** First sequence number of the newest record; −1: none was added yet. */
  lastId = -1;

  /** Memory of all chunks, and about that of texts and positions. */
  get bytes(): number {
    return this.chunks.length * CHUNK * ROW_BYTES + this.oddBytes;
  }

  /** Adds the next record, with the number of its first row. @throws RangeError when it is damaged. */
  add(firstSeq: number, body: Uint8Array): void {
    const r = new RecordReader(body, firstSeq);
    this.order.isProposed ||= r.isProposed;
    this.seqs.push(r.firstSeq);
    this.starts.push(this.end);
    this.lastId = r.firstSeq;
    while (r.next()) {
      const row = this.end++;
      const at = row % CHUNK;
      const chunk = this.chunkFor(row);
      if (!r.isMeasurement) continue;
      chunk.time[at] = r.time;
      chunk.kind[at] = packed(r.kind, r.flags);
      if (r.kind === Kind.Text || r.kind === Kind.Geo) this.keepOdd(row, r.value);
      else chunk.num[at] = r.number;
      const before = this.newest.get(r.id);
      chunk.back[at] = before === undefined ? 0 : row - before;
      this.newest.set(r.id, row);
    }
  }

  private keepOdd(row: number, value: Value): void {
    this.odd.set(row, value);
    this.oddBytes += sizeOf(value);
  }

  private chunkFor(row: number): Chunk {
    const index = Math.floor(row / CHUNK) - this.droppedChunks;
    let chunk = this.chunks[index];
    if (chunk === undefined) {
      chunk = new Chunk();
      this.chunks[index] = chunk;
    }
    return chunk;
  }

  /** Forgets the records before the one that begins with `firstId` (all, when there is none from there on). */
  drop(firstId: number): void {
    const keep = this.seqs.findIndex((seq) => seq >= firstId);
    const records = keep < 0 ? this.seqs.length : keep;
    if (records === 0) return;
    this.seqs = this.seqs.slice(records);
    this.starts = this.starts.slice(records);
    this.begin = this.starts[0] ?? this.end;
    for (const [row, value] of this.odd) {
      if (row >= this.begin) break;
      this.odd.delete(row);
      this.oddBytes -= sizeOf(value);
    }
    const whole = Math.floor(this.begin / CHUNK) - this.droppedChunks;
    if (whole <= 0) return;
    this.chunks.splice(0, whole);
    this.droppedChunks += whole;
    for (const [series, row] of this.newest) if (row < this.begin) this.newest.delete(series);
    this.order.drop(this.begin);
  }

  private recordOf(row: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if ((this.starts[mid] ?? 0) <= row) low = mid;
      else high = mid - 1;
    }
    return low;
  }
  /** Sequence number of an arena row. */
  seqOf(row: number): number {
    const r = this.recordOf(row);
    return (this.seqs[r] ?? 0) + row - (this.starts[r] ?? 0);
  }

  /**
   * Arena rows of a series in the order written, only those that are not sealed and have from <= time < to.
   * Costs one step for each unsealed row of the series.
   */
  rowsOf(series: number, sealed: Sealed, from: number, to: number): number[] {
    const floor = this.firstRowAfter(sealed.sealed_seq);
    this.order.settle(this, series, sealed, floor);
    const rows: number[] = [];
    for (let row = this.newestRow(series); row >= floor; row = this.olderOf(row)) {
      const time = this.timeOf(row);
      if (time >= from && time < to) rows.push(row);
    }
    return rows.reverse();
  }
  /** The arena row of a series' newest unsealed point with time < at (of equal times the last written); null: there is none. */
  newestOf(series: number, sealed: Sealed, at: number): number | null {
    const floor = this.firstRowAfter(sealed.sealed_seq);
    this.order.settle(this, series, sealed, floor);
    let found: number | null = null;
    let newest = Number.NEGATIVE_INFINITY;
    for (let row = this.newestRow(series); row >= floor; row = this.olderOf(row)) {
      const time = this.timeOf(row);
      if (time < at && time > newest) [found, newest] = [row, time];
    }
    return found;
  }
  /** The newest row of a series; -1: there is none. */
  newestRow(series: number): number {
    return this.newest.get(series) ?? -1;
  }
  /** The row of the same series before this one; -1: there is none. */
  olderOf(row: number): number {
    const back = this.chunkFor(row).back[row % CHUNK] ?? 0;
    return back === 0 ? -1 : row - back;
  }
  flagsOf(row: number): number {
    return flagsIn(this.chunkFor(row).kind[row % CHUNK] ?? 0);
  }
  setTime(row: number, time: number): void {
    this.chunkFor(row).time[row % CHUNK] = time;
  }
  /** The first arena row that is still here and has a number above `seq`. */
  private firstRowAfter(seq: number): number {
    let low = 0;
    let high = this.seqs.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((this.seqs[mid] ?? 0) <= seq) low = mid + 1;
      else high = mid;
    }
    if (low === 0) return this.begin;
    const next = this.starts[low] ?? this.end;
    return Math.min(next, (this.starts[low - 1] ?? 0) + (seq + 1 - (this.seqs[low - 1] ?? 0)));
  }

  timeOf(row: number): number {
    return this.chunkFor(row).time[row % CHUNK] ?? 0;
  }
  valueOf(row: number): Value {
    const chunk = this.chunkFor(row);
    switch (this.kindOf(row)) {
      case Kind.False:
        return false;
      case Kind.True:
        return true;
      case Kind.Text:
      case Kind.Geo:
        return this.odd.get(row) ?? "";
      default:
        return chunk.num[row % CHUNK] ?? 0;
    }
  }
  private kindOf(row: number): number {
    return (this.chunkFor(row).kind[row % CHUNK] ?? 0) & 0x0f;
  }
  /** Rows as columns, in the order given: times need not ascend. */
  columns(rows: readonly number[]): Columns {
    const n = rows.length;
    const times = new Float64Array(n);
    const num = new Float64Array(n);
    let booleans = 0;
    for (let i = 0; i < n; i++) {
      const row = rows[i] ?? 0;
      const chunk = this.chunkFor(row);
      const at = row % CHUNK;
      const kind = (chunk.kind[at] ?? 0) & 0x0f;
      times[i] = chunk.time[at] ?? 0;
      num[i] = chunk.num[at] ?? 0;
      if (kind === Kind.True || kind === Kind.False) booleans++;
      else if (kind !== Kind.Decimal && kind !== Kind.Double) return this.odds(rows);
    }
    if (booleans === 0 || booleans === n) return { kind: booleans > 0 ? "boolean" : "number", times, num };
    return this.odds(rows);
  }
  private odds(rows: readonly number[]): Columns {
    return columnsFrom(
      Float64Array.from(rows, (row) => this.timeOf(row)),
      rows.map((row) => this.valueOf(row)),
    );
  }
}

function sizeOf(value: Value): number {
  return ODD_BYTES + (typeof value === "string" ? value.length : 0);
}
