import type { Micros } from "../../base/types.ts";

const SECOND: Micros = 1_000_000;
const LONGEST: Micros = 600 * SECOND;
/** Longest rest that a network may ask for. */
const LONGEST_ASKED: Micros = 3600 * SECOND;

/** µs until the next attempt. @param asked seconds that the network asks for @param chance in [0, 1) */
export function restAfter(attempts: number, asked: number | null, chance: number): Micros {
  const rest = Math.min(LONGEST, SECOND * 4 ** Math.min(attempts - 1, 10));
  const spread = rest * (0.8 + 0.4 * chance);
  return Math.round(Math.max(spread, Math.min(LONGEST_ASKED, (asked ?? 0) * SECOND)));
}
