import { Cron } from "croner";
import type { Micros } from "../base/types.ts";
import { Zone } from "../measure/zone.ts";

/** Moments of clocks on walls: schedules. What time it is comes as a parameter. */

/** Any: whether a pattern ever comes true does not depend on it. */
const SOME_TIME = Date.UTC(2025, 0, 1);

export function isZone(name: string): boolean {
  try {
    return name.length <= 64 && new Zone(name).name !== "";
  } catch {
    return false;
  }
}
/** Minutes, hours, days of the month, months, days of the week: five fields, and a moment at which they come true. */
export function isCron(pattern: string): boolean {
  if (pattern.trim().split(/\s+/).length !== 5) return false;
  try {
    return new Schedule(pattern, "UTC").next(SOME_TIME * 1000) !== null;
  } catch {
    return false;
  }
}
/** `HH:MM`, not after `latest`. */
export function isClockTime(text: string, latest: string): boolean {
  return (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text) || text === "24:00") && text <= latest;
}
/**
 * The moments of a cron pattern on the wall clock of a zone. A time that the clock is set over is the moment behind that; one that it
 * shows twice counts once.
 */
class Schedule {
  private readonly cron: Cron;

  /** @throws Error the pattern is none */
  constructor(pattern: string, zone: string) {
    this.cron = new Cron(pattern, { timezone: zone, paused: true });
  }
  /** The first one after a moment; null: there is none. */
  next(after: Micros): Micros | null {
    const next = this.cron.nextRun(new Date(Math.floor(after / 1000)));
    return next === null ? null : next.getTime() * 1000;
  }
}
