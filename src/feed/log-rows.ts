import type { Micros } from "../base/types.ts";
import type { SeriesTable } from "../ingest/series.ts";
import { printValue } from "../measure/index.ts";
import type { Form, Value } from "../measure/value.ts";
import type { LogRecord, Seq } from "../store/ports.ts";
import { RecordReader, RecordWriter, TAG_HISTORICAL, TAG_PUBLISHED } from "../store/record.ts";
import type { Cursor } from "./row.ts";

/** Where devices and fields of series are found; and what became of rows where records say otherwise: nothing by default. */
export type SeriesNames = Pick<SeriesTable, "device" | "field"> & Partial<Pick<SeriesTable, "settled">>;

const utf8 = new TextEncoder();
/** A record without rows. */
const NO_RECORD = new RecordWriter(64).finish();

/** The rows of records of the log. */
export class LogRows implements Cursor {
  /** The record, for those who read what sessions noted in it, too: with its `next` instead of the cursor's. */
  reader: RecordReader = new RecordReader(NO_RECORD, 0);
  private records: readonly LogRecord[] = [];
  private nextRecord = 0;
  private after: Seq = 0;
  private upTo: Seq = Number.POSITIVE_INFINITY;
  /** What is published of the row `printedSeq`, and its length. */
  private printed = new Uint8Array(256); // a text has room made for it
  private length = 0;
  private printedSeq: Seq = -1;
  lastSeq: Seq = 0; // the row that it was asked for last
  private isAhead = false; // the reader stands on the row that `next` is to tell of
  private left = Number.POSITIVE_INFINITY;

  constructor(private readonly names: SeriesNames) {}

  /**
   * Before the first row of records, oldest first; only those with after < seq <= upTo.
   * @throws RangeError, as `next` does: a record is damaged
   */
  open(records: readonly LogRecord[], after: Seq = 0, upTo: Seq = Number.POSITIVE_INFINITY): this {
    this.records = records;
    this.nextRecord = 0;
    this.after = after;
    this.upTo = upTo;
    this.printedSeq = -1;
    this.isAhead = false;
    this.left = Number.POSITIVE_INFINITY;
    this.reader = new RecordReader(NO_RECORD, 0);
    return this;
  }
  /** Before the first row of one record. @throws RangeError when it is damaged */
  openRecord(record: LogRecord): this {
    this.open([]);
    this.reader = new RecordReader(record.body, record.firstSeq);
    return this;
  }
  /** Whether there is a row; if so, `next` tells of so many at most, until this is asked again. */
  hasMore(most: number): boolean {
    this.isAhead ||= this.step();
    this.left = most;
    return this.isAhead;
  }
  next(): boolean {
    if (this.left === 0) return false;
    if (!this.isAhead && !this.step()) return false;
    this.isAhead = false;
    this.left--;
    this.lastSeq = this.reader.seq;
    return true;
  }
  private step(): boolean {
    for (;;) {
      const { reader } = this;
      while (reader.next()) {
        if (reader.seq > this.upTo) return false;
        if (reader.seq > this.after && (reader.isMeasurement || reader.isMessage)) return true;
      }
      const record = this.records[this.nextRecord++];
      if (record === undefined) return false;
      this.reader = new RecordReader(record.body, record.firstSeq);
    }
  }
  get seq(): Seq {
    return this.reader.seq;
  }
  get isMessage(): boolean {
    return this.reader.isMessage;
  }
  get isStored(): boolean {
    return true;
  }
  get deadline(): number {
    return this.reader.deadline;
  }
  get buf(): Uint8Array {
    if (this.reader.isMessage) return this.reader.buf;
    this.print();
    return this.printed;
  }
  get payloadAt(): number {
    return this.reader.isMessage ? this.reader.payloadAt : 0;
  }
  get payloadEnd(): number {
    return this.reader.isMessage ? this.reader.payloadEnd : this.print();
  }
  /** The record has the value and not its text, which is made when it is asked for. Returns its bytes; 0 when the series is gone. */
  private print(): number {
    const { reader } = this;
    if (this.printedSeq === reader.seq) return this.length;
    this.printedSeq = reader.seq;
    this.length = 0;
    const device = this.names.device(reader.id);
    const field = this.names.field(reader.id);
    if (!device || !field || !this.isPublished) return 0;
    const text = printValue(field.row.type, reader.value, device.product.row.boolText);
    if (text.length * 3 > this.printed.length) this.printed = new Uint8Array(text.length * 3);
    this.length = utf8.encodeInto(text, this.printed).written;
    return this.length;
  }
  get isPublished(): boolean {
    const { reader, names } = this;
    return reader.isMeasurement && (names.settled?.isPublished(reader) ?? (reader.flags & TAG_PUBLISHED) !== 0);
  }
  get isHistorical(): boolean {
    return (this.reader.flags & TAG_HISTORICAL) !== 0;
  }
  get series(): number {
    return this.reader.id;
  }
  get time(): Micros {
    return this.names.settled?.timeOf(this.reader) ?? this.reader.time;
  }
  value(_form: Form): Value {
    return this.reader.value; // the record has the form
  }
  get workspace(): number {
    return this.reader.id;
  }
  get topic(): Uint8Array {
    return this.reader.buf.subarray(this.reader.topicAt, this.reader.propsAt);
  }
  get propsAt(): number {
    return this.reader.propsAt;
  }
  get qos(): number {
    return this.reader.b;
  }
  get retain(): boolean {
    return this.reader.retain;
  }
  get session(): number {
    return this.reader.a;
  }
}
