/** Work goes on for so long, in ms, before others get a turn. */
const TURN_MS = 15;

/** The work was stopped by who asked for it; what it had begun is gone. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Long work in turns: it tells how far it is, lets others run, and can be stopped. */
export class Work {
  private until = performance.now() + TURN_MS;

  /**
   * @param show gets what is being done, and how much of that: 0 to 1
   * @param check runs at the end of every turn; what it throws ends the work
   */
  constructor(
    readonly show: (phase: string, part: number) => void = () => {},
    readonly signal: AbortSignal | null = null,
    readonly check: () => void = () => {},
  ) {}

  /** A turn is over: call `tell`. Cheap, for the inside of loops. */
  get due(): boolean {
    return performance.now() >= this.until;
  }
  /** @throws Stopped; what `check` throws */
  async tell(phase: string, part: number): Promise<void> {
    this.show(phase, Math.min(Math.max(part, 0), 1));
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.signal?.aborted === true) throw new Stopped("stopped");
    this.check();
    this.until = performance.now() + TURN_MS;
  }
}
