import { parse as parseNumeric } from "./numeric.ts";
import type { Parsed } from "./types.ts";

/** What a COUNTER field accepts, for messages and documents. */
export const ACCEPTS = "COUNTER accepts the running total as a decimal number such as 1042 or 17.25";

/**
 * Reads a device's running total (wire contract section 5, COUNTER): the grammar is NUMERIC's, and the total itself is
 * stored and published; increments are derived when history is read.
 */
export function parse(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  return parseNumeric(buf, start, end, out, ACCEPTS);
}
