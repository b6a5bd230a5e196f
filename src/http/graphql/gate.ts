import { Refusal } from "../../base/errors.ts";

/** Questions of one request that run at the same time. */
const AT_ONCE = 4;
/** How long one request may ask, ms. */
const LONGEST_MS = 30_000;

/** Lets the questions of one request to the store in, and bounds what they bring together. */
export class Gate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private cells = 0;
  private readonly until: number;

  /** @param most cells of all answers together @param now ms of a clock that only goes forward */
  constructor(
    private readonly most: number,
    private readonly now: () => number,
  ) {
    this.until = now() + LONGEST_MS;
  }

  /** @throws Refusal answer_too_large when the time is over; what `work` throws */
  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      if (this.now() > this.until)
        throw new Refusal(
          "answer_too_large",
          "This takes longer than 30 seconds. Ask for fewer devices, or a shorter range.",
        );
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  /** Counts what an answer brings. @throws Refusal answer_too_large */
  take(cells: number): void {
    this.cells += cells;
    if (this.cells > this.most)
      throw new Refusal(
        "answer_too_large",
        `One document may ask for ${this.most} values of histories. Ask for fewer devices, a shorter range or a coarser resolution.`,
      );
  }
}
