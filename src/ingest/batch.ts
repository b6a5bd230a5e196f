import type { Parsed } from "../measure/types.ts";
import { printValue } from "../measure/index.ts";
import type { StoreOp } from "../store/ports.ts";
import { RecordWriter, TAG_EXPLICIT, TAG_PUBLISHED } from "../store/record.ts";
import type { Target } from "./target.ts";

/** Someone who waits for a commit: a connection with an acknowledgement, an HTTP request. */
export interface Waiter {
  /** The commit is durable; `what` is what the waiter gave with itself. */
  committed(what: number): void;
  /** The commit was given up: nothing of it was stored. */
  failed(what: number): void;
}

/** Bits of Batch.flags. */
export const ROW_PUBLISHED = 1;
export const ROW_CURRENT = 2;

const START = 1024;
const utf8 = new TextEncoder();

/**
 * The rows that go into one commit, as packed arrays, with what happens after it: who is answered, and what is
 * published. `text[textAt[i], textEnd[i])` is the published payload of row i (empty for a row that is not published).
 */
export class Batch {
  count = 0;
  series = new Int32Array(START);
  time = new Float64Array(START);
  num = new Float64Array(START);
  num2 = new Float64Array(START);
  /** Unix seconds; 0 = none. */
  deadline = new Uint32Array(START);
  /** ROW_PUBLISHED, ROW_CURRENT. */
  flags = new Uint8Array(START);
  /** Index of the row in the record; its sequence number is firstSeq + this. */
  index = new Uint32Array(START);
  textAt = new Uint32Array(START);
  textEnd = new Uint32Array(START);
  text: Uint8Array = new Uint8Array(START * 16);
  private textLength = 0;
  readonly strings = new Map<number, string>();
  readonly writer = new RecordWriter();
  ops: StoreOp[] = [];
  waiters: Waiter[] = [];
  what = new Float64Array(START);
  firstSeq = 0;
  /** Encoded when the commit starts; kept until it succeeded, so that it can be tried again. */
  blob: Uint8Array | null = null;
  /** Rows in the record, session operations included. */
  records = 0;

  get empty(): boolean {
    return this.writer.count === 0 && this.ops.length === 0 && this.waiters.length === 0;
  }
  get bytes(): number {
    return this.writer.bytes + this.textLength;
  }

  /** Appends a checked value of the target's series. `flags`: ROW_…. */
  append(
    target: Target,
    time: number,
    explicit: boolean,
    deadline: number,
    flags: number,
    p: Parsed,
    buf: Uint8Array,
  ): void {
    const i = this.count;
    if (i === this.series.length) this.grow();
    const id = target.series;
    this.count = i + 1;
    this.index[i] = this.writer.count;
    this.series[i] = id;
    this.time[i] = time;
    this.num[i] = p.num;
    this.deadline[i] = deadline;
    this.flags[i] = flags;
    const published = (flags & ROW_PUBLISHED) !== 0;
    this.record(target, (published ? TAG_PUBLISHED : 0) | (explicit ? TAG_EXPLICIT : 0), time, deadline, p, i);
    this.textAt[i] = this.textLength;
    if (published) {
      if (p.verbatim) this.copyText(buf, p.from, p.to);
      else this.print(target, p);
    }
    this.textEnd[i] = this.textLength;
  }
  private record(target: Target, flags: number, time: number, deadline: number, p: Parsed, i: number): void {
    const { writer } = this;
    const id = target.series;
    switch (target.type) {
      case "NUMERIC":
      case "INT":
      case "COUNTER":
        if (p.scale >= 0) writer.decimal(flags, id, time, deadline, p.scale, p.mantissa);
        else writer.double(flags, id, time, deadline, p.num);
        return;
      case "BOOL":
        return writer.bool(flags, id, time, deadline, p.num === 1);
      case "GEO":
        this.num2[i] = p.num2;
        return writer.geo(flags, id, time, deadline, p.num, p.num2);
      case "STRING":
        this.strings.set(i, p.text);
        return writer.text(flags, id, time, deadline, p.text);
      default:
        target.type satisfies never;
    }
  }
  private copyText(buf: Uint8Array, from: number, to: number): void {
    const n = to - from;
    if (this.textLength + n > this.text.length) this.growText(n);
    const { text } = this;
    let at = this.textLength;
    // short runs: a loop is quicker than a view on the source
    if (n <= 32) for (let i = from; i < to; i++) text[at++] = buf[i] as number;
    else {
      text.set(buf.subarray(from, to), at);
      at += n;
    }
    this.textLength = at;
  }
  private print(target: Target, p: Parsed): void {
    const printed = printValue(target.type, p, target.product.row.boolText);
    const most = printed.length * 3;
    if (this.textLength + most > this.text.length) this.growText(most);
    this.textLength += utf8.encodeInto(printed, this.text.subarray(this.textLength)).written;
  }

  /** `waiter` hears of the outcome, in the order of registration. */
  wait(waiter: Waiter, what: number): void {
    const i = this.waiters.length;
    if (i === this.what.length) {
      const bigger = new Float64Array(i * 2);
      bigger.set(this.what);
      this.what = bigger;
    }
    this.waiters.push(waiter);
    this.what[i] = what;
  }

  /** Fixes the record; the batch takes no more rows until `clear`. Returns the number of the next commit's first row. */
  seal(firstSeq: number): number {
    this.firstSeq = firstSeq;
    this.records = this.writer.count;
    this.blob = this.records > 0 ? this.writer.finish(firstSeq) : null;
    return firstSeq + this.records;
  }
  /** Empties the batch for its next use; the arrays are kept. */
  clear(): void {
    this.count = 0;
    this.textLength = 0;
    this.strings.clear();
    this.ops = [];
    this.waiters = [];
    this.blob = null;
    this.records = 0;
  }
  private grow(): void {
    const n = this.series.length * 2;
    const bigger = <T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(old: T, next: T): T => {
      next.set(old);
      return next;
    };
    this.series = bigger(this.series, new Int32Array(n));
    this.time = bigger(this.time, new Float64Array(n));
    this.num = bigger(this.num, new Float64Array(n));
    this.num2 = bigger(this.num2, new Float64Array(n));
    this.deadline = bigger(this.deadline, new Uint32Array(n));
    this.flags = bigger(this.flags, new Uint8Array(n));
    this.index = bigger(this.index, new Uint32Array(n));
    this.textAt = bigger(this.textAt, new Uint32Array(n));
    this.textEnd = bigger(this.textEnd, new Uint32Array(n));
  }
  private growText(n: number): void {
    const next = new Uint8Array(Math.max(this.text.length * 2, this.textLength + n));
    next.set(this.text.subarray(0, this.textLength));
    this.text = next;
  }
}
