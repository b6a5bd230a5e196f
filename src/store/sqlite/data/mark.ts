import type { Seq } from "../../ports.ts";
import { crcOf } from "../../record.ts";

/**
 * What ties a log record to its number, which does not stand in it: kept beside it, so that a damaged number is found as a
 * damaged record is. Rows that older versions wrote have none (null): the number stands in their records.
 */
export function markOf(firstSeq: Seq, record: Uint8Array): number {
  return (crcOf(record) ^ firstSeq ^ Math.floor(firstSeq / 2 ** 32)) >>> 0;
}

/** @throws RangeError when the row is not that of this record */
export function checkMark(firstSeq: Seq, record: Uint8Array, mark: number | null): void {
  if (mark !== null && mark !== markOf(firstSeq, record)) throw new RangeError("log record under a wrong number");
}
