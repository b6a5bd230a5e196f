import { Unreadable } from "./values.ts";

/** Deeper than any message of a network. */
export const DEEPEST = 32;
/** What is said of bytes that are no message. */
export const BROKEN =
  "The body is no protobuf message of this event: set the marshaler to JSON, or look whether the address names the event (?event=up).";

/** A field as it lies on the wire (Protocol Buffers encoding, section "Message structure"). */
export interface Field {
  readonly number: number;
  /** A varint, a fixed number of 4 or 8 bytes, or bytes. */
  readonly value: bigint | Uint8Array;
  readonly wire: 0 | 1 | 2 | 5;
}

/** The fields of a message in their order. @throws Unreadable the bytes are none */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Unreadable(BROKEN);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Unreadable(BROKEN);
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new Unreadable(BROKEN);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (number === 0) throw new Unreadable(BROKEN);
    if (wire === 0) yield { number, wire, value: varint() };
    else if (wire === 1) yield { number, wire, value: take(8) };
    else if (wire === 2) yield { number, wire, value: take(Number(varint())) };
    else if (wire === 5) yield { number, wire, value: take(4) };
    else throw new Unreadable(BROKEN);
  }
}

/** A number with a fraction, of 4 bytes or of 8; undefined: it is not wanted there, or is none. */
export function floatOf(value: Uint8Array, wanted: boolean): number | undefined {
  if (!wanted) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  // a float is told with the decimals that it has, as JSON would
  const number = value.length === 4 ? Number(view.getFloat32(0, true).toPrecision(7)) : view.getFloat64(0, true);
  return Number.isFinite(number) ? number : undefined;
}

/** @throws Unreadable it is not UTF-8 */
export function textOf(value: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(value);
  } catch {
    throw new Unreadable(BROKEN);
  }
}
