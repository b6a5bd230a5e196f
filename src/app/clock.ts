import { EARLIEST_CLOCK } from "../base/clock.ts";
import type { Clock, Micros } from "../base/types.ts";

/** How far the wall clock may be off from our own before it counts as stepped, ms. */
const STEP_MS = 50;
/** From here on a step may end what is stored, and is doubted, µs. */
const DOUBTED: Micros = 60_000_000;
const DAY: Micros = 86_400_000_000;
/** So much may pass between two runs of the server, µs; more may be a wrong clock. */
const BELIEVED: Micros = 3 * DAY;
/** So long a leap ahead is doubted, unless the clock is set back before, µs. */
const IN_DOUBT: Micros = DAY;

/** What is kept of the clock over a restart, µs. */
export interface ClockNote {
  /** Wall and steady clock at the same moment. */
  readonly wall: Micros;
  readonly steady: Micros;
  /** How much the trusted clock was behind the wall clock. */
  readonly doubt: Micros;
}

/**
 * The server's clock. Wall clock: finer than the system's milliseconds, and following it when it is set (a board without a
 * clock of its own hears the time late). Steady clock: the system's monotonic one, begun where the last run's ended.
 */
export class SystemClock implements Clock {
  /** Hears of each step of the wall clock as it is seen, before anything is stamped with the new time. @param by µs */
  stepped: (by: Micros) => void = () => {};
  /** The wall clock less the monotonic one, ms. */
  private offset: number;
  /** The steady clock less the monotonic one, µs. */
  private begin: Micros;
  /** What the steady clock would have gained while no server ran, if the wall clock is right, µs. */
  private owed: Micros = 0;
  private doubt: Micros = 0;
  private doubtedSince: Micros = 0;
  /** How far the wall clock went since the last run, µs; null: this is the first. */
  readonly since: Micros | null;

  /** @param note of the last run @param wall ms since the epoch @param monotonic ms of a clock that nobody sets */
  constructor(
    note: ClockNote | null = null,
    private readonly wall = Date.now,
    private readonly monotonic = () => performance.now(),
  ) {
    const now = monotonic();
    this.offset = wall() - now;
    const shown = Math.floor((now + this.offset) * 1000);
    // a last run whose clock was not set does not tell how long ago it was
    const unset = note !== null && note.wall < EARLIEST_CLOCK && shown >= EARLIEST_CLOCK;
    this.since = note === null || unset ? null : shown - note.wall;
    const away = this.since ?? 0;
    const passed = away >= 0 && away <= BELIEVED ? away : 0;
    this.begin = (note === null ? shown : note.steady + passed) - Math.floor(now * 1000);
    if (away > BELIEVED) this.owed = away;
    if (note !== null) this.doubt = note.doubt + (away > BELIEVED || away < 0 ? away : 0);
    // it was set back; how long no server ran is in it, too
    if (away < 0 && this.doubt <= BELIEVED) this.doubt = 0;
    this.doubtedSince = this.steady();
  }

  steady(): Micros {
    const now = this.monotonic();
    const ahead = this.wall() - now - this.offset;
    // the wall clock shows whole milliseconds: up to one less than it is
    if (ahead > STEP_MS || ahead < -STEP_MS) this.step(ahead);
    return Math.floor(now * 1000) + this.begin;
  }
  micros(): Micros {
    return this.wallOf(this.steady());
  }
  wallOf(steady: Micros): Micros {
    return Math.floor(steady - this.begin + this.offset * 1000);
  }
  trusted(): Micros {
    return this.micros() - this.doubt;
  }

  private step(ms: number): void {
    this.offset += ms;
    const by = Math.round(ms * 1000);
    const now = this.monotonic();
    if (Math.floor((now + this.offset - ms) * 1000) < EARLIEST_CLOCK) {
      // it was not set before: there is nothing to doubt
      this.doubt = 0;
      this.owed = 0;
    } else if (by >= DOUBTED) {
      this.doubt += by;
      this.doubtedSince = Math.floor(now * 1000) + this.begin;
    } else if (by < 0) {
      this.doubt = Math.max(0, this.doubt + by);
      if (this.doubt < this.owed) this.owed = 0;
    }
    this.stepped(by);
  }

  /** Call it about once a second: what was doubted long enough is true. */
  tick(): void {
    const now = this.steady();
    if (this.doubt > 0 && now - this.doubtedSince >= IN_DOUBT) this.believe();
  }
  /** How much the trusted clock is behind the wall clock, µs. */
  get doubted(): Micros {
    return this.doubt;
  }
  /** The wall clock is right: a person says so, or nobody set it back for a day. What lasted meanwhile has lasted longer. */
  believe(): void {
    this.doubt = 0;
    this.begin += this.owed;
    this.owed = 0;
  }
  get note(): ClockNote {
    const steady = this.steady();
    return { wall: this.wallOf(steady), steady, doubt: this.doubt };
  }
}
