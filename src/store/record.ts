import { GrowingBytes } from "./record-bytes.ts";
import { createTaken, Kind, MESSAGE_RETAIN, TAG_DEADLINE, TAG_PROPOSED, type TakenRow } from "./record-rows.ts";

export {
  createTaken,
  Kind,
  TAG_DEADLINE,
  TAG_EXPLICIT,
  TAG_HISTORICAL,
  TAG_LATE,
  TAG_OTHERWISE,
  TAG_PROPOSED,
  TAG_PUBLISHED,
  type TakenRow,
  Told,
} from "./record-rows.ts";
import { varintBytes } from "./varints.ts";
/**
 * The log record: one blob per commit (docs/engine.md section 2). Row-wise rather than columnar: the rows are written
 * while the network is read, and one growing buffer is cheaper than one a column (17 M rows/s either way).
 *
 *   header  "FCL2" | u32 count | f64 base time (µs)          (16 bytes, little endian)
 *   rows    tag | …                                   see Tag
 *   trailer u32 CRC32 of all before it
 *
 * A row's number is that of the record's first row + its index; every row counts, also session operations. The store gives
 * a record its number when it takes it, so the number stands beside the record and not in it. Records of the form "FCL1",
 * which older versions wrote, have it in their header (f64, after the base time) and are still read.
 *
 * "FCL3" is what a node among several writes: what its rows say of stamps and of what is current and published is proposed,
 * and the order of the log decides (apply.ts). A deadline is written times 4 there, with TAG_OTHERWISE as 1 and TAG_LATE as 2.
 */
const HEADER_BYTES = 16;
const OLD_HEADER_BYTES = 24;
const TRAILER_BYTES = 4;
const MAGIC = 0x324c4346; // "FCL2" little endian
const OLD_MAGIC = 0x314c4346;
const PROPOSAL_MAGIC = 0x334c4346;

const utf8 = new TextEncoder();
const NOBODY = new Uint8Array(0);
// A byte order mark at the start of a text is part of the text.
const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** Builds one record in a growing buffer. Not reentrant; `finish` hands the buffer over and starts afresh. */
export class RecordWriter extends GrowingBytes {
  private last = 0;
  private base = 0;
  /** A session operation may come first, so the count does not tell whether `base` is this record's. */
  private based = false;
  count = 0;

  /** @param isProposal the rows are those of a node among several */
  constructor(
    private readonly initial = 65536,
    readonly isProposal = false,
  ) {
    super(initial);
    this.at = HEADER_BYTES;
  }
  /** Bytes written so far, header included. */
  get bytes(): number {
    return this.at;
  }

