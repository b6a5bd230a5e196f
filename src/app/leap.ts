import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Log, Micros } from "../base/types.ts";
import { isoOf } from "./clock-watch.ts";

const DAY: Micros = 86_400_000_000;
/** A clock that goes ahead by more at once is not believed: after a start, or while the server runs. */
const LEAP: Micros = 3 * DAY;
/** So long nothing is deleted after a leap, unless the clock is set back before. */
const WAIT: Micros = DAY;

/** Until when nothing is deleted, µs; kept across restarts. */
interface HoldNote {
  /** null: there is no note. */
  read(): Micros | null;
  /** @param until null: the note goes */
  write(until: Micros | null): void;
}

/** A note in a file of the data folder. */
export function holdFile(path: string): HoldNote {
  return {
    read() {
      try {
        const until = Number(readFileSync(path, "utf8").trim() || Number.NaN);
        return Number.isSafeInteger(until) ? until : null;
      } catch {
        return null; // there is none, mostly
      }
    },
    write(until) {
      if (until === null) rmSync(path, { force: true });
      else writeFileSync(path, `${until}\n`, { mode: 0o600 });
    },
  };
}

/**
 * Says whether the clock can be believed enough to delete what is too old: a clock that wrongly shows a year far ahead makes
 * everything too old. A leap is told to the operator, who has a day to set the clock right.
 */
export class LeapGuard {
  private until: Micros | null;

  /** @param known the latest time that is known to have been, µs; 0: none */
  constructor(
    private known: Micros,
    private readonly note: HoldNote,
    private readonly log: Pick<Log, "info" | "warn">,
  ) {
    this.until = note.read();
  }

  /** Nothing is deleted before, µs; null: nothing holds it up. */
  get heldUntil(): Micros | null {
    return this.until;
  }

  /** Once a second. */
  tick(now: Micros): void {
    const { known, until } = this;
    this.known = now;
    if (known > 0 && now - known > LEAP) {
      if (until !== null && now < until) return;
      this.hold(now + WAIT);
      this.log.warn(
        { lastKnown: isoOf(known), now: isoOf(now), heldUntil: isoOf(now + WAIT) },
        "the clock is days ahead of the last time known: the sweep of retention waits a day; if the clock is wrong, set it; " +
          "if it is right, `fieldcast store sweep` need not wait",
      );
    } else if (until !== null && now < until - 2 * WAIT) {
      this.release();
      this.log.info({ now: isoOf(now) }, "the clock was set back: the sweep of retention waits no longer");
    } else if (until !== null && now >= until) this.release();
  }
  /** The time is right: a person says so. */
  release(): void {
    if (this.until !== null) this.hold(null);
  }

  private hold(until: Micros | null): void {
    this.until = until;
    try {
      this.note.write(until);
    } catch (error) {
      this.log.warn({ error: String(error) }, "until when the sweep of retention waits cannot be written down");
    }
  }
}
