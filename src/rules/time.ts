import { Cron } from "croner";
import type { Micros } from "../base/types.ts";
import { Zone } from "../measure/zone.ts";
import { DAYS, type RuleHours } from "./types.ts";

/** Moments of clocks on walls: schedules, and hours of days. What time it is comes as a parameter. */

const DAY_MS = 86_400_000;
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
/** Minutes since midnight. */
const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/**
 * The moments of a cron pattern on the wall clock of a zone. A time that the clock is set over is the moment behind that; one that it
 * shows twice counts once.
 */
export class Schedule {
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

/** Hours of days of the week on the wall clock of a zone. */
export class Hours {
  private readonly zone: Zone;
  private readonly from: number;
  private readonly to: number;
  /** What holds from one moment to the next edge: it is asked for each measurement. */
  private known = { from: 0, until: 0, holds: false };

  constructor(private readonly hours: RuleHours) {
    this.zone = new Zone(hours.zone);
    this.from = minutesOf(hours.from) * 60_000;
    const to = minutesOf(hours.to) * 60_000;
    this.to = to <= this.from ? to + DAY_MS : to;
  }
  /** Whether a moment lies in them: from the first minute on, up to the last, which is not one of them. */
  holds(at: Micros): boolean {
    const { from, until } = this.known;
    if (at >= from && at < until) return this.known.holds;
    const ms = at / 1000;
    const holds = this.around(ms).some(([start, end]) => ms >= start && ms < end);
    this.known = { from: at, until: this.next(at), holds };
    return holds;
  }
  /** The next moment at which they may begin or end. */
  next(after: Micros): Micros {
    const ms = after / 1000;
    let next = Number.POSITIVE_INFINITY;
    for (const edge of this.around(ms, 8).flat()) if (edge > ms && edge < next) next = edge;
    return next * 1000;
  }
  /** Spans that begin yesterday or later; the first of them that may hold a moment. */
  private around(ms: number, days = 1): [start: number, end: number][] {
    const today = Math.floor(this.zone.wall(ms) / DAY_MS);
    const spans: [number, number][] = [];
    for (let day = today - 1; day <= today + days; day++) {
      // day 0 was a Thursday
      const name = DAYS[(((day + 3) % 7) + 7) % 7];
      if (name === undefined || !this.hours.days.includes(name)) continue;
      spans.push([this.zone.first(day * DAY_MS + this.from), this.zone.first(day * DAY_MS + this.to)]);
    }
    return spans;
  }
}
