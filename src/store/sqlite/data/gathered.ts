import type { Value } from "../../../measure/types.ts";
import { Kind, RecordReader } from "../../record.ts";
import { type Columns, columnsFrom } from "./block/columns.ts";

/** Rows that are brought in order at a time, so that it can be done in slices. */
const SORT_ROWS = 32_768;

/** The measurements of log records, decoded into columns and then ordered by series, for one pass of sealing. */
export class Gathered {
  private readonly time: Float64Array;
  private readonly num: Float64Array;
  private readonly seq: Float64Array;
  /** Kind, and the row's flags. */
  private readonly kind: Uint16Array;
  /** Which series of `ids` a row belongs to. */
  private readonly slot: Uint32Array;
  private readonly slots = new Map<number, number>();
  /** Texts and positions, by row. */
  private readonly odd = new Map<number, Value>();
  private counts: Uint32Array = new Uint32Array(256);
  /** Rows by series, in each series in the order written; `ends` tells where a series ends. */
  private order: Uint32Array = new Uint32Array(0);
  private ends: Uint32Array = new Uint32Array(0);
  private ordered = 0;
  rows = 0;
  isProposed = false; // some of them are

  /** @param capacity rows that `add` will bring at most */
  constructor(capacity: number) {
    const wide = () => new Float64Array(capacity);
    [this.time, this.num, this.seq] = [wide(), wide(), wide()];
    this.kind = new Uint16Array(capacity);
    this.slot = new Uint32Array(capacity);
  }

  /** Adds the next record, with the number of its first row. @throws RangeError when it is damaged. */
  add(firstSeq: number, body: Uint8Array): void {
    const r = new RecordReader(body, firstSeq);
    this.isProposed ||= r.isProposed;
    while (r.next()) {
      if (!r.isMeasurement) continue;
      const row = this.rows++;
      this.time[row] = r.time;
      this.seq[row] = r.seq;
      this.kind[row] = r.kind | r.flags;
      if (r.kind === Kind.Text || r.kind === Kind.Geo) this.odd.set(row, r.value);
      else this.num[row] = r.number;
      const slot = this.slotOf(r.id);
      this.slot[row] = slot;
      this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    }
  }
  private slotOf(series: number): number {
    const known = this.slots.get(series);
    if (known !== undefined) return known;
    const slot = this.slots.size;
    this.slots.set(series, slot);
    if (slot < this.counts.length) return slot;
    const more = new Uint32Array(this.counts.length * 2);
    more.set(this.counts);
    this.counts = more;
    return slot;
  }
  /** Series that have rows here, ascending. */
  get series(): number[] {
    return [...this.slots.keys()].sort((a, b) => a - b);
  }

  /** Brings some more rows in order; false when all are. No record may be added afterwards. */
  sort(): boolean {
    if (this.order.length === 0) {
      this.order = new Uint32Array(this.rows);
      this.ends = new Uint32Array(this.slots.size);
      let at = 0;
      for (let slot = 0; slot < this.slots.size; slot++) {
        this.ends[slot] = at;
        at += this.counts[slot] ?? 0;
      }
    }
    const end = Math.min(this.rows, this.ordered + SORT_ROWS);
    for (let row = this.ordered; row < end; row++) {
      const slot = this.slot[row] ?? 0;
      const place = this.ends[slot] ?? 0;
      this.order[place] = row;
      this.ends[slot] = place + 1;
    }
    this.ordered = end;
    return end < this.rows;
  }

  /** The rows of a series with a number above `seq`, in the order written; a view. */
  rowsOf(series: number, seq: number): Uint32Array {
    const slot = this.slots.get(series);
    if (slot === undefined) return new Uint32Array(0);
    const high = this.ends[slot] ?? 0;
    let low = high - (this.counts[slot] ?? 0);
    for (let end = high; low < end; ) {
      const mid = (low + end) >> 1;
      if (this.seqOf(this.order[mid] ?? 0) <= seq) low = mid + 1;
      else end = mid;
    }
    return this.order.subarray(low, high);
  }

  seqOf(row: number): number {
    return this.seq[row] ?? 0;
  }
  setTime(row: number, time: number): void {
    this.time[row] = time;
  }
  timeOf(row: number): number {
    return this.time[row] ?? 0;
  }
  flagsOf(row: number): number {
    return (this.kind[row] ?? 0) & ~0x0f;
  }
  valueOf(row: number): Value {
    const kind = (this.kind[row] ?? 0) & 0x0f;
    if (kind === Kind.True || kind === Kind.False) return kind === Kind.True;
    return this.odd.get(row) ?? this.num[row] ?? 0;
  }
  /** Characters of a row's text; 0 for other values. */
  textLength(row: number): number {
    if (((this.kind[row] ?? 0) & 0x0f) !== Kind.Text) return 0; // a map is slow to ask for each number
    const odd = this.odd.get(row);
    return typeof odd === "string" ? odd.length : 0;
  }

  /** Rows as columns, in the order given: times need not ascend. */
  columns(rows: Uint32Array): Columns {
    const n = rows.length;
    const times = new Float64Array(n);
    const num = new Float64Array(n);
    let [booleans, odds] = [0, 0];
    for (let i = 0; i < n; i++) {
      const row = rows[i] ?? 0;
      times[i] = this.time[row] ?? 0;
      num[i] = this.num[row] ?? 0;
      const kind = (this.kind[row] ?? 0) & 0x0f;
      if (kind === Kind.True || kind === Kind.False) booleans++;
      else if (kind === Kind.Text || kind === Kind.Geo) odds++;
    }
    if (odds === 0 && (booleans === 0 || booleans === n))
      return { kind: booleans > 0 ? "boolean" : "number", times, num };
    return columnsFrom(
      times,
      Array.from(rows, (row) => this.valueOf(row)),
    );
  }
}