  private row(tag: number, series: number, time: number, deadline: number): void {
    this.room(64);
    if (!this.based) {
      this.based = true;
      this.base = time;
      this.last = time;
    }
    this.count++;
    const more = this.isProposal ? deadline * 4 + (tag >> 8) : deadline;
    this.buf[this.at++] = more > 0 ? tag | TAG_DEADLINE : tag;
    this.varint(series);
    this.signed(time - this.last);
    this.last = time;
    if (more > 0) this.varint(more);
  }
  /** flags: TAG_PUBLISHED | TAG_EXPLICIT | TAG_HISTORICAL; of a proposal TAG_OTHERWISE and TAG_LATE, too. deadline: Unix seconds, 0 = none. mantissa / 10^scale. */
  decimal(flags: number, series: number, time: number, deadline: number, scale: number, mantissa: number): void {
    this.row(flags | Kind.Decimal, series, time, deadline);
    this.buf[this.at++] = scale;
    this.signed(mantissa);
  }
  double(flags: number, series: number, time: number, deadline: number, value: number): void {
    this.row(flags | Kind.Double, series, time, deadline);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }
  bool(flags: number, series: number, time: number, deadline: number, value: boolean): void {
    this.row(flags | (value ? Kind.True : Kind.False), series, time, deadline);
  }
  geo(flags: number, series: number, time: number, deadline: number, lat: number, lng: number): void {
    this.row(flags | Kind.Geo, series, time, deadline);
    this.view.setFloat64(this.at, lat, true);
    this.view.setFloat64(this.at + 8, lng, true);
    this.at += 16;
  }
  text(flags: number, series: number, time: number, deadline: number, value: string): void {
    this.row(flags | Kind.Text, series, time, deadline);
    const most = value.length * 3;
    this.room(most + 8);
    const bytes = utf8.encode(value);
    this.varint(bytes.length);
    this.buf.set(bytes, this.at);
    this.at += bytes.length;
  }
  /** A session operation; `c` only for the kinds that have a third number. */
  session(kind: number, session: number, b: number, c = -1): void {
    this.room(32);
    this.count++;
    this.buf[this.at++] = kind;
    this.varint(session);
    this.varint(b);
    if (c >= 0) this.varint(c);
  }
  /**
   * A message on a free topic: src[from, payloadFrom) are its v5 properties, src[payloadFrom, to) its payload.
   * @param publisher the key of who published it: other nodes are told of who retained something
   */
  message(
    workspace: number,
    session: number,
    qos: number,
    retain: boolean,
    deadline: number,
    topic: Uint8Array,
    src: Uint8Array,
    from: number,
    payloadFrom: number,
    to: number,
    publisher: Uint8Array = NOBODY,
  ): void {
    this.room(64 + topic.length + to - from + publisher.length);
    this.count++;
    this.buf[this.at++] = Kind.Message;
    this.varint(workspace);
    this.varint(session);
    this.buf[this.at++] = qos | (retain ? MESSAGE_RETAIN : 0);
    this.varint(deadline);
    this.varint(topic.length);
    this.varint(payloadFrom - from);
    this.varint(to - payloadFrom);
    if (this.isProposal && retain) {
      this.varint(publisher.length);
      this.copy(publisher, 0, publisher.length);
    }
    this.copy(topic, 0, topic.length);
    this.copy(src, from, to);
  }
  /** A member of a shared subscription took a message; see Taken. */
  taken(it: Readonly<TakenRow>): void {
    this.room(96 + it.entry.length);
    this.count++;
    this.buf[this.at++] = Kind.Taken;
    this.varint(it.session);
    this.varint(it.takes);
    this.varint(it.group);
    this.varint(it.groupTakes);
    this.varint(it.seq);
    this.varint(it.packetId);
    this.varint(it.form);
    this.varint(it.entry.length);
    this.buf.set(it.entry, this.at);
    this.at += it.entry.length;
  }
  /** What other nodes are to know. @param what see Told @param said numbers, each a varint, or bytes */
  note(what: number, said: readonly number[] | Uint8Array): void {
    const length = said instanceof Uint8Array ? said.length : varintBytes(said);
    this.room(32 + length);
    this.count++;
    this.buf[this.at++] = 0;
    this.varint(what);
    this.varint(length);
    if (said instanceof Uint8Array) this.copy(said, 0, length);
    else for (const number of said) this.varint(number);
  }
  /** Seals header and CRC; returns the record and starts an empty one. The count must not be 0. */
  finish(): Uint8Array {
    this.room(4);
    this.view.setUint32(0, this.isProposal ? PROPOSAL_MAGIC : MAGIC, true);
    this.view.setUint32(4, this.count, true);
    this.view.setFloat64(8, this.base, true);
    const crc = Bun.hash.crc32(this.buf.subarray(0, this.at));
    this.view.setUint32(this.at, crc, true);
    const done = this.buf.subarray(0, this.at + 4);
    this.afresh(Math.min(Math.max(this.initial, this.at * 2), 1 << 22));
    this.at = HEADER_BYTES;
    this.count = 0;
    this.base = 0;
    this.based = false;
    return done;
  }
}

/** The checksum that a record ends with: tells records apart. */
export function crcOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset, record.length).getUint32(record.length - TRAILER_BYTES, true);
}

/** How many rows a record has; nothing else of it is looked at. */
export function rowsOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset, record.length).getUint32(4, true);
}

