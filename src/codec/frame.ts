import { byteAt } from "./bytes.ts";
import { VARINT_BAD, VARINT_SHORT, varintAt, varintLength } from "./varint.ts";

/** Where one packet lies in a buffer; one object is reused for every packet. Offsets are indexes into the buffer. */
export interface Frame {
  /** Packet type, the high four bits of the first byte. */
  type: number;
  /** The low four bits of the first byte. */
  flags: number;
  /** Offset of the first byte of the packet. */
  start: number;
  /** Offset after the fixed header; -1 while the length is not known. */
  bodyStart: number;
  /** Offset after the packet; -1 while the length is not known. It may lie behind the data received so far. */
  bodyEnd: number;
}

/** An empty frame to pass to `readFrame`. */
export function createFrame(): Frame {
  return { type: 0, flags: 0, start: 0, bodyStart: -1, bodyEnd: -1 };
}

/** `readFrame`: the packet is not complete yet. */
export const FRAME_SHORT = 0;
/** `readFrame`: the packet is complete. */
export const FRAME_COMPLETE = 1;
/** `readFrame`: the Remaining Length is malformed. */
export const FRAME_MALFORMED = 2;
/** `readFrame`: the packet is, or will be, larger than the limit. */
export const FRAME_TOO_LARGE = 3;

/**
 * Finds the packet that begins at `at` in the received bytes [at, end) (section 2.1). `limit` counts bytes of the whole
 * packet and is applied as soon as the length is known, before the body arrives, so that a huge announced length
 * costs nothing. Returns 0 = more bytes are needed, 1 = complete, 2 = malformed length, 3 = larger than the limit.
 * `frame` gets all that is known; with 1 every field is set.
 */
export function readFrame(buf: Uint8Array, at: number, end: number, limit: number, frame: Frame): 0 | 1 | 2 | 3 {
  frame.start = at;
  frame.bodyStart = -1;
  frame.bodyEnd = -1;
  if (at >= end) return FRAME_SHORT;
  const first = byteAt(buf, at);
  frame.type = first >> 4;
  frame.flags = first & 15;
  const length = varintAt(buf, at + 1, end);
  if (length === VARINT_SHORT) return FRAME_SHORT;
  if (length === VARINT_BAD) return FRAME_MALFORMED;
  frame.bodyStart = at + 1 + varintLength(length);
  frame.bodyEnd = frame.bodyStart + length;
  if (frame.bodyEnd - at > limit) return FRAME_TOO_LARGE;
  return frame.bodyEnd > end ? FRAME_SHORT : FRAME_COMPLETE;
}
