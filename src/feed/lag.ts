import type { Micros } from "../base/types.ts";
import type { LogStore, Seq } from "../store/ports.ts";

/** How far somebody is behind. */
export interface Lag {
  /** Numbers of the log between. */
  readonly rows: number;
  /** Bytes of the log, about. */
  readonly bytes: number;
  /** µs since the first of these rows was published, as far as this process knows: what it cannot do while it is down does not count. */
  readonly age: Micros;
}
/** At some time rows up to `seq` were published, and so many bytes had been committed. */
interface Mark {
  readonly seq: Seq;
  readonly bytes: number;
  readonly at: Micros;
}
/** Marks that are kept; then every second of them goes. */
const MOST = 4096;
/** Places of the log whose size is asked for at a start. */
const PLACES = 16;

/** How many bytes of the log, and how much time, lie behind a row. */
export class LogMarks {
  /** In ascending order. */
  private marks: Mark[] = [];

  /** How much lies between a row and the newest one, as the store knows it. @param bytes all that was committed since the start */
  async measure(store: Pick<LogStore, "bytesAfter">, from: Seq, newest: Seq, bytes: number, at: Micros): Promise<void> {
    for (let i = 0; i < PLACES && from < newest; i++) {
      const seq = Math.floor(from + ((newest - from) * i) / PLACES);
      this.marks.push({ seq, bytes: bytes - (await store.bytesAfter(seq)), at });
    }
    this.marks.sort((a, b) => a.seq - b.seq);
    this.mark(newest, bytes, at);
  }
  /** @param bytes all that was committed since the start */
  mark(seq: Seq, bytes: number, at: Micros): void {
    const last = this.marks.at(-1);
    if (last !== undefined && seq <= last.seq) return;
    this.marks.push({ seq, bytes, at });
    if (this.marks.length > MOST) this.marks = this.marks.filter((_, i) => i % 2 === 0 || i === MOST);
  }
  /** Nobody asks for anything before this row any more. */
  forget(before: Seq): void {
    const next = this.marks.findIndex(({ seq }) => seq > before);
    const keep = next < 0 ? this.marks.length - 1 : next - 1;
    if (keep > 0) this.marks.splice(0, keep);
  }
  /** @param newest the last row that was published @param bytes all that was committed since the start */
  of(position: Seq, newest: Seq, bytes: number, now: Micros): Lag {
    const rows = Math.max(0, newest - position);
    if (rows === 0) return { rows, bytes: 0, age: 0 };
    const i = this.marks.findIndex(({ seq }) => seq > position);
    const before = i < 0 ? this.marks.at(-1) : this.marks[i - 1];
    const next = this.marks[i] ?? { seq: newest, bytes, at: now };
    const from = before ?? next;
    const part = next.seq > from.seq ? Math.min(1, (position - from.seq) / (next.seq - from.seq)) : 0;
    const passed = from.bytes + (next.bytes - from.bytes) * Math.max(0, part);
    return { rows, bytes: Math.max(0, Math.round(bytes - passed)), age: Math.max(0, now - next.at) };
  }
  /**
   * Where a position must move to, so that no more lies behind it than the limits allow; the position itself: it may stay. Never
   * further than is known to be needed: the limits hold to within a mark.
   */
  within(position: Seq, maxBytes: number, maxAge: Micros, bytes: number, now: Micros): Seq {
    let to = position;
    for (const [i, mark] of this.marks.entries()) {
      const next = this.marks[i + 1];
      if (next === undefined) break;
      const isTooMuch = position <= mark.seq && bytes - mark.bytes > maxBytes;
      // what lies between two marks was published before the second
      const isTooOld = position < next.seq && now - next.at > maxAge;
      if (isTooMuch || isTooOld) to = Math.max(to, next.seq);
    }
    return to;
  }
}
