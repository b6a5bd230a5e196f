import { Refusal } from "../base/errors.ts";
import { quote } from "./bytes.ts";

const DAY_MS = 86_400_000;
/** Less than what lies between two changes of an offset. */
const SPAN_MS = 4 * DAY_MS;
/** Spans that are looked at for a stretch of one offset: about a year. */
const STEADY_SPANS = 100;
/** Moments around changes that are kept; thirty years of buckets ask for about two thousand. */
const MOST_NEAR = 20_000;

/**
 * The clock on the wall of a time zone. *Wall* times are milliseconds as if the wall clock showed UTC.
 * Changes of the offset lie at least days apart (the closest since 2000: a week), so the offsets a day before and two
 * days after a moment tell whether one is near.
 */
export class Zone {
  /** As the platform writes it, `Europe/Berlin`. */
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;
  /** Offsets that were looked up, by the moment: asking the platform is slow. */
  private readonly known = new Map<number, number>();
  /** The same of moments around changes, which every question about these years asks for again. */
  private readonly near = new Map<number, number>();
  /** A stretch of one offset, that of the last question: most questions are about moments near to each other. */
  private steady = { from: 0, to: 0, offset: 0 };

  /** @throws Refusal invalid_request when there is no such zone */
  constructor(name: string) {
    try {
      this.format = new Intl.DateTimeFormat("en-US", {
        timeZone: name,
        hourCycle: "h23",
        era: "short",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch {
      throw new Refusal(
        "invalid_request",
        `zone: there is no time zone ${quote(name)}; use an IANA name such as Europe/Berlin or UTC, or an offset such as +05:30.`,
      );
    }
    this.name = this.format.resolvedOptions().timeZone;
  }

  /** What the wall clock shows at an instant. @param ms Unix time */
  wall(ms: number): number {
    return ms + this.offset(ms);
  }

  /** The first instant at which the wall clock shows this time or a later one: when a clock is set forward, that moment. */
  first(wall: number): number {
    const day = Math.floor(wall / DAY_MS) * DAY_MS;
    if (this.isSteady(day - DAY_MS, day + 2 * DAY_MS)) return wall - this.steady.offset;
    const before = this.offsetOfDay(day - DAY_MS);
    const after = this.offsetOfDay(day + 2 * DAY_MS);
    const most = Math.max(before, after);
    const early = wall - most;
    if (before === after || this.offset(early) === most) return early;
    const least = Math.min(before, after);
    const late = wall - least;
    // Neither shows it: the clock was set forward over it in between.
    return this.offset(late) === least ? late : this.change(early, late);
  }

  /** The first instant of the new offset between two that have different ones. */
  private change(low: number, high: number): number {
    let from = Math.floor(low / 1000);
    let to = Math.ceil(high / 1000);
    const old = this.offset(low);
    while (to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      if (this.offset(middle * 1000) === old) from = middle;
      else to = middle;
    }
    return to * 1000;
  }

  /** Looks up what the buckets of a range need, piece by piece, so that making them asks the platform for little. */
  *prepare(from: number, to: number): Generator<void> {
    for (let at = Math.floor(from / SPAN_MS) * SPAN_MS; at < to + 2 * SPAN_MS; at += SPAN_MS) {
      if (this.known.has(at)) continue;
      this.lookUp(at);
      yield;
    }
  }

  /** Whether it is known that the offset, then `steady.offset`, does not change between two moments. */
  private isSteady(from: number, to: number): boolean {
    if (from >= this.steady.from && to <= this.steady.to) return true;
    const start = Math.floor(from / SPAN_MS) * SPAN_MS;
    const offset = this.lookUp(start);
    let end = start;
    const last = start + STEADY_SPANS * SPAN_MS;
    while (end < last && this.known.get(end + SPAN_MS) === offset) end += SPAN_MS;
    if (end < to) return false;
    this.steady = { from: start, to: end, offset };
    return true;
  }
  /** Between two moments of the same offset that are days apart it did not change: changes lie a week apart. */
  private offsetOfDay(ms: number): number {
    const early = Math.floor(ms / SPAN_MS) * SPAN_MS;
    const offset = this.lookUp(early);
    return ms === early || offset === this.lookUp(early + SPAN_MS) ? offset : this.lookUp(ms);
  }
  private lookUp(ms: number): number {
    const found = this.known.get(ms);
    if (found !== undefined) return found;
    const offset = this.offset(ms);
    this.known.set(ms, offset);
    return offset;
  }

  /** Milliseconds that the wall clock is ahead of UTC. */
  private offset(ms: number): number {
    const second = Math.floor(ms / 1000) * 1000;
    const found = this.near.get(second);
    if (found !== undefined) return found;
    if (this.near.size >= MOST_NEAR) this.near.clear();
    const offset = this.offsetAt(second);
    this.near.set(second, offset);
    return offset;
  }
  private offsetAt(second: number): number {
    let [year, month, day, hour, minute, seconds] = [0, 1, 1, 0, 0, 0];
    let past = false;
    for (const { type, value } of this.format.formatToParts(second)) {
      if (type === "year") year = Number(value);
      else if (type === "month") month = Number(value);
      else if (type === "day") day = Number(value);
      else if (type === "hour") hour = Number(value);
      else if (type === "minute") minute = Number(value);
      else if (type === "second") seconds = Number(value);
      else if (type === "era") past = value.startsWith("B");
    }
    const shown = new Date(0);
    shown.setUTCFullYear(past ? 1 - year : year, month - 1, day);
    return shown.setUTCHours(hour, minute, seconds) - second;
  }
}

/** The zone of a request. @param name absent or empty: null */
export function parseZone(name: string | Zone | null | undefined): Zone | null {
  if (name instanceof Zone) return name;
  return name === undefined || name === null || name === "" ? null : new Zone(name);
}