/** Whether these bytes begin and end like a record of this version with so many rows; the checksum is not looked at. */
export function hasRows(record: Uint8Array, count: number): boolean {
  if (record.length < HEADER_BYTES + TRAILER_BYTES) return false;
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const magic = view.getUint32(0, true);
  return (magic === MAGIC || magic === PROPOSAL_MAGIC) && view.getUint32(4, true) === count;
}

/** What a reader stands on after `next()`; one object, reused. */
export class RecordReader {
  private readonly view: DataView;
  private at = HEADER_BYTES;
  private index = -1;
  private last: number;
  readonly count: number;
  /** TAG_PROPOSED of a record of proposals, else 0. */
  private readonly proposed: number = 0;
  kind = 0;
  flags = 0;
  seq = 0;
  /** Measurements: series. Session operations: session. Messages: workspace. */
  id = 0;
  time = 0;
  deadline = 0;
  /** Decimal: mantissa; Double, Geo: the number / latitude; session operations: second number; messages: the session. */
  a = 0;
  /** Decimal: scale; Geo: longitude; session operations: third number; messages: QoS. */
  b = 0;
  /** Messages: the RETAIN flag they were published with. */
  retain = false;
  private textAt = 0;
  private textEnd = 0;
  /** Messages: buf[topicAt, propsAt) is the topic, buf[propsAt, payloadAt) the properties, buf[payloadAt, payloadEnd) the payload; or a note. */
  topicAt = 0;
  propsAt = 0;
  /** buf[publisherAt, topicAt) is the key of who published it; empty where the record does not say. */
  publisherAt = 0;
  get payloadAt(): number {
    return this.textAt;
  }
  get payloadEnd(): number {
    return this.textEnd;
  }
  /** Kind.Taken: what it says; reused, and `entry` is a view. */
  readonly taken: TakenRow = createTaken();

