import { byteAt, u16At, u32At } from "./bytes.ts";
import { CodecError, malformed, protocolError, TOPIC_ALIAS_INVALID } from "./error.ts";
import type { Frame } from "./frame.ts";
import { Reader } from "./reader.ts";
import type { Qos, UserProperty, Version } from "./types.ts";
import { checkTopicName, isUtf8 } from "./utf8.ts";
import { varintAt, varintLength } from "./varint.ts";

/**
 * A PUBLISH read in place; one object is reused for every message, all offsets are indexes into the buffer that was read
 * and end with its reuse. Of the optional ranges, start 0 means absent (a packet never has a field at offset 0).
 */
export interface PublishView {
  qos: Qos;
  dup: boolean;
  retain: boolean;
  /** The topic name; empty (start equals end) only in v5 with a topic alias. */
  topicStart: number;
  topicEnd: number;
  /** 0 for QoS 0. */
  packetId: number;
  payloadStart: number;
  payloadEnd: number;
  /** The properties without their length; empty when equal. */
  propsStart: number;
  propsEnd: number;
  /** 0 = absent. */
  topicAlias: number;
  /** Message Expiry Interval in seconds; -1 = absent. */
  expiry: number;
  /** Payload Format Indicator, 0 or 1; -1 = absent. */
  payloadFormat: number;
  /** How many User Properties there are; `userProperties` reads them. */
  userProps: number;
  contentTypeStart: number;
  contentTypeEnd: number;
  hasResponseTopic: boolean;
  responseTopicStart: number;
  responseTopicEnd: number;
  correlationStart: number;
  correlationEnd: number;
  /** How many Subscription Identifiers there are; `readPublish` refuses them. */
  subscriptionIds: number;
}

/** An empty view to pass to `readPublish`. */
export function createPublishView(): PublishView {
  return {
    qos: 0,
    dup: false,
    retain: false,
    topicStart: 0,
    topicEnd: 0,
    packetId: 0,
    payloadStart: 0,
    payloadEnd: 0,
    propsStart: 0,
    propsEnd: 0,
    topicAlias: 0,
    expiry: -1,
    payloadFormat: -1,
    userProps: 0,
    contentTypeStart: 0,
    contentTypeEnd: 0,
    hasResponseTopic: false,
    responseTopicStart: 0,
    responseTopicEnd: 0,
    correlationStart: 0,
    correlationEnd: 0,
    subscriptionIds: 0,
  };
}

function clearProperties(view: PublishView): void {
  view.topicAlias = 0;
  view.expiry = -1;
  view.payloadFormat = -1;
  view.userProps = 0;
  view.contentTypeStart = 0;
  view.contentTypeEnd = 0;
  view.hasResponseTopic = false;
  view.responseTopicStart = 0;
  view.responseTopicEnd = 0;
  view.correlationStart = 0;
  view.correlationEnd = 0;
  view.subscriptionIds = 0;
}

function short(): CodecError {
  return malformed("the packet ends inside a field");
}

function twice(name: string): CodecError {
  return protocolError(`${name} is given twice`);
}

/** The end of the length-prefixed field at `at`; its content starts at `at + 2`. */
function fieldEnd(buf: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) throw short();
  const fieldEnds = at + 2 + u16At(buf, at);
  if (fieldEnds > end) throw short();
  return fieldEnds;
}

/** As `fieldEnd`, for a UTF-8 Encoded String. */
function stringEnd(buf: Uint8Array, at: number, end: number): number {
  const fieldEnds = fieldEnd(buf, at, end);
  if (!isUtf8(buf, at + 2, fieldEnds)) throw malformed("a string is not well-formed UTF-8 or holds U+0000");
  return fieldEnds;
}

/** Reads the value of property `id` at `at` into the view; returns the offset after it. */
function readProperty(buf: Uint8Array, id: number, at: number, end: number, view: PublishView): number {
  switch (id) {
    case 0x01: {
      if (view.payloadFormat !== -1) throw twice("payloadFormatIndicator");
      if (at + 1 > end) throw short();
      view.payloadFormat = byteAt(buf, at);
      if (view.payloadFormat > 1) throw protocolError("payloadFormatIndicator must be 0 or 1");
      return at + 1;
    }
    case 0x02: {
      if (view.expiry !== -1) throw twice("messageExpiryInterval");
      if (at + 4 > end) throw short();
      view.expiry = u32At(buf, at);
      return at + 4;
    }
    case 0x03: {
      if (view.contentTypeStart !== 0) throw twice("contentType");
      view.contentTypeStart = at + 2;
      view.contentTypeEnd = stringEnd(buf, at, end); // [MQTT-3.3.2-19]
      return view.contentTypeEnd;
    }
    case 0x08: {
      if (view.hasResponseTopic) throw twice("responseTopic");
      view.hasResponseTopic = true;
      view.responseTopicStart = at + 2;
      view.responseTopicEnd = stringEnd(buf, at, end); // [MQTT-3.3.2-13]
      checkResponseTopic(buf, view.responseTopicStart, view.responseTopicEnd);
      return view.responseTopicEnd;
    }
    case 0x09: {
      if (view.correlationStart !== 0) throw twice("correlationData");
      view.correlationStart = at + 2;
      view.correlationEnd = fieldEnd(buf, at, end);
      return view.correlationEnd;
    }
    case 0x0b: {
      const n = varintAt(buf, at, end);
      if (n < 0) throw malformed("a subscription identifier is malformed");
      if (n === 0) throw protocolError("a subscription identifier must not be zero");
      view.subscriptionIds++;
      return at + varintLength(n);
    }
    case 0x23: {
      if (view.topicAlias !== 0) throw twice("topicAlias");
      if (at + 2 > end) throw short();
      view.topicAlias = u16At(buf, at);
      if (view.topicAlias === 0) throw new CodecError(TOPIC_ALIAS_INVALID, "topicAlias must not be zero"); // [MQTT-3.3.2-8]
      return at + 2;
    }
    case 0x26: {
      view.userProps++;
      return stringEnd(buf, stringEnd(buf, at, end), end); // [MQTT-1.5.7-1]
    }
    default:
      throw malformed("a property is unknown or not allowed in this packet"); // 2.2.2.2
  }
}

