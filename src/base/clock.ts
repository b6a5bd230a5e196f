import type { Clock, Micros } from "./types.ts";

/** No right clock shows less, µs: 2024-01-01T00:00:00Z, before this program was written. */
export const EARLIEST_CLOCK: Micros = 1_704_067_200_000_000;

/** A clock of one time, for commands that live for a moment, and for tests. @param now µs */
export function oneClock(now: () => Micros): Clock {
  return { micros: now, steady: now, wallOf: (steady) => steady, trusted: now };
}
