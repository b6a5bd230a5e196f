import type { Will } from "../codec/index.ts";

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
  };
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** For the store: u32 length of a JSON header, the header, the payload. */
export function packWill(will: SessionWill | null): Uint8Array | null {
  if (will === null) return null;
  const { payload, ...head } = will;
  const json = utf8.encode(JSON.stringify(head));
  const packed = new Uint8Array(4 + json.length + payload.length);
  new DataView(packed.buffer).setUint32(0, json.length, true);
  packed.set(json, 4);
  packed.set(payload, 4 + json.length);
  return packed;
}
export function unpackWill(packed: Uint8Array | null): SessionWill | null {
  if (packed === null) return null;
  const length = new DataView(packed.buffer, packed.byteOffset, packed.length).getUint32(0, true);
  // written by packWill
  const head = JSON.parse(text.decode(packed.subarray(4, 4 + length))) as Omit<SessionWill, "payload">;
  return { ...head, payload: packed.slice(4 + length) };
}
