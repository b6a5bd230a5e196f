import type { MapName } from "../types.ts";

/** A message as a sender of a family really writes it, and what is to be read from it. */
export interface Sample {
  readonly map: MapName;
  readonly what: string;
  readonly topic: string;
  /** JSON, a text as it is, or bytes. */
  readonly payload: unknown;
  /** What was heard before it. */
  readonly before?: readonly { readonly topic: string; readonly payload: unknown }[];
  /** The serial of the device that it is of. */
  readonly device?: string;
  /** Other names of it. */
  readonly names?: readonly string[];
  readonly label?: string | null;
  /** Each value, with its unit behind it where one is known. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** RFC 3339; null: of when it came. */
  readonly time?: string | null;
  /** Of a LoRaWAN network: kind and DevEUI of its event. */
  readonly event?: readonly [kind: string, devEui: string];
  /** Nothing is recorded, and this is said of it. */
  readonly nothing?: RegExp;
  /** It cannot be read, and this is why. */
  readonly problem?: RegExp;
}

export const NOW = Date.parse("2026-03-04T10:11:12.500Z");

export function bytesOf(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return new TextEncoder().encode(typeof payload === "string" ? payload : JSON.stringify(payload));
}
