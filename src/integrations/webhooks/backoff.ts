import type { Micros } from "../../base/types.ts";
import { type Verdict, waitAfter, waitRefused } from "./schedule.ts";

/** How an endpoint fails, and when it is tried again. Times are µs of the steady clock. */
export interface Failure {
  /** Tries in a row that came to nothing. */
  readonly failures: number;
  readonly error: string;
  readonly next: Micros;
}

/** Requests that are refused one after the other, with none accepted between, before it is paused. */
const MOST_REFUSED = 10;
/** µs after a mistake of ours. */
const AFTER_MISTAKE: Micros = 60_000_000;

/**
 * What is to be done with a request after a try. `dead`: it is given up, others go on; `gone`: it is given up, and the webhook is switched off;
 * `pause`: it is given up, and nothing is sent until somebody says so.
 */
type Next = "accepted" | "again" | "dead" | "gone" | { readonly pause: string };

/** Decides after each try; knows no clock. */
export class Backoff {
  failure: Failure | null = null;
  private refused = 0;

  reset(): void {
    this.failure = null;
    this.refused = 0;
  }
  /**
   * @param tries of this request @param asked µs that the answer asks to wait @param now µs of the steady clock
   * @param chance from 0 to 1
   */
  after(verdict: Verdict, error: string, tries: number, asked: Micros, now: Micros, chance: number): Next {
    switch (verdict) {
      case "accepted":
        this.reset();
        return "accepted";
      case "gone":
        return "gone";
      case "refused": {
        const wait = waitRefused(tries, chance);
        if (wait === null) return this.dead(error);
        return this.again({ failures: this.failure?.failures ?? 0, error, next: now + Math.max(wait, asked) }, now);
      }
      case "failed": {
        const failures = (this.failure?.failures ?? 0) + 1;
        const wait = waitAfter(failures, chance);
        if (wait !== null) return this.again({ failures, error, next: now + Math.max(wait, asked) }, now);
        return { pause: `It has failed for three days. Last: ${error}` };
      }
      default:
        return verdict satisfies never;
    }
  }
  private dead(error: string): Next {
    this.failure = null;
    this.refused++;
    return this.refused < MOST_REFUSED
      ? "dead"
      : { pause: `${this.refused} requests in a row were refused. Last: ${error}` };
  }
  /** Several requests may fail at once: that is one failure of the endpoint. */
  private again(failure: Failure, now: Micros): Next {
    if (this.failure === null || this.failure.next <= now) this.failure = failure;
    return "again";
  }
  /** Something went wrong that is not the endpoint's doing. */
  hold(error: string, now: Micros): void {
    this.again({ failures: this.failure?.failures ?? 0, error, next: now + AFTER_MISTAKE }, now);
  }
}
