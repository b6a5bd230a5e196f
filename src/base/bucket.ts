import type { Micros } from "./types.ts";

/** What sums of parts of a unit may be off. */
const ROUNDING = 1e-6;

/**
 * A token bucket that may be overdrawn: who took too much waits until it is paid back. So one large piece passes, and the
 * average still holds.
 */
export class Bucket {
  private level: number;
  private at: Micros = 0;

  /** @param rate units a second; @param burst units that may be taken at once after a rest */
  constructor(
    private readonly rate: number,
    private readonly burst: number,
  ) {
    this.level = burst;
  }
  /** Takes units, whether they are there or not. */
  take(units: number, now: Micros): void {
    this.fill(now);
    this.level -= units;
  }
  /** µs until it is not overdrawn any more; 0: units may be taken now. */
  wait(now: Micros): Micros {
    this.fill(now);
    return this.level >= 1 - ROUNDING ? 0 : Math.ceil(((1 - this.level) / this.rate) * 1e6);
  }
  /** Whole units that may be taken now, one by one. */
  left(now: Micros): number {
    this.fill(now);
    return Math.max(0, Math.floor(this.level + ROUNDING));
  }
  /** µs until it is as full as after a rest. */
  refill(now: Micros): Micros {
    this.fill(now);
    return Math.ceil(((this.burst - this.level) / this.rate) * 1e6);
  }
  /** Whether nothing of it is in use: a new one would be the same. */
  isFull(now: Micros): boolean {
    this.fill(now);
    return this.level >= this.burst - ROUNDING;
  }
  private fill(now: Micros): void {
    // a clock that steps back gives nothing, and takes nothing
    if (now > this.at) this.level = Math.min(this.burst, this.level + ((now - this.at) / 1e6) * this.rate);
    this.at = now;
  }
}
