/**
 * Whether a row becomes the current value: an arrival-stamped one always, one with an explicit time when it is not
 * older than the current one.
 */
export function becomesCurrent(explicit: boolean, time: number, current: number | null): boolean {
  return !explicit || current === null || time >= current;
}
