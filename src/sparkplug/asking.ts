import type { Micros } from "../base/types.ts";

const SECOND: Micros = 1_000_000;
/** From one request to the next, while they do not help. */
const FIRST_REST = 10 * SECOND;
const LONGEST_REST = 600 * SECOND;

/** When a node is asked for its births: at once, and ever less often while it does not help. */
export class Asking {
  /** Why it is to be asked; null: it is not. */
  private reason: string | null = null;
  private notBefore: Micros = Number.NEGATIVE_INFINITY;
  private rest = FIRST_REST;

  /** It is to be asked, as soon as it may be. */
  want(reason: string): void {
    this.reason ??= reason;
  }
  /** Its birth came. */
  born(): void {
    this.reason = null;
  }
  /** Why it is asked now; null: it is not, or not yet. @param now µs of the steady clock */
  take(now: Micros): string | null {
    const { reason } = this;
    if (reason === null || now < this.notBefore) return null;
    // it went well for long enough
    if (now - this.notBefore > LONGEST_REST) this.rest = FIRST_REST;
    this.reason = null;
    this.notBefore = now + this.rest;
    this.rest = Math.min(LONGEST_REST, this.rest * 2);
    return reason;
  }
}
