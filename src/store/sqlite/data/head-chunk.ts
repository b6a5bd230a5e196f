import { TAG_EXPLICIT, TAG_HISTORICAL, TAG_LATE, TAG_PROPOSED } from "../../record.ts";

/** Rows per arena chunk; chunks are dropped whole when their log records are gone. */
export const CHUNK = 16384;

/** Rows of the decoded log, as columns. */
export class Chunk {
  readonly time = new Float64Array(CHUNK);
  readonly num = new Float64Array(CHUNK);
  /** Distance to the series' row before this one; 0: none. */
  readonly back = new Uint32Array(CHUNK);
  /** Kind, and of its flags what `packed` keeps. */
  readonly kind = new Uint8Array(CHUNK);
}
const PROPOSED = 0x10;
const LATE = 0x20;
/** Kind and flags of a row in a byte: those of them that decide of its time. */
export function packed(kind: number, flags: number): number {
  const own = flags & (TAG_EXPLICIT | TAG_HISTORICAL);
  return kind | own | (flags & TAG_PROPOSED ? PROPOSED : 0) | (flags & TAG_LATE ? LATE : 0);
}
/** The flags of such a byte. */
export function flagsIn(byte: number): number {
  const own = byte & (TAG_EXPLICIT | TAG_HISTORICAL);
  return own | (byte & PROPOSED ? TAG_PROPOSED : 0) | (byte & LATE ? TAG_LATE : 0);
}