function checkResponseTopic(buf: Uint8Array, start: number, end: number): void {
  if (start === end) throw protocolError("responseTopic must be a topic name");
  for (let at = start; at < end; at++) {
    const byte = byteAt(buf, at);
    if (byte === 0x2b || byte === 0x23) throw protocolError("responseTopic must be a topic name"); // [MQTT-3.3.2-14]
  }
}

/** Reads Property Length and properties at `at`; returns the offset after them. */
function readProperties(buf: Uint8Array, at: number, end: number, view: PublishView): number {
  const length = varintAt(buf, at, end);
  if (length < 0) throw malformed("the property length is malformed");
  const from = at + varintLength(length);
  const to = from + length;
  if (to > end) throw short();
  view.propsStart = from;
  view.propsEnd = to;
  let next = from;
  while (next < to) {
    const id = byteAt(buf, next); // ids are variable byte integers, and all that exist have one byte
    next = readProperty(buf, id, next + 1, to, view);
  }
  return to;
}

/** Reads a PUBLISH of either direction into `view`; otherwise as `readPublish`. */
export function readAnyPublish(version: Version, buf: Uint8Array, frame: Frame, view: PublishView): void {
  const { flags, bodyStart, bodyEnd: end } = frame;
  const qos = (flags >> 1) & 3;
  if (qos === 3) throw malformed("QoS 3 does not exist"); // [MQTT-3.3.1-4]
  const dup = (flags & 8) !== 0;
  if (dup && qos === 0) throw malformed("DUP is set at QoS 0"); // [MQTT-3.3.1-2]
  view.qos = qos as Qos; // 3 was refused above
  view.dup = dup;
  view.retain = (flags & 1) !== 0;
  let at = fieldEnd(buf, bodyStart, end);
  view.topicStart = bodyStart + 2;
  view.topicEnd = at;
  checkTopicName(buf, bodyStart + 2, at);
  view.packetId = 0; // [MQTT-2.2.1-2]
  if (qos > 0) {
    if (at + 2 > end) throw short();
    view.packetId = u16At(buf, at);
    if (view.packetId === 0) throw protocolError("a packet identifier must not be zero"); // [MQTT-2.2.1-3]
    at += 2;
  }
  clearProperties(view);
  view.propsStart = at;
  view.propsEnd = at;
  if (version === 5) at = readProperties(buf, at, end, view);
  if (view.topicStart === view.topicEnd && view.topicAlias === 0) {
    throw protocolError("the topic name is empty and no topic alias stands for it"); // [MQTT-4.7.3-1], 3.3.2.1
  }
  view.payloadStart = at;
  view.payloadEnd = end;
}

/**
 * Reads the PUBLISH of a client in place (section 3.3); `frame` is complete and of type PUBLISH. Nothing is allocated unless it is
 * refused. Throws CodecError 0x81, 0x82 (also for a Subscription Identifier, which only servers send), 0x90 (a wildcard
 * in the topic name) or 0x94 (topic alias 0); the view is then undefined.
 */
export function readPublish(version: Version, buf: Uint8Array, frame: Frame, view: PublishView): void {
  readAnyPublish(version, buf, frame, view);
  if (view.subscriptionIds > 0) throw protocolError("a client sent a subscription identifier"); // [MQTT-3.3.4-6]
}

/** Skips the value of a property of PUBLISH other than a User Property. */
function skipProperty(id: number, r: Reader): void {
  if (id === 0x01) r.part(1);
  else if (id === 0x02) r.part(4);
  else if (id === 0x0b) r.varint();
  else if (id === 0x23) r.part(2);
  else r.part(r.u16());
}

/** The User Properties in the property bytes of a PUBLISH that was read before, in their order [MQTT-3.3.2-18]. */
export function userProperties(buf: Uint8Array, propsStart: number, propsEnd: number): UserProperty[] {
  const r = new Reader(buf, propsStart, propsEnd);
  const found: UserProperty[] = [];
  while (r.left > 0) {
    const id = r.byte();
    if (id === 0x26) found.push([r.text(), r.text()]);
    else skipProperty(id, r);
  }
  return found;
}
