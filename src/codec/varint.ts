import { byteAt } from "./bytes.ts";
import { CodecError, PACKET_TOO_LARGE } from "./error.ts";

/** The largest value of a Variable Byte Integer (section 1.5.5). */
export const VARINT_MAX = 268_435_455;

/** `varintAt` found the end of the data before the end of the integer. */
export const VARINT_SHORT = -1;
/** `varintAt` found a fifth byte or an encoding that is not the shortest. */
export const VARINT_BAD = -2;

/** How many bytes (1 to 4) the Variable Byte Integer `n` takes. Throws CodecError 0x95 when it has no encoding. */
export function varintLength(n: number): 1 | 2 | 3 | 4 {
  if (n < 128) return 1;
  if (n < 16_384) return 2;
  if (n < 2_097_152) return 3;
  if (n <= VARINT_MAX) return 4;
  throw new CodecError(PACKET_TOO_LARGE, "a length above 268,435,455 has no encoding");
}

/**
 * Writes `n` (an integer, 0 to 268,435,455) at `at` in the fewest bytes [MQTT-1.5.5-1] and returns the offset after it.
 * The caller has made room for `varintLength(n)` bytes.
 */
export function putVarint(buf: Uint8Array, at: number, n: number): number {
  let rest = n;
  let to = at;
  while (rest > 127) {
    buf[to++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  buf[to++] = rest;
  return to;
}

/**
 * The Variable Byte Integer at `at`, reading no further than `end`; or VARINT_SHORT, or VARINT_BAD. Its encoded length
 * is `varintLength` of the value, because only the shortest encoding is accepted.
 */
export function varintAt(buf: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    if (at + i >= end) return VARINT_SHORT;
    const byte = byteAt(buf, at + i);
    value |= (byte & 127) << (7 * i);
    if (byte < 128) return byte === 0 && i > 0 ? VARINT_BAD : value; // [MQTT-1.5.5-1]
  }
  return VARINT_BAD; // a continuation bit in the fourth byte asks for a fifth one, which does not exist
}
