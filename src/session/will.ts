import { type Qos, type Will, writeForwarded } from "../codec/index.ts";

/** A will as it waits with its session (section 3.1.2.5). */
export interface SessionWill {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Seconds after the connection closed. */
  readonly delay: number;
  /** Message Expiry Interval, seconds; 0: none. */
  readonly expiry: number;
  /** User Property `timestamp`; null: none. */
  readonly timestamp: string | null;
  /** For topics that are no measurements: Will QoS and Will Retain [MQTT-3.1.2-14] [MQTT-3.1.2-15]. */
  readonly qos: Qos;
  readonly retain: boolean;
  /** … and the v5 properties that go on to subscribers, encoded, User Properties in their order [MQTT-3.1.3-10]. */
  readonly forwarded: Uint8Array;
}

export function willOf(will: Will | undefined): SessionWill | null {
  if (will === undefined) return null;
  const p = will.properties;
  const stamps = (p?.userProperties ?? []).filter(([name]) => name === "timestamp");
  return {
    topic: will.topic,
    payload: will.payload,
    delay: p?.willDelayInterval ?? 0,
    expiry: p?.messageExpiryInterval ?? 0,
    timestamp: stamps[0]?.[1] ?? null,
    qos: will.qos,
    retain: will.retain,
    forwarded: writeForwarded(p),
  };
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

interface Header extends Omit<SessionWill, "payload" | "forwarded" | "qos" | "retain"> {
  // those that were packed before there were free topics lack these
  readonly qos?: Qos;
  readonly retain?: boolean;
  /** Bytes of `forwarded`, which stand before the payload. */
  readonly forwarded?: number;
}

/** For the store: u32 length of a JSON header, the header, the forwarded properties, the payload. */
export function packWill(will: SessionWill | null): Uint8Array | null {
  if (will === null) return null;
  const { payload, forwarded, ...rest } = will;
  const head: Header = { ...rest, forwarded: forwarded.length };
  const json = utf8.encode(JSON.stringify(head));
  const packed = new Uint8Array(4 + json.length + forwarded.length + payload.length);
  new DataView(packed.buffer).setUint32(0, json.length, true);
  packed.set(json, 4);
  packed.set(forwarded, 4 + json.length);
  packed.set(payload, 4 + json.length + forwarded.length);
  return packed;
}
export function unpackWill(packed: Uint8Array | null): SessionWill | null {
  if (packed === null) return null;
  const length = new DataView(packed.buffer, packed.byteOffset, packed.length).getUint32(0, true);
  // written by packWill
  const head = JSON.parse(text.decode(packed.subarray(4, 4 + length))) as Header;
  const { qos = 0, retain = false, forwarded = 0, ...rest } = head;
  const from = 4 + length + forwarded;
  return { ...rest, qos, retain, forwarded: packed.slice(4 + length, from), payload: packed.slice(from) };
}
