import type { Parsed } from "../measure/types.ts";
import { toValue } from "../measure/index.ts";
import { copyForwarded, type PublishView } from "../codec/index.ts";
import type { News, StoreOp } from "../store/ports.ts";
import { RecordWriter, TAG_EXPLICIT, TAG_HISTORICAL } from "../store/record.ts";
import { retainedBytes, writeRemoval, writeRetained } from "../store/retained.ts";
import { bigger } from "./bigger.ts";
import type { FreeTopic } from "./free-topic.ts";
import type { Target } from "./target.ts";
import { Turn } from "./turn.ts";

/** Someone who waits for a commit: a connection with an acknowledgement, an HTTP request. */
export interface Waiter {
  /** The commit is durable; `what` is what the waiter gave with itself. */
  committed(what: number): void;
  /** The commit was given up: nothing of it was stored. */
  failed(what: number): void;
}

/** Who publishes a message; the same object for as long as its session lives. */
export interface Publisher {
  /** `<principal>\0<client identifier>`. */
  readonly key: string;
  /** Number of its stored session; 0: it is not stored. */
  readonly stored: number;
}

/** Bits of Batch.flags. */
export const ROW_PUBLISHED = 1;
export const ROW_CURRENT = 2;
/** A message on a free topic, never together with the two above. */
export const ROW_MESSAGE = 4;
/** … published with RETAIN. */
export const ROW_RETAIN = 8;
/** … and it had a claim on room for a topic that had no retained message. */
export const ROW_NEW = 16;
/** … its QoS times 32. */
export const ROW_QOS = 32;
// of a measurement alone: it is never current, its time was given; and as a node among several proposes it, see TAG_OTHERWISE, TAG_LATE
export const [ROW_HISTORICAL, ROW_EXPLICIT, ROW_OTHERWISE, ROW_LATE] = [TAG_HISTORICAL, TAG_EXPLICIT, 8, 16] as const;
/** What a record says of a measurement's row, by its bits here. */
export function tagsOf(flags: number): number {
  const more = (flags & (ROW_OTHERWISE | ROW_LATE)) << 5;
  return ((flags & ROW_PUBLISHED) << 4) | (flags & (ROW_EXPLICIT | ROW_HISTORICAL)) | more;
}

const NOBODY = new Uint8Array(0);
const START = 1024;
const utf8 = new TextEncoder();

/**
 * The rows that go into one commit, as packed arrays, with what happens after it: who is answered, and what is
 * published. `text[textAt[i], textEnd[i])` is the published payload of row i (empty for a row that is not published).
 * Of a message on a free topic -1 - series[i] is its place in `topics` and `senders`, and text[num[i], textAt[i]) are
 * its v5 properties; one of QoS 0 that is not retained is in no record and rides along for its turn alone.
 */
export class Batch {
  count = 0;
  series = new Int32Array(START);
  time = new Float64Array(START);
  num = new Float64Array(START);
  num2 = new Float64Array(START);
  /** Unix seconds; 0 = none. */
  deadline = new Uint32Array(START);
  flags = new Uint8Array(START);
  /** Index of the row in the record; its sequence number is firstSeq + this. */
  index = new Uint32Array(START);
  textAt = new Uint32Array(START);
  textEnd = new Uint32Array(START);
  text: Uint8Array = new Uint8Array(START * 16);
  textLength = 0;
  readonly strings = new Map<number, string>();
  readonly topics: FreeTopic[] = [];
  readonly senders: Publisher[] = [];
  /** The newest retained publish of each topic: its row. */
  private readonly retained = new Map<FreeTopic, number>();
  readonly writer: RecordWriter;
  readonly news: (Omit<News, "seq"> & { readonly index: number })[] = []; // heard before the first row is published
  ops: StoreOp[] = [];
  readonly tied = new Set<StoreOp>(); // those of `ops` that `tie` put there
  waiters: Waiter[] = [];
  what = new Float64Array(START);
  /** Number of the record's first row, as the store answered; 0 until then. */
  firstSeq = 0;
  /** Encoded when the commit starts; kept until it succeeded, so that it can be tried again. */
  blob: Uint8Array | null = null;
  /** Rows in the record, session operations included. */
  records = 0;
  /** Of the rows that it has now. */
  turn = new Turn();

  /** @param isProposal it is one of a node among several */
  constructor(isProposal = false) {
    this.writer = new RecordWriter(undefined, isProposal);
  }

