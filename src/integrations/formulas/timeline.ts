import type { Figures, Sample } from "../../formulas/types.ts";
import { SlidingWindow } from "../../measure/window/window.ts";
import type { Looks } from "./plan.ts";

/** Of a window in which there is nothing. */
export const NO_FIGURES: Figures = {
  count: 0,
  sum: null,
  average: null,
  minimum: null,
  maximum: null,
  change: null,
  increase: null,
};

/** What formulas need to know of a series, as it is at its newest value: that, the one before, and windows. */
export class Timeline {
  private last: Sample | null = null;
  private before: Sample | null = null;
  private readonly windows: readonly SlidingWindow[];

  constructor(readonly looks: Looks) {
    this.windows = looks.spans.map((span) => new SlidingWindow(span));
  }

  /** Time of the newest value; it tells of this time and later ones. -Infinity: there is none. */
  get newest(): number {
    return this.last?.time ?? Number.NEGATIVE_INFINITY;
  }
  /** Values that it holds. */
  get weight(): number {
    return this.windows.reduce((sum, { size }) => sum + size, 2);
  }

  /** A value, in any order; one of the same time replaces. */
  add(sample: Sample): void {
    const { last, before } = this;
    if (last === null || sample.time > last.time) {
      this.before = last;
      this.last = sample;
    } else if (sample.time === last.time) this.last = sample;
    else if (before === null || sample.time >= before.time) this.before = sample;
    this.count(sample);
  }
  /** As the store has it, when windows got all of theirs. */
  begin(last: Sample, before: Sample | null): void {
    this.last = last;
    this.before = before;
  }
  /** A value for windows alone. */
  count({ time, value }: Sample): void {
    const number = typeof value === "number" ? value : value === true ? 1 : 0;
    for (const window of this.windows) window.add(time, number);
  }

  value(): Sample | null {
    return this.last;
  }
  previous(): Sample | null {
    return this.before;
  }
  /** @param at µs, not before `newest` */
  figures(span: number, at: number): Figures {
    return this.windows.find((window) => window.span === span)?.figures(at) ?? NO_FIGURES;
  }
}
