import type { Cell } from "./scan.ts";

/** @throws RangeError where it is no blob */
export function bytes(cell: Cell | undefined): Uint8Array {
  if (cell instanceof Uint8Array) return cell;
  throw new RangeError("it has no bytes");
}
export function isWhole(cell: Cell | undefined): cell is number {
  return typeof cell === "number" && Number.isSafeInteger(cell) && cell >= 0;
}
