import type { Metrics } from "../base/metrics.ts";
import type { Micros } from "../base/types.ts";
import type { FieldNode } from "../fleet/nodes.ts";
import { retainOps } from "../history/retain.ts";
import type { StoreOp } from "../store/ports.ts";
import type { LeapGuard } from "./leap.ts";

/** The first sweep after a start: by then a machine without a clock of its own has heard the time. */
const FIRST_US: Micros = 60_000_000;
/** Most series that are looked at in one turn. */
const SERIES_AT_ONCE = 50_000;

interface SweepNeeds {
  /** A SeriesTable is one. */
  readonly series: { readonly end: number; field(id: number): FieldNode | null };
  /** Takes an operation into the next commit. */
  operation(op: StoreOp): void;
  readonly metrics: Metrics;
  /** Holds a sweep by the clock up while that cannot be believed. */
  readonly guard: Pick<LeapGuard, "tick" | "heldUntil" | "release">;
}

/**
 * Applies retention by the clock: tells the store which series lose what is older than when. The store does it in the
 * background and remembers it across a crash; what it is told twice it does once.
 */
export class Sweeps {
  private due: Micros | null = null;
  /** The first series of the next turn; 0: no sweep is under way. */
  private at = 0;
  private time: Micros = 0;

  /** @param every µs from one sweep to the next; they begin at whole multiples of it since 1970 */
  constructor(
    private readonly needs: SweepNeeds,
    private readonly every: Micros,
  ) {}

  /** When the next sweep begins; null: nobody knows yet. */
  get next(): Micros | null {
    return this.due === null ? null : Math.max(this.due, this.needs.guard.heldUntil ?? 0);
  }

  /** Whether the clock is not believed: nothing is deleted by it. */
  get held(): boolean {
    return this.needs.guard.heldUntil !== null;
  }

  /**
   * Once a second. @param failing the store does not take data
   * @param trusted µs: the clock as far as it is believed, by which measurements are too old
   */
  tick(now: Micros, failing: boolean, trusted = now): void {
    const { guard, metrics } = this.needs;
    guard.tick(now);
    metrics.sweepHeld = this.held ? 1 : 0;
    this.due ??= now + Math.min(FIRST_US, this.every);
    // the clock was set back
    if (this.due - now > this.every) this.due = this.after(now);
    if (failing) return;
    if (this.at === 0 && now >= this.due && !this.held) this.begin(now, trusted);
    if (this.at > 0) this.turn();
  }
  private after(now: Micros): Micros {
    return (Math.floor(now / this.every) + 1) * this.every;
  }
  private begin(now: Micros, trusted: Micros): void {
    this.at = 1;
    this.time = Math.min(now, trusted);
    this.due = this.after(now);
  }

  /** A whole sweep out of turn, by a person's word; resolves when the store was told, and not when it has done it. */
  async run(now: Micros): Promise<void> {
    this.needs.guard.release();
    this.begin(now, now);
    while (this.at > 0) {
      this.turn();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private turn(): void {
    const { series, metrics } = this.needs;
    const end = Math.min(this.at + SERIES_AT_ONCE, series.end);
    // policies are looked up in the turn in which they are used: a longer one obeys at once
    for (const op of retainOps(this.some(this.at, end), this.time)) this.needs.operation(op);
    this.at = end < series.end ? end : 0;
    if (this.at > 0) return;
    metrics.sweeps++;
    metrics.lastSweep = Math.floor(this.time / 1e6);
  }
  private *some(from: number, to: number): Generator<{ readonly id: number; readonly field: FieldNode }> {
    for (let id = from; id < to; id++) {
      const field = this.needs.series.field(id);
      if (field !== null) yield { id, field };
    }
  }
}