  /**
   * @param firstSeq number of the record's first row, as the store gave it
   * @throws RangeError when magic, length or CRC are wrong: the record is damaged; or it is an old one with another number
   */
  constructor(
    readonly buf: Uint8Array,
    readonly firstSeq: number,
  ) {
    this.view = new DataView(buf.buffer, buf.byteOffset, buf.length);
    const magic = buf.length >= HEADER_BYTES + TRAILER_BYTES ? this.view.getUint32(0, true) : 0;
    const isOld = magic === OLD_MAGIC && buf.length >= OLD_HEADER_BYTES + TRAILER_BYTES;
    if (!isOld && magic !== MAGIC && magic !== PROPOSAL_MAGIC) throw new RangeError("not a log record");
    if (magic === PROPOSAL_MAGIC) this.proposed = TAG_PROPOSED;
    if (Bun.hash.crc32(buf.subarray(0, buf.length - TRAILER_BYTES)) !== crcOf(buf))
      throw new RangeError("log record with a wrong checksum");
    this.count = this.view.getUint32(4, true);
    this.last = this.view.getFloat64(8, true);
    if (!isOld) return;
    this.at = OLD_HEADER_BYTES;
    if (this.view.getFloat64(16, true) !== firstSeq) throw new RangeError("log record under a wrong number");
  }
  private varint(): number {
    let v = 0;
    let f = 1;
    for (;;) {
      const c = this.buf[this.at++];
      if (c === undefined) throw new RangeError("log record ends in a number");
      v += (c & 0x7f) * f;
      if (c < 0x80) return v;
      f *= 128;
    }
  }
  private signed(): number {
    const c = this.buf[this.at++];
    if (c === undefined) throw new RangeError("log record ends in a number");
    let m = c & 0x3f;
    if (c & 0x80) m += this.varint() * 64;
    return c & 0x40 ? -m : m;
  }
  /** Steps to the next row; false at the end. */
  next(): boolean {
    if (++this.index >= this.count) return false;
    this.seq = this.firstSeq + this.index;
    const tag = this.buf[this.at++] ?? 0;
    this.kind = tag & 0x0f;
    this.flags = tag & 0xf0;
    this.id = this.varint();
    if (this.kind === 0) return this.readNote();
    if (this.kind === Kind.Message) return this.message();
    if (this.kind === Kind.Taken) return this.readTaken();
    if (this.kind >= Kind.Passed) {
      this.a = this.varint();
      this.b = this.kind === Kind.OutAssigned || this.kind === Kind.Passed ? this.varint() : 0;
      return true;
    }
    this.last += this.signed();
    this.time = this.last;
    this.deadline = tag & TAG_DEADLINE ? this.varint() : 0;
    if (this.proposed !== 0) this.proposal();
    switch (this.kind) {
      case Kind.Decimal:
        this.b = this.buf[this.at++] ?? 0;
        this.a = this.signed();
        break;
      case Kind.Double:
        this.a = this.view.getFloat64(this.at, true);
        this.at += 8;
        break;
      case Kind.Geo:
        this.a = this.view.getFloat64(this.at, true);
        this.b = this.view.getFloat64(this.at + 8, true);
        this.at += 16;
        break;
      case Kind.Text: {
        const n = this.varint();
        this.textAt = this.at;
        this.at += n;
        this.textEnd = this.at;
        break;
      }
      case Kind.False:
      case Kind.True:
        break;
      default:
        throw new RangeError(`log record with an unknown row kind ${this.kind}`);
    }
    return true;
  }
  private proposal(): void {
    const more = this.deadline % 4;
    this.flags |= this.proposed | (more << 8);
    this.deadline = (this.deadline - more) / 4;
  }
  private readNote(): true {
    this.kind = Kind.Note;
    const n = this.varint();
    this.textAt = this.at;
    this.at += n;
    this.textEnd = this.at;
    return true;
  }
  /** The numbers of a row of the kind Note. */
  get numbers(): number[] {
    const after = this.at;
    const numbers: number[] = [];
    for (this.at = this.textAt; this.at < this.textEnd; ) numbers.push(this.varint());
    this.at = after;
    return numbers;
  }
  private message(): true {
    this.a = this.varint();
    const bits = this.buf[this.at++] ?? 0;
    this.b = bits & 3;
    this.retain = (bits & MESSAGE_RETAIN) !== 0;
    this.deadline = this.varint();
    const topic = this.varint();
    const props = this.varint();
    const payload = this.varint();
    const publisher = this.proposed !== 0 && this.retain ? this.varint() : 0;
    this.publisherAt = this.at;
    this.topicAt = this.at + publisher;
    this.propsAt = this.topicAt + topic;
    this.textAt = this.propsAt + props;
    this.textEnd = this.textAt + payload;
    this.at = this.textEnd;
    return true;
  }
  private readTaken(): true {
    const { taken } = this;
    taken.session = this.id;
    taken.takes = this.varint();
    taken.group = this.varint();
    taken.groupTakes = this.varint();
    taken.seq = this.varint();
    taken.packetId = this.varint();
    taken.form = this.varint();
    const n = this.varint();
    taken.entry = this.buf.subarray(this.at, this.at + n);
    this.at += n;
    return true;
  }
  /** Whether its rows are proposals, of which the order of the log decides. */
  get isProposed(): boolean {
    return this.proposed !== 0;
  }
  /** True on a measurement row, false on a session operation or a message. */
  get isMeasurement(): boolean {
    return this.kind < Kind.Passed;
  }
  /** True on a message on a free topic. */
  get isMessage(): boolean {
    return this.kind === Kind.Message;
  }
  /** The number of a Decimal or Double row, 1/0 of a boolean. */
  get number(): number {
    if (this.kind === Kind.Decimal) return this.a / 10 ** this.b;
    if (this.kind === Kind.Double) return this.a;
    return this.kind === Kind.True ? 1 : 0;
  }
  get string(): string {
    return text.decode(this.buf.subarray(this.textAt, this.textEnd));
  }
  /** The value as the API sees it. */
  get value(): number | boolean | string | { lat: number; lng: number } {
    switch (this.kind) {
      case Kind.False:
        return false;
      case Kind.True:
        return true;
      case Kind.Geo:
        return { lat: this.a, lng: this.b };
      case Kind.Text:
        return this.string;
      default:
        return this.number;
    }
  }
}