  get empty(): boolean {
    const { writer, ops, waiters, topics } = this;
    return writer.count === 0 && ops.length === 0 && waiters.length === 0 && topics.length === 0;
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
    const i = this.place();
    this.series[i] = target.series;
    this.time[i] = time;
    this.num[i] = p.num;
    this.deadline[i] = deadline;
    const all = explicit ? flags | ROW_EXPLICIT : flags;
    this.flags[i] = all;
    this.record(target, tagsOf(all), time, deadline, p, i);
    this.textAt[i] = this.textLength;
    if (flags & (ROW_PUBLISHED | ROW_OTHERWISE)) {
      if (p.verbatim) this.copyText(buf, p.from, p.to);
      else this.printText(target.type.print(toValue(target.type, p), target.product.row.boolText));
    }
    this.textEnd[i] = this.textLength;
  }
  private record(target: Target, flags: number, time: number, deadline: number, p: Parsed, i: number): void {
    const { writer } = this;
    const id = target.series;
    const { form } = target.type;
    switch (form) {
      case "number":
        if (p.scale >= 0) writer.decimal(flags, id, time, deadline, p.scale, p.mantissa);
        else writer.double(flags, id, time, deadline, p.num);
        return;
      case "boolean":
        return writer.bool(flags, id, time, deadline, p.num === 1);
      case "position":
        this.num2[i] = p.num2;
        return writer.geo(flags, id, time, deadline, p.num, p.num2);
      case "text":
        this.strings.set(i, p.text);
        return writer.text(flags, id, time, deadline, p.text);
      default:
        form satisfies never;
    }
  }
  /**
   * Appends a message that `view` read from `buf`. `flags`: ROW_RETAIN, ROW_NEW.
   * @param deadline Unix seconds; 0 = none
   */
  message(
    topic: FreeTopic,
    sender: Publisher,
    view: PublishView,
    deadline: number,
    flags: number,
    buf: Uint8Array,
  ): void {
    const i = this.place();
    this.series[i] = -1 - this.topics.length;
    this.topics.push(topic);
    this.senders.push(sender);
    this.deadline[i] = deadline;
    this.flags[i] = ROW_MESSAGE | flags | (view.qos * ROW_QOS);
    const from = this.textLength;
    const props = view.propsEnd - view.propsStart;
    if (from + props > this.text.length) this.growText(props);
    this.textLength = copyForwarded(view, buf, this.text, from);
    this.num[i] = from;
    this.textAt[i] = this.textLength;
    this.copyText(buf, view.payloadStart, view.payloadEnd);
    this.textEnd[i] = this.textLength;
    const { qos, retain } = view;
    const { writer, text } = this;
    // other nodes learn of it by the record alone
    if (qos === 0 && !retain && !writer.isProposal) return;
    const key = writer.isProposal && retain ? utf8.encode(sender.key) : NOBODY;
    const [at, to] = [this.textAt[i] as number, this.textLength]; // just set
    writer.message(topic.workspace, sender.stored, qos, retain, deadline, topic.bytes, text, from, at, to, key);
    if (!retain) return;
    // in the order of the newest rows: a topic may be there as two objects
    this.retained.delete(topic);
    this.retained.set(topic, i);
  }
  /** What the retained messages of this batch change in the store; null: nothing. */
  retainedChanges(): Uint8Array | null {
    if (this.retained.size === 0) return null;
    const parts: Uint8Array[] = [];
    for (const [{ workspace, bytes }, i] of this.retained) {
      const [from, at, to] = [this.num[i] as number, this.textAt[i] as number, this.textEnd[i] as number];
      if (at === to) {
        const part = new Uint8Array(retainedBytes(bytes.length, 0, 0, 0));
        writeRemoval(part, 0, workspace, bytes, 0);
        parts.push(part);
        continue;
      }
      const publisher = utf8.encode(this.senderOf(i).key);
      const part = new Uint8Array(retainedBytes(bytes.length, publisher.length, at - from, to - at));
      const qos = (this.flags[i] as number) >> 5;
      writeRetained(part, 0, workspace, this.deadline[i] as number, qos, bytes, publisher, this.text, from, at, to);
      parts.push(part);
    }
    return Buffer.concat(parts);
  }
  /** Topic and publisher of a message's row. */
  topicOf(i: number): FreeTopic {
    return this.topics[-1 - (this.series[i] as number)] as FreeTopic; // `message` entered it
  }
  senderOf(i: number): Publisher {
    return this.senders[-1 - (this.series[i] as number)] as Publisher; // `message` entered it
  }

  /** The next row, and its place in the record. */
  place(index = this.writer.count): number {
    const i = this.count;
    if (i === this.series.length) this.grow();
    this.count = i + 1;
    this.index[i] = index;
    return i;
  }
  copyText(buf: Uint8Array, from: number, to: number): void {
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
  /** Appends text, UTF-8. */
  printText(printed: string): void {
    const most = printed.length * 3;
    if (this.textLength + most > this.text.length) this.growText(most);
    this.textLength += utf8.encodeInto(printed, this.text.subarray(this.textLength)).written;
  }

  /** An operation that is done with these rows or not at all: it does not outlive a commit that is given up. */
  tie(op: StoreOp): void {
    this.ops.push(op);
    this.tied.add(op);
  }
  /** `waiter` hears of the outcome, in the order of registration. */
  wait(waiter: Waiter, what: number): void {
    const i = this.waiters.length;
    if (i === this.what.length) this.what = bigger(this.what, new Float64Array(i * 2));
    this.waiters.push(waiter);
    this.what[i] = what;
  }

  /** Fixes the record; the batch takes no more rows until `clear`. */
  seal(): void {
    this.records = this.writer.count;
    this.blob = this.records > 0 ? this.writer.finish() : null;
  }
  /** Empties the batch for its next use; the arrays are kept. */
  clear(): void {
    this.count = 0;
    this.textLength = 0;
    this.strings.clear();
    this.retained.clear();
    for (const list of [this.topics, this.senders, this.news]) list.length = 0;
    this.ops = [];
    this.tied.clear();
    this.waiters = [];
    this.blob = null;
    this.firstSeq = 0;
    this.records = 0;
    this.turn = new Turn();
  }
  private grow(): void {
    const n = this.series.length * 2;
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
    this.text = bigger(this.text.subarray(0, this.textLength), next);
  }
}
