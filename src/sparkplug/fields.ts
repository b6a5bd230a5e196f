import { DEEPEST, type Field } from "../networks/protobuf-wire.ts";
import type { Raw } from "./types.ts";

/** Fields of messages, read. */

/** Bytes that are no payload of Sparkplug B; the message says so. */
export class NoPayload extends Error {}

export const NOT_ONE =
  "The bytes are no payload of Sparkplug B (a protobuf message, specification section 6.4): look whether the client writes JSON or Sparkplug A.";

/** One of the six plain forms, in the order that every message of the format has them in. @throws NoPayload */
export function scalar(field: Field, place: number): Raw {
  switch (place) {
    case 1:
    case 2:
      return varint(field);
    case 3:
    case 4:
      return decimal(field);
    case 5:
      return varint(field) !== 0n;
    default:
      return text(field);
  }
}

export type Changing<T> = { -readonly [K in keyof T]: T[K] };
const utf8 = new TextDecoder("utf-8", { fatal: true });

export function checked(bytes: Uint8Array, depth: number): Uint8Array {
  if (depth > DEEPEST) throw new NoPayload(NOT_ONE);
  return bytes;
}
export function varint({ value }: Field): bigint {
  if (typeof value === "bigint") return value;
  throw new NoPayload(NOT_ONE);
}
/** A time; one that no clock can have is none. */
export function millis(field: Field): number | null {
  const time = varint(field);
  return time <= 8_640_000_000_000_000n ? Number(time) : null;
}
export function message({ value, wire }: Field): Uint8Array {
  if (wire === 2 && typeof value !== "bigint") return value;
  throw new NoPayload(NOT_ONE);
}
export function text(field: Field): string {
  return utf8.decode(message(field));
}
/** A number with a fraction, of 4 bytes or of 8; it may be none that is finite. */
function decimal({ value, wire }: Field): number {
  if (typeof value === "bigint" || wire === 2) throw new NoPayload(NOT_ONE);
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  if (wire === 1) return view.getFloat64(0, true);
  const single = view.getFloat32(0, true);
  // with the decimals that it has, where they say the same number
  const short = Number(single.toPrecision(7));
  return Math.fround(short) === single ? short : single;
}
/** One number, or several packed ones. */
export function numbers(field: Field): readonly bigint[] {
  if (typeof field.value === "bigint") return [field.value];
  const found: bigint[] = [];
  let [value, shift] = [0n, 0n];
  for (const byte of message(field)) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (shift > 70n) throw new NoPayload(NOT_ONE);
    if (byte >= 0x80) continue;
    found.push(value);
    [value, shift] = [0n, 0n];
  }
  return found;
}
