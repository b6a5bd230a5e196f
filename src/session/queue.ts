import type { Delivery } from "./delivery.ts";
import type { Entry } from "./entry.ts";

export { createEntry, type Entry } from "./entry.ts";

const HEAD = 32;
const RETAIN = 4;
const PLAIN = 8;
const START = 256;
const NO_IDS: readonly number[] = [];

/** Counts the bytes of several queues together. */
export interface Meter {
  bytes: number;
}

/**
 * Messages of one session in the order they are to be sent, packed in one buffer (about 40 B for a numeric measurement):
 *   u32 length | u8 flags | u8 number of subscription ids | u16 topic length | f64 seq | u32 series | f64 time |
 *   u32 deadline | ids u32 each | topic | payload
 * Of a message on a free topic `series` is the length of its properties, in front of the payload, and `time` its workspace.
 * Positions count bytes from the queue's beginning for ever, so they stay right while the front is dropped.
 */
export class MessageQueue {
  private buf = new Uint8Array(START);
  private view = new DataView(this.buf.buffer);
  private start = 0;
  private end = 0;
  /** Position of buf[0]. */
  private base = 0;
  /** Messages in the queue. */
  count = 0;

  /** @param meter counts its bytes, too, until `uncounted` */
  constructor(private meter: Meter | null = null) {}

  /** Position of the oldest entry. */
  get head(): number {
    return this.base + this.start;
  }
  /** Position behind the newest entry. */
  get tail(): number {
    return this.base + this.end;
  }
  get bytes(): number {
    return this.end - this.start;
  }

  /** Appends a message. */
  push(d: Readonly<Delivery>): void {
    const { topic, src, from, to } = d;
    const list = d.ids ?? NO_IDS;
    const topicLength = topic?.length ?? 0;
    const n = HEAD + list.length * 4 + topicLength + (to - from);
    this.reserve(n);
    const { view, buf } = this;
    let at = this.end;
    view.setUint32(at, n, true);
    buf[at + 4] = d.qos | (d.retain ? RETAIN : 0) | (topic ? PLAIN : 0);
    buf[at + 5] = list.length;
    view.setUint16(at + 6, topicLength, true);
    view.setFloat64(at + 8, d.seq, true);
    view.setUint32(at + 16, d.series, true);
    view.setFloat64(at + 20, d.time, true);
    view.setUint32(at + 28, d.deadline, true);
    at += HEAD;
    for (let i = 0; i < list.length; i++) {
      view.setUint32(at, list[i] as number, true);
      at += 4;
    }
    if (topic) {
      buf.set(topic, at);
      at += topicLength;
    }
    if (to - from > 64) buf.set(src.subarray(from, to), at);
    else for (let i = from, k = at; i < to; i++) buf[k++] = src[i] as number;
    this.end = at + to - from;
    this.count++;
    if (this.meter !== null) this.meter.bytes += n;
  }
  private reserve(n: number): void {
    if (this.end + n <= this.buf.length) return;
    const used = this.end - this.start;
    if (this.start >= used && used + n <= this.buf.length) {
      this.buf.copyWithin(0, this.start, this.end);
    } else {
      const next = new Uint8Array(Math.max(this.buf.length * 2, used + n));
      next.set(this.buf.subarray(this.start, this.end));
      this.buf = next;
      this.view = new DataView(next.buffer);
    }
    this.base += this.start;
    this.start = 0;
    this.end = used;
  }
  /** Reads the entry at a position into `out`; false when there is none (yet). */
  read(position: number, out: Entry): boolean {
    const at = position - this.base;
    if (at < this.start || at >= this.end) return false;
    const { view, buf } = this;
    const n = view.getUint32(at, true);
    const flags = buf[at + 4] as number;
    const ids = buf[at + 5] as number;
    const topicLength = view.getUint16(at + 6, true);
    out.at = position;
    out.next = position + n;
    out.qos = (flags & 3) as 0 | 1 | 2; // push wrote it
    out.retain = (flags & RETAIN) !== 0;
    out.plain = (flags & PLAIN) !== 0;
    out.seq = view.getFloat64(at + 8, true);
    out.series = view.getUint32(at + 16, true);
    out.time = view.getFloat64(at + 20, true);
    out.workspace = out.plain ? out.time : 0;
    out.deadline = view.getUint32(at + 28, true);
    out.subscriptionIds.length = 0;
    let i = at + HEAD;
    for (let k = 0; k < ids; k++, i += 4) out.subscriptionIds.push(view.getUint32(i, true));
    out.topicStart = i;
    out.topicEnd = i + topicLength;
    out.payloadStart = out.plain ? out.topicEnd + out.series : out.topicEnd;
    out.payloadEnd = at + n;
    out.buf = buf;
    return true;
  }
  /** QoS of the entry at a position; 0 when there is none. */
  qosAt(position: number): number {
    const at = position - this.base;
    return at < this.start || at >= this.end ? 0 : (this.buf[at + 4] as number) & 3; // inside the buffer
  }
  /** Sequence number of the entry at a position; 0 when it has none, or there is none. */
  seqAt(position: number): number {
    const at = position - this.base;
    return at < this.start || at >= this.end ? 0 : this.view.getFloat64(at + 8, true);
  }
  /** Drops the entries before a position, which is that of an entry or the tail. */
  dropTo(position: number): void {
    const to = position - this.base;
    for (let at = this.start; at < to; at += this.view.getUint32(at, true)) this.count--;
    if (this.meter !== null) this.meter.bytes -= to - this.start;
    this.start = to;
    if (this.start === this.end) {
      this.base += this.start;
      this.start = 0;
      this.end = 0;
      if (this.buf.length > 65536) {
        this.buf = new Uint8Array(START);
        this.view = new DataView(this.buf.buffer);
      }
    }
  }
  /** Removes the entries in [from, to); those before them move up: their positions grow by to - from. */
  cut(from: number, to: number): void {
    const a = from - this.base;
    const b = to - this.base;
    for (let at = a; at < b; at += this.view.getUint32(at, true)) this.count--;
    this.buf.copyWithin(this.start + (b - a), this.start, a);
    this.start += b - a;
    if (this.meter !== null) this.meter.bytes -= b - a;
  }
  /** Its bytes are counted no more. */
  uncounted(): void {
    if (this.meter !== null) this.meter.bytes -= this.bytes;
    this.meter = null;
  }
  /** The bytes of the entries from a position on (a view; copy it to keep it). */
  bytesFrom(position: number): Uint8Array {
    return this.buf.subarray(position - this.base, this.end);
  }
  /** The bytes of the entries in [from, to) (a view; copy it to keep it). */
  bytesOf(from: number, to: number): Uint8Array {
    return this.buf.subarray(from - this.base, to - this.base);
  }
  /** Inserts entries that another queue packed before the one at a position; those from it on move back by their length. */
  insert(position: number, packed: Uint8Array): void {
    const before = this.count;
    const moved = this.end + this.base - position;
    this.append(packed);
    if (moved === 0 || this.count === before) return;
    const at = position - this.base;
    this.buf.copyWithin(at + packed.length, at, at + moved);
    this.buf.set(packed, at);
  }
  /** Appends entries that another queue packed. Returns how many they are. */
  append(packed: Uint8Array): number {
    const source = new DataView(packed.buffer, packed.byteOffset, packed.length);
    let n = 0;
    for (let at = 0; at < packed.length; n++) at += source.getUint32(at, true);
    this.reserve(packed.length);
    this.buf.set(packed, this.end);
    this.end += packed.length;
    this.count += n;
    if (this.meter !== null) this.meter.bytes += packed.length;
    return n;
  }
}
