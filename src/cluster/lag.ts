import type { Seq } from "../store/ports.ts";

/** How far this node is behind what it knows of the log. */
export class Lag {
  private caughtUp: number;

  /** @param known the last row of the log that this node knows of @param applied the last one that took effect here @param now ms */
  constructor(
    private readonly known: () => Seq,
    private readonly applied: () => Seq,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.caughtUp = now();
  }
  get rows(): number {
    return Math.max(0, this.known() - this.applied());
  }
  /** As of the last look, some moments ago. */
  get seconds(): number {
    return this.rows === 0 ? 0 : (this.now() - this.caughtUp) / 1000;
  }
  /** Called again and again. */
  look(): void {
    if (this.rows === 0) this.caughtUp = this.now();
  }
}
