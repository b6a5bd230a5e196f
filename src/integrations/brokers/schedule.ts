import type { Micros } from "../../base/types.ts";

/** When a remote is tried again, and at which of its addresses. No clock: µs of the steady one are given. */

const FIRST = 1_000_000;
const LONGEST = 120_000_000;
/** A connection that held so long was a good one. */
const STABLE = 30_000_000;
/** So long on another address than the first, the first is looked at. */
export const GO_BACK = 300_000_000;

export class Schedule {
  /** Place of the address that is tried next. */
  at = 0;
  private failures = 0;

  /** A connection ended, or was never made. @returns µs to wait @param held how long it had held @param addresses how many there are @param chance 0 to 1 */
  failed(held: Micros, addresses: number, chance: number): Micros {
    if (held >= STABLE) this.failures = 0;
    this.failures++;
    this.at = (this.at + 1) % Math.max(1, addresses);
    // one that held begins with the first again; others take their turn, and a round is waited for as a whole
    if (held >= STABLE) this.at = 0;
    const round = Math.floor((this.failures - 1) / Math.max(1, addresses));
    const most = Math.min(LONGEST, FIRST * 2 ** Math.min(round, 7));
    // half of it by chance, so that many who lost the same remote do not come back at once
    return Math.min(LONGEST, Math.round(most * (0.5 + chance)));
  }
  /** It was changed, or somebody asked: at once, from the first address. */
  reset(): void {
    this.failures = 0;
    this.at = 0;
  }
}
