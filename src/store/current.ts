import { TAG_EXPLICIT, TAG_HISTORICAL } from "./record.ts";

/**
 * Whether a row becomes the current value: an arrival-stamped one always, one with an explicit time when it is not
 * older than the current one and not said to be history.
 * @param flags of its row in the log
 */
export function becomesCurrent(flags: number, time: number, current: number | null): boolean {
  if (isStamped(flags)) return true;
  return (flags & TAG_HISTORICAL) === 0 && (current === null || time >= current);
}
/** Whether its time is the arrival stamp: the publisher gave none. @param flags of its row in the log */
export function isStamped(flags: number): boolean {
  return (flags & TAG_EXPLICIT) === 0;
}
