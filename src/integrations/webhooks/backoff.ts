import type { Micros } from "../../base/types.ts";
import { type Verdict, waitAfter, waitRefused } from "./schedule.ts";

/** How an endpoint fails, and when it is tried again. Times are µs of the steady clock. */
export interface Failure {
  /** Tries in a row that came to nothing. */
  readonly failures: number;
  readonly error: string;
  /** When it failed last, and when it is tried again. */
  readonly at: Micros;
  readonly next: Micros;
}

/** Requests that are refused one after the other, with none accepted between, before it is paused. */
const MOST_REFUSED = 10;
/** µs after a mistake of ours. */
const AFTER_MISTAKE: Micros = 60_000_000;

/**
 * What is to be done with a request after a try. `again`: not before that time; `dead`: it is given up, others go on; `gone`: it is given up, and the webhook is switched off;
 * `pause`: it is given up, and nothing is sent until somebody says so.
 */
type Next = "accepted" | "dead" | "gone" | { readonly again: Micros } | { readonly pause: string };

/** Decides after each try; knows no clock. */
export class Backoff {
  failure: Failure | null = null;
  private refused = 0;

  reset(): void {
    this.failure = null;
    this.refused = 0;
  }
  /**
   * @param tried how often this request was tried, and since when this time; times are µs of the steady clock
   * @param asked µs that the answer asks to wait @param chance from 0 to 1
   */
  after(
    verdict: Verdict,
    error: string,
    { tries, begun }: { readonly tries: number; readonly begun: Micros },
    asked: Micros,
    now: Micros,
    chance: number,
  ): Next {
    switch (verdict) {
      case "accepted":
        this.refused = 0;
        // what was on its way when the endpoint failed says nothing of what it takes now
        if (this.failure === null || begun > this.failure.at) this.failure = null;
        return "accepted";
      case "gone":
        return "gone";
      case "refused": {
        const wait = waitRefused(tries, chance);
        return wait === null ? this.dead(error) : { again: now + Math.max(wait, asked) };
      }
      case "failed": {
        const own = waitAfter(tries, chance);
        if (this.fail(error, asked, now, chance)) return { pause: `It has failed for three days. Last: ${error}` };
        // others are accepted
        return own === null ? "dead" : { again: now + Math.max(own, asked) };
      }
      default:
        return verdict satisfies never;
    }
  }
  private dead(error: string): Next {
    this.refused++;
    return this.refused < MOST_REFUSED
      ? "dead"
      : { pause: `${this.refused} requests in a row were refused. Last: ${error}` };
  }
  /** The endpoint failed: several requests that fail at once are one failure. Returns whether it has failed too often. */
  private fail(error: string, asked: Micros, now: Micros, chance: number): boolean {
    if (this.failure !== null && this.failure.next > now) return false;
    const failures = (this.failure?.failures ?? 0) + 1;
    const wait = waitAfter(failures, chance);
    if (wait === null) return true;
    this.failure = { failures, error, at: now, next: now + Math.max(wait, asked) };
    return false;
  }
  /** Something went wrong that is not the endpoint's doing. */
  hold(error: string, now: Micros): void {
    this.failure = { failures: this.failure?.failures ?? 0, error, at: now, next: now + AFTER_MISTAKE };
  }
}
