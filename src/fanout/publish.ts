import { putVarint, varintLength } from "../codec/index.ts";
import { writeTime } from "../measure/index.ts";
import { ALIAS_BYTES } from "../session/outbound.ts";
import type { Receiver } from "./link.ts";
import type { Outbox } from "./outbox.ts";

const utf8 = new TextEncoder();
const TIMESTAMP = utf8.encode("timestamp");
const UNIT = utf8.encode("unit");
/** Property identifiers (section 2.2.2.2). */
const EXPIRY = 0x02;
const SUBSCRIPTION_ID = 0x0b;
const TOPIC_ALIAS = 0x23;
/** In the first byte. */
const QOS = 6;
const QOS_2 = 4;
const USER_PROPERTY = 0x26;

const SIZE = 4096;
/** A buffer that large properties needed is kept up to this size. */
const MOST_KEPT = 65_536;

/** The v5 properties of one delivery, in a buffer that is reused. */
export class DeliveryProperties {
  buf = new Uint8Array(SIZE);
  length = 0;

  clear(): void {
    this.length = 0;
    if (this.buf.length > MOST_KEPT) this.buf = new Uint8Array(SIZE);
  }
  private room(n: number): void {
    if (this.length + n <= this.buf.length) return;
    const next = new Uint8Array(Math.max(this.buf.length * 2, this.length + n));
    next.set(this.buf.subarray(0, this.length));
    this.buf = next;
  }
  /** The encoded properties src[from, to) of a message that is passed on, unaltered and in their order. */
  append(src: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    this.room(to - from);
    this.buf.set(src.subarray(from, to), this.length);
    this.length += to - from;
  }
  /** User Property `timestamp` (RFC 3339) of a measurement. */
  timestamp(micros: number): void {
    const { buf } = this;
    let at = this.length;
    buf[at] = USER_PROPERTY;
    at = this.name(at + 1, TIMESTAMP);
    const end = writeTime(buf, at + 2, micros);
    const n = end - at - 2;
    buf[at] = 0;
    buf[at + 1] = n;
    this.length = end;
  }
  /** User Property `unit`; `unit` are its UTF-8 bytes. */
  unit(unit: Uint8Array): void {
    let at = this.length;
    this.buf[at] = USER_PROPERTY;
    at = this.name(at + 1, UNIT);
    this.length = this.name(at, unit);
  }
  /** Message Expiry Interval, seconds left [MQTT-3.3.2-6]. */
  expiry(seconds: number): void {
    const { buf } = this;
    const at = this.length;
    buf[at] = EXPIRY;
    buf[at + 1] = seconds >>> 24;
    buf[at + 2] = (seconds >>> 16) & 0xff;
    buf[at + 3] = (seconds >>> 8) & 0xff;
    buf[at + 4] = seconds & 0xff;
    this.length = at + 5;
  }
  /** All identifiers of the subscriptions that matched [MQTT-3.3.4-3]. */
  subscriptionIds(ids: readonly number[]): void {
    this.room(ids.length * 5);
    for (const id of ids) {
      this.buf[this.length] = SUBSCRIPTION_ID;
      this.length = putVarint(this.buf, this.length + 1, id);
    }
  }
  private name(at: number, bytes: Uint8Array): number {
    const { buf } = this;
    buf[at] = bytes.length >> 8;
    buf[at + 1] = bytes.length & 0xff;
    buf.set(bytes, at + 2);
    return at + 2 + bytes.length;
  }
}
/** The most that a unit may be long in UTF-8, so that a delivery's properties fit. */
export const MAX_UNIT_BYTES = 1024;

/**
 * Appends a PUBLISH (section 3.3) to an outbox. `props` null: v3, which has none. Returns false, and appends nothing,
 * when the packet would be larger than the receiver takes [MQTT-3.1.2-24].
 */
export function writePublish(
  box: Outbox,
  first: number,
  topic: Uint8Array,
  topicStart: number,
  topicEnd: number,
  packetId: number,
  props: DeliveryProperties | null,
  payload: Uint8Array,
  from: number,
  to: number,
  receiver: Receiver,
): boolean {
  const { maxPacket, aliases } = receiver;
  const rest = (packetId > 0 ? 2 : 0) + (to - from);
  // [MQTT-3.1.2-27]: who allows none has none
  let alias = aliases !== null && props !== null ? aliases.find(topic, topicStart, topicEnd) : 0;
  // at QoS 2 the topic stands beside its alias: a common client library forgets until PUBREL what an alias stands for
  const isWritten = alias <= 0 || (first & QOS) === QOS_2;
  const topicLength = isWritten ? topicEnd - topicStart : 0;
  let length = lengthOf(topicLength, props, alias) + rest;
  if (alias !== 0 && isWritten && 1 + varintLength(length) + length > maxPacket) {
    alias = 0;
    length = lengthOf(topicLength, props, 0) + rest;
  }
  const total = 1 + varintLength(length) + length;
  if (total > maxPacket) {
    receiver.tooLarge?.(total);
    return false;
  }
  if (alias < 0) {
    alias = -alias;
    aliases?.tell(alias, topic, topicStart, topicEnd);
  }
  box.reserve(total);
  const { buf } = box;
  let at = box.at;
  buf[at++] = first;
  at = putVarint(buf, at, length);
  buf[at++] = topicLength >> 8;
  buf[at++] = topicLength & 0xff;
  for (let i = topicStart, end = topicStart + topicLength; i < end; i++) buf[at++] = topic[i] as number;
  if (packetId > 0) {
    buf[at++] = packetId >> 8;
    buf[at++] = packetId & 0xff;
  }
  if (props !== null) {
    at = putVarint(buf, at, props.length + (alias > 0 ? ALIAS_BYTES : 0));
    if (alias > 0) {
      buf[at++] = TOPIC_ALIAS;
      buf[at++] = alias >> 8;
      buf[at++] = alias & 0xff;
    }
    for (let i = 0; i < props.length; i++) buf[at++] = props.buf[i] as number;
  }
  if (to - from <= 64) for (let i = from; i < to; i++) buf[at++] = payload[i] as number;
  else {
    buf.set(payload.subarray(from, to), at);
    at += to - from;
  }
  box.at = at;
  box.packets++;
  return true;
}
/** Bytes of topic and properties. */
function lengthOf(topicLength: number, props: DeliveryProperties | null, alias: number): number {
  if (props === null) return 2 + topicLength;
  const n = props.length + (alias === 0 ? 0 : ALIAS_BYTES);
  return 2 + topicLength + varintLength(n) + n;
}
