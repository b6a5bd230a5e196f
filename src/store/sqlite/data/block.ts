import type { Value } from "../../../measure/types.ts";
import { checkSeal } from "./block/bytes.ts";
import { type Columns, columnsFrom, valueAt } from "./block/columns.ts";
import { encodePacked, Packed, PACKED_VERSION } from "./block/packed.ts";
import { decodePlain, encodePlain, PLAIN_VERSION } from "./block/plain.ts";

/**
 * The body of one block: points of a series in strictly increasing time, in one of the layouts of the folder block. The
 * first byte tells which; the CRC32 at the end is the same for all.
 */

/** Most points of a block. */
export const BLOCK_ROWS = 4096;
/** Most characters of the texts in a block, unless a single one is longer. */
export const BLOCK_TEXT = 65_536;
/** Fewer points take less room in the plain layout. */
const LEAST_PACKED = 8;

/** Encodes points. @param counter the series is of type COUNTER: the increase is noted, too */
export function encodeBlock(c: Columns, counter = false): Uint8Array {
  return (c.times.length < LEAST_PACKED ? null : encodePacked(c, counter)) ?? encodePlain(c);
}

/** A block whose columns are decoded as they are asked for; null: a layout without figures of groups. */
export function openBlock(body: Uint8Array): Packed | Columns {
  checkSeal(body);
  if (body[0] === PACKED_VERSION) return new Packed(body);
  if (body[0] === PLAIN_VERSION) return decodePlain(body);
  throw new RangeError("a block of an unknown version");
}

/** @throws RangeError when the body is damaged or of a version not known here. */
export function decodeBlock(body: Uint8Array): Columns {
  const block = openBlock(body);
  return block instanceof Packed ? block.columns() : block;
}

/** One value alone, in the block's form: the current value in a series row. */
export function encodeValue(value: Value): Uint8Array {
  return encodeBlock(columnsFrom(new Float64Array(1), [value]));
}

/** @throws RangeError when it is damaged. */
export function decodeValue(body: Uint8Array): Value {
  const c = decodeBlock(body);
  if (c.times.length === 0) throw new RangeError("a value without a value");
  return valueAt(c, 0);
}
