import type { Micros } from "../base/types.ts";

/** So far before the end of the stamps that are known the next ones are asked for, µs. */
const MARGIN: Micros = 60_000_000;

/** Stamps that are kept of all series: 32 MB of them. Beyond, a meeting is possible, and less likely than one in a million. */
const MOST_KEPT = 4_000_000;

interface Zone {
  /** No stamp lies beyond it. */
  readonly end: Micros;
  /** The time of the current value as it was, which is ahead itself, mostly. */
  readonly current: Micros;
  /** The stamps that are known, ascending, and up to when they are all. */
  stamps: Float64Array;
  upTo: Micros;
  asked: boolean;
}

/**
 * Series with stamps ahead of the clock: one that was wrong left them there. Later arrivals have true times, and go around
 * those stamps, so that none is written over when the clock comes to them.
 */
export class Ahead {
  private readonly zones = new Map<number, Zone>();
  private kept = 0;
  /** Hears when more of a series' stamps must be known: those from a time on. */
  more: (series: number, from: Micros) => void = () => {};

  get any(): boolean {
    return this.zones.size > 0;
  }
  get count(): number {
    return this.zones.size;
  }
  /** The latest of the stamps, µs; 0: there is none. */
  get latest(): Micros {
    let latest = 0;
    for (const { end } of this.zones.values()) latest = Math.max(latest, end);
    return latest;
  }
  add(series: number, end: Micros, current: Micros): void {
    const before = this.zones.get(series)?.end ?? 0;
    this.remove(series);
    this.zones.set(series, {
      end: Math.max(end, before),
      current,
      stamps: NONE,
      upTo: Number.NEGATIVE_INFINITY,
      asked: true,
    });
  }
  has(series: number): boolean {
    return this.zones.has(series);
  }
  remove(series: number): void {
    this.kept -= this.zones.get(series)?.stamps.length ?? 0;
    this.zones.delete(series);
  }
  /** Whether this is the time of the current value that a wrong clock gave. */
  isWrong(series: number, time: Micros): boolean {
    return this.zones.get(series)?.current === time;
  }
  /** The first time from `time` on that is no stamp of the series; once beyond all of them it is a series as any other. */
  free(series: number, time: Micros): Micros {
    const zone = this.zones.get(series);
    if (zone === undefined) return time;
    if (time > zone.end) {
      if (!zone.asked) this.remove(series);
      return time;
    }
    if (!zone.asked && time > zone.upTo - MARGIN) {
      zone.asked = true;
      this.more(series, time);
    }
    let free = time === zone.end ? time + 1 : time;
    for (let i = indexOf(zone.stamps, free); zone.stamps[i] === free; i++) free++;
    return free;
  }
  /** The stamps of a series that the store has. @returns the time of the wrong current value; null: it is none of these series */
  took(series: number, stamps: Float64Array, upTo: Micros): Micros | null {
    const zone = this.zones.get(series);
    if (zone === undefined) return null;
    this.kept += stamps.length - zone.stamps.length;
    zone.stamps = stamps;
    zone.upTo = upTo;
    zone.asked = this.kept > MOST_KEPT;
    if (zone.asked) {
      this.kept -= stamps.length;
      zone.stamps = TOO_MANY;
    }
    return zone.current;
  }
  /** The series whose stamps are all in the past since the clock was set; they stay until the store was asked for them. */
  passed(now: Micros): number[] {
    const passed: number[] = [];
    for (const [series, zone] of this.zones) {
      if (zone.end >= now) continue;
      zone.asked = true;
      passed.push(series);
    }
    return passed;
  }
  /** Forgets the series whose stamps are all in the past, but for those that the store is being asked for. */
  tick(now: Micros): void {
    for (const [series, { end, asked, stamps }] of this.zones)
      if (end < now && (!asked || stamps === TOO_MANY)) this.remove(series);
  }
}

const NONE = new Float64Array(0);
/** They are not kept, and not asked for any more. */
const TOO_MANY = new Float64Array(0);

/** Where the first that is not less stands. */
function indexOf(ascending: Float64Array, time: Micros): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((ascending[mid] as number) < time) low = mid + 1;
    else high = mid;
  }
  return low;
}
