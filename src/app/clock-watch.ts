import { renameSync, writeFileSync } from "node:fs";
import { EARLIEST_CLOCK } from "../base/clock.ts";
import { errorText } from "../base/errors.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Log, Micros } from "../base/types.ts";
import type { SeenEvent } from "../ingest/event-log.ts";
import { MOST_AHEAD } from "../measure/time.ts";
import type { SeriesTable } from "../ingest/series.ts";
import type { SystemClock } from "./clock.ts";

/** Steps of at least this much are told, µs. */
const TOLD: Micros = 1_000_000;
/** So long a step's line waits for the next, that a clock which jumps to and fro does not fill the log, µs. */
const PAUSE: Micros = 10_000_000;
/** Ticks, of a second each, from note to note. */
const NOTE_TICKS = 600;
/** So far apart the clocks of nodes may be, each of which may differ from the database's by five minutes, µs. */
const APART: Micros = 600_000_000;
const AHEAD_TICKS = 60;

interface WatchNeeds {
  readonly clock: SystemClock;
  readonly series: SeriesTable;
  /** File of the note. */
  readonly path: string;
  readonly metrics: Metrics;
  readonly log: Pick<Log, "info" | "warn">;
  /** Tells the inspector. */
  readonly tell: (event: SeenEvent) => void;
  /** Asks the store what it has of series that lie ahead of the clock. */
  readonly look: (series: readonly number[]) => void;
  /** Whether a clock that shows a time before this program's is taken all the same. */
  readonly anyClock: boolean;
  /** Other nodes stamp, too, by clocks of their own. */
  readonly several?: boolean;
  /** Hears of each note that is written. */
  readonly noted?: (note: string) => void;
}

/**
 * Watches the wall clock: says when it is set, frees the series whose stamps lie ahead of it then, and keeps a note of it, so
 * that durations go on over restarts.
 */
export class ClockWatch {
  /** Hears when the clock was set, a moment after it. */
  told: () => void = () => {};
  private ticks = 0;
  private toldAt = Number.NEGATIVE_INFINITY;
  private untold: Micros = 0;
  private wasSet = true;

  constructor(private readonly needs: WatchNeeds) {}

  /** At the start, before anything is stamped. */
  begin(): void {
    const { clock, log } = this.needs;
    clock.stepped = (by) => this.stepped(by);
    const since = clock.since ?? 0;
    const was = { lastRun: isoOf(clock.micros() - since), now: isoOf(clock.micros()) };
    if (since <= -TOLD)
      log.warn(was, `the clock shows ${spanOf(-since)} less than when the server last ran: one of the two is wrong`);
    else if (clock.doubted > 0)
      log.warn(
        { ...was, doubted: spanOf(clock.doubted) },
        "the clock is days ahead of when the server last ran: what is stored ends by the old time for a day; " +
          "if the clock is wrong, set it; if it is right, `fieldcast store sweep` believes it at once",
      );
    this.look();
    this.judge();
    this.write();
  }
  /** Whether measurements may be stamped. */
  get isSet(): boolean {
    return this.needs.anyClock || this.needs.clock.micros() >= EARLIEST_CLOCK;
  }

  private stepped(by: Micros): void {
    const { clock, metrics } = this.needs;
    if (Math.abs(by) < TOLD) return;
    metrics.clockStepped(by > 0 ? "forward" : "back");
    this.untold += by;
    if (by < 0) this.look();
    else this.lookAgain();
    this.write();
    if (clock.steady() - this.toldAt >= PAUSE) this.tell();
  }
  private tell(): void {
    const { clock, log, tell } = this.needs;
    const by = this.untold;
    this.untold = 0;
    if (by === 0) return;
    this.toldAt = clock.steady();
    const now = clock.micros();
    const way = by > 0 ? `ahead by ${spanOf(by)} (or this machine slept)` : `back by ${spanOf(-by)}`;
    const text = `the clock was set ${way}: durations are not concerned`;
    log.warn({ before: isoOf(now - by), now: isoOf(now) }, text);
    tell({ kind: "clock", principal: "", message: text });
    setImmediate(() => this.told());
  }
  /** Stamps ahead of the clock bind nothing that comes. */
  private look(): void {
    const { clock, log, look, series, several = false } = this.needs;
    // every stamp is ahead of a clock that is not set, and it stamps nothing
    if (!this.isSet) return;
    const found = several ? series.setBack(clock.micros(), APART) : series.setBack(clock.micros());
    this.count();
    if (found.length === 0) return;
    const { latest } = series.ahead;
    const facts = { series: found.length, latest: isoOf(latest), now: isoOf(clock.micros()) };
    const text = "series have measurements ahead of the clock: new ones get true times";
    if (latest <= clock.micros() + MOST_AHEAD) log.info(facts, text);
    else log.warn(facts, `${text}; if the clock is right, \`fieldcast store repair-times\` mends what is stored`);
    look(found);
  }
  /** The clock went ahead again: what it has come past was right, and is current. */
  private lookAgain(): void {
    const { clock, look, series } = this.needs;
    const passed = series.ahead.passed(clock.micros());
    if (passed.length > 0) look(passed);
  }
  private judge(): void {
    const { isSet } = this;
    if (isSet === this.wasSet) return;
    this.wasSet = isSet;
    if (isSet) this.look();
    const { clock, log, tell } = this.needs;
    const now = isoOf(clock.micros());
    const text = isSet
      ? "the clock is set: measurements are taken"
      : "the clock is not set: no measurement is taken, and no MQTT client is let in, until it is (--any-clock takes any)";
    if (isSet) log.info({ now }, text);
    else log.warn({ now }, text);
    tell({ kind: "clock", principal: "", message: `${text} (it shows ${now})` });
  }
  private count(): void {
    const { clock, metrics, series } = this.needs;
    metrics.clockDoubted = clock.doubted / 1e6;
    metrics.seriesAhead = series.ahead.count;
    metrics.clockSet = this.isSet ? 1 : 0;
  }

  /** Once a second. */
  tick(): void {
    const { clock, series } = this.needs;
    clock.tick();
    this.judge();
    if (this.untold !== 0 && clock.steady() - this.toldAt >= PAUSE) this.tell();
    if (++this.ticks % AHEAD_TICKS === 0) series.ahead.tick(clock.micros());
    this.count();
    if (this.ticks % NOTE_TICKS === 0) this.write();
  }
  /** The wall clock is right: a person says so. */
  believe(): void {
    this.needs.clock.believe();
    this.write();
  }
  /** Keeps the note; also at the end. */
  write(): void {
    const { clock, log, path } = this.needs;
    try {
      writeFileSync(`${path}.new`, `${JSON.stringify(clock.note)}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
      this.needs.noted?.(JSON.stringify(clock.note));
    } catch (error) {
      log.info({ error: errorText(error) }, "what the clock shows cannot be written down");
    }
  }
}

export function isoOf(micros: Micros): string {
  const date = new Date(micros / 1000);
  return Number.isNaN(date.getTime()) ? String(micros) : date.toISOString();
}

/** A span of time for people: the two largest units. @param micros not negative */
export function spanOf(micros: Micros): string {
  const seconds = Math.round(micros / 1e6);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(" ");
}
