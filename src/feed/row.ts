import type { Micros } from "../base/types.ts";
import type { Form, Value } from "../measure/value.ts";
import type { Seq } from "../store/ports.ts";

/**
 * A row that a commit made durable: a measurement, or a message on a free topic. What reads it sees the batch that was just committed
 * and the log alike. One object is reused for all rows, and what it says holds until it moves on: keep copies.
 */
export interface CommittedRow {
  /** Its position: the sequence number. */
  readonly seq: Seq;
  readonly isMessage: boolean;
  /** The log has it. A message of QoS 0 without RETAIN is in no record: it has the position of the row that follows it. */
  readonly isStored: boolean;
  /** Unix seconds after which it is not to be delivered; 0: none. */
  readonly deadline: number;
  /** buf[payloadAt, payloadEnd) is what is published: a message's payload, or the value of a published measurement as text. */
  readonly buf: Uint8Array;
  readonly payloadAt: number;
  readonly payloadEnd: number;

  // Of a measurement

  /** It is for subscribers; otherwise it was only stored (backfill). */
  readonly isPublished: boolean;
  /** It never becomes the current value. */
  readonly isHistorical: boolean;
  readonly series: number;
  readonly time: Micros;
  /** @param form of the series' field */
  value(form: Form): Value;

  // Of a message

  /** uid. */
  readonly workspace: number;
  /** Its name, UTF-8; this view may be kept while `buf` may. */
  readonly topic: Uint8Array;
  /** buf[propsAt, payloadAt) are its v5 properties without alias and expiry. */
  readonly propsAt: number;
  readonly qos: number;
  readonly retain: boolean;
  /** Number of the stored session that published it; 0: that one is not stored. */
  readonly session: number;
}

/** Committed rows in the order of their numbers; the cursor is the row that it stands on. */
export interface Cursor extends CommittedRow {
  /** Steps to the next row; false: there is none left, and nothing of the cursor may be read. */
  next(): boolean;
}
