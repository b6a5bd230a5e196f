import type { Clock } from "../base/types.ts";

/** How far the wall clock may be off from our own before it counts as stepped, ms. */
const STEP_MS = 50;

/**
 * Wall clock in µs: finer than the system's milliseconds, and following it when it is set (a board without a clock of its
 * own hears the time late).
 * @param wall ms since the epoch; @param steady ms of a clock that nobody sets
 */
export function systemClock(wall = Date.now, steady = () => performance.now()): Clock {
  let offset = wall() - steady();
  return {
    micros(): number {
      const now = steady();
      const ahead = wall() - now - offset;
      // the wall clock shows whole milliseconds: up to one less than it is
      if (ahead > STEP_MS || ahead < -STEP_MS) offset += ahead;
      return Math.floor((now + offset) * 1000);
    },
  };
}
