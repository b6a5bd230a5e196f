import {
  CodecError,
  createFrame,
  decode,
  FRAME_COMPLETE,
  type Packet,
  type Properties,
  readFrame,
  type UserProperty,
  type Version,
} from "../../codec/index.ts";

/** What of a packet is shown, by name; a value is JSON. */
export type Facts = Record<string, unknown>; // its keys are ours, never a client's

/** Bytes of a payload that are shown. */
const MOST_PAYLOAD = 64;
/** Of lists (filters, reason codes, user properties). */
const MOST_ITEMS = 50;
/** Characters of a client's text. */
const MOST_TEXT = 500;

const NAMES = [
  "reserved",
  "connect",
  "connack",
  "publish",
  "puback",
  "pubrec",
  "pubrel",
  "pubcomp",
  "subscribe",
  "suback",
  "unsubscribe",
  "unsuback",
  "pingreq",
  "pingresp",
  "disconnect",
  "auth",
] as const;

/** A packet as it was seen: decoded, or why it could not be. */
export interface Seen {
  readonly name: string;
  /** Bytes of the whole packet. */
  readonly bytes: number;
  /** Null: it is malformed, or larger than what is kept of it. */
  readonly packet: Packet | null;
  readonly facts: Facts;
}

/** @param head the packet, or its beginning; @param total its bytes; @param version 0: not known yet */
export function seePacket(version: Version | 0, head: Uint8Array, total: number): Seen {
  const frame = createFrame();
  const state = readFrame(head, 0, head.length, Number.POSITIVE_INFINITY, frame);
  const name = NAMES[frame.type] ?? "reserved";
  if (state !== FRAME_COMPLETE) {
    const facts = total > head.length ? beginning(name, head, frame.bodyStart) : { malformed: "its length" };
    return { name, bytes: total, packet: null, facts };
  }
  try {
    return { name, bytes: total, packet: decode(version, head, frame), facts: {} };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { name, bytes: total, packet: null, facts: { malformed: error.message, reason: hex(error.reason) } };
  }
}

/** Of a packet that is too large to be kept: the topic, when it is a PUBLISH. */
function beginning(name: string, head: Uint8Array, bodyStart: number): Facts {
  const first = head[0] ?? 0;
  const length = ((head[bodyStart] ?? 0) << 8) | (head[bodyStart + 1] ?? 0);
  if (name !== "publish") return { large: true };
  const topic = new TextDecoder().decode(head.subarray(bodyStart + 2, bodyStart + 2 + length));
  return { qos: (first >> 1) & 3, retain: (first & 1) !== 0, dup: (first & 8) !== 0, topic: short(topic), large: true };
}

/**
 * What is shown of a decoded packet. Never a user name, a password, or authentication data; payloads and the text of
 * user properties only when asked for.
 */
export function factsOf(packet: Packet, payload: boolean): Facts {
  switch (packet.type) {
    case "connect": {
      const { version, bridge, cleanStart, keepAlive, clientId, userName, password, will, properties } = packet;
      return {
        version: { 3: "3.1", 4: "3.1.1", 5: "5.0" }[version],
        ...(bridge && { bridge }),
        client: short(clientId),
        cleanStart,
        keepAlive,
        userName: userName !== undefined,
        password: password !== undefined,
        ...(will && {
          will: {
            topic: short(will.topic),
            qos: will.qos,
            retain: will.retain,
            ...body(will.payload, payload),
            ...props(will.properties, payload),
          },
        }),
        ...props(properties, payload),
      };
    }
    case "publish": {
      const { topic, qos, dup, retain, packetId, properties } = packet;
      const id = packetId === undefined ? {} : { packetId };
      const flags = { ...(dup && { dup }), ...(retain && { retain }) };
      return {
        qos,
        ...flags,
        ...id,
        topic: short(topic),
        ...body(packet.payload, payload),
        ...props(properties, payload),
      };
    }
    case "subscribe":
      return {
        packetId: packet.packetId,
        filters: some(packet.subscriptions).map(({ filter, qos, noLocal, retainAsPublished, retainHandling }) => ({
          filter: short(filter),
          qos,
          ...(noLocal && { noLocal }),
          ...(retainAsPublished && { retainAsPublished }),
          ...(retainHandling > 0 && { retainHandling }),
        })),
        ...count(packet.subscriptions),
        ...props(packet.properties, payload),
      };
    case "unsubscribe":
      return {
        packetId: packet.packetId,
        filters: some(packet.filters).map(short),
        ...count(packet.filters),
        ...props(packet.properties, payload),
      };
    case "suback":
    case "unsuback": {
      const codes = some(packet.reasonCodes).map(hex);
      return {
        packetId: packet.packetId,
        reasons: codes,
        ...count(packet.reasonCodes),
        ...props(packet.properties, payload),
      };
    }
    case "connack":
      return {
        reason: hex(packet.reasonCode),
        sessionPresent: packet.sessionPresent,
        ...props(packet.properties, payload),
      };
    case "pingreq":
    case "pingresp":
      return {};
    case "disconnect":
    case "auth":
      return { reason: hex(packet.reasonCode), ...props(packet.properties, payload) };
    default:
      return { packetId: packet.packetId, reason: hex(packet.reasonCode), ...props(packet.properties, payload) };
  }
}

function body(bytes: Uint8Array, payload: boolean): Facts {
  return { payloadBytes: bytes.length, ...(payload && bytes.length > 0 ? beginningOf(bytes) : {}) };
}
function beginningOf(bytes: Uint8Array): Facts {
  const first = bytes.subarray(0, MOST_PAYLOAD);
  try {
    // a stream: a character that is cut at the end is no mistake of the client's
    const text = new TextDecoder("utf-8", { fatal: true }).decode(first, { stream: bytes.length > MOST_PAYLOAD });
    return { payload: text };
  } catch {
    return { payloadBase64: Buffer.from(first.buffer, first.byteOffset, first.length).toString("base64") };
  }
}

function props(properties: Properties | undefined, payload: boolean): Facts {
  const shown: Facts = {};
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === "authenticationData") shown[name] = "not shown";
    else if (name === "userProperties") shown[name] = pairs(properties?.userProperties ?? [], payload);
    else if (value instanceof Uint8Array) shown[`${name}Bytes`] = value.length;
    else shown[name] = typeof value === "string" ? short(value) : value;
  }
  return Object.keys(shown).length === 0 ? {} : { properties: shown };
}
/** Their number; with payloads also what they say. */
function pairs(list: readonly UserProperty[], payload: boolean): unknown {
  return payload ? some(list).map((pair) => pair.map(short)) : list.length;
}

function some<T>(list: readonly T[]): readonly T[] {
  return list.slice(0, MOST_ITEMS);
}
function count(list: readonly unknown[]): Facts {
  return list.length > MOST_ITEMS ? { more: list.length - MOST_ITEMS } : {};
}
function short(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}
function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, "0")}`;
}
