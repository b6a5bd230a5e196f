import { figuresOf, include, NO_FIGURES, type Span, spanOf, type WindowFigures } from "./span.ts";
import { numbersOf, spanFrom, type WindowState } from "./state.ts";

export type { WindowFigures } from "./span.ts";

/** Values that a window holds one by one; of more, neighbours are told together. */
const WINDOW_VALUES = 512;

/**
 * The values of a series within the last so many µs, and their figures. It knows no clock: values have times, and whoever asks says at
 * which time.
 *
 * - It spans (at − span, at]: what is exactly as old as the span is no longer in it.
 * - A value of a time that is there replaces the one that is there, as in the store: so rows that come again do no harm.
 * - A late value takes its place in time; one that is older than the span, seen from the newest, is not taken.
 * - Of at most `most` values each is held by itself and all figures are exact. Of more, neighbours are told together, in panes of
 *   span × 2 / most: the old end of the window is then as coarse as one pane, and a late value in a pane is not in its increase.
 */
export class SlidingWindow {
  private spans: Span[] = [];
  /** The newest value before those that it holds. */
  private before: { time: number; value: number } | null = null;

  /**
   * @param span µs, above 0
   * @param most values that are held one by one; at least 4
   */
  constructor(
    readonly span: number,
    private readonly most: number = WINDOW_VALUES,
  ) {}

  /** Time of the newest value, µs; null: it holds none. */
  get newest(): number | null {
    return this.spans.at(-1)?.to ?? null;
  }
  /** How many numbers of values it holds; at most `most`. */
  get size(): number {
    return this.spans.length;
  }

  /**
   * @param time µs
   * @returns false: it is older than the span, seen from the newest
   */
  add(time: number, value: number): boolean {
    const newest = this.newest;
    if (newest !== null && time <= newest - this.span) {
      this.leaves(time, value);
      return false;
    }
    this.put(time, value);
    this.trim((this.newest ?? time) - this.span);
    if (this.spans.length > this.most) this.merge();
    return true;
  }
  private put(time: number, value: number): void {
    const { spans } = this;
    const at = this.placeOf(time);
    const there = spans[at];
    if (there === undefined || time < there.from) spans.splice(at, 0, spanOf(time, value));
    else if (there.count === 1) spans[at] = spanOf(time, value);
    else include(there, spanOf(time, value));
  }
  /** The first span that does not end before a time. */
  private placeOf(time: number): number {
    const { spans } = this;
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((spans[middle] as Span).to < time)
        low = middle + 1; // middle < length
      else high = middle;
    }
    return low;
  }
  private leaves(time: number, value: number): void {
    if (this.before === null || time >= this.before.time) this.before = { time, value };
  }
  private trim(until: number): void {
    const gone = this.placeOf(until + 1);
    const last = this.spans[gone - 1];
    if (last === undefined) return;
    this.leaves(last.to, last.last);
    this.spans.splice(0, gone);
  }
  /** Neighbours in one pane become one span. */
  private merge(): void {
    const pane = (this.span * 2) / this.most;
    const merged: Span[] = [];
    for (const span of this.spans) {
      const last = merged.at(-1);
      if (last !== undefined && Math.floor(last.from / pane) === Math.floor(span.to / pane)) include(last, span);
      else merged.push(span);
    }
    this.spans = merged;
  }

  /**
   * What is known of (at − span, at].
   * @param at µs; values behind it do not count. Asked for a time before `newest`, what has left since is missing
   */
  figures(at: number): WindowFigures {
    const { spans } = this;
    let i = this.placeOf(at - this.span + 1);
    const before = i > 0 ? ((spans[i - 1] as Span).last ?? null) : (this.before?.value ?? null); // i > 0
    const begin = spans[i];
    if (begin === undefined || begin.from > at) return NO_FIGURES;
    const total = { ...begin };
    for (i++; i < spans.length; i++) {
      const span = spans[i] as Span; // i < length
      if (span.from > at) break;
      include(total, span);
    }
    return figuresOf(total, before);
  }

  /** What `restore` makes the same window of. */
  state(): WindowState {
    const { before } = this;
    return {
      before: before === null ? null : [before.time, before.value],
      spans: this.spans.map(numbersOf),
    };
  }
  static restore(span: number, { before, spans }: WindowState, most: number = WINDOW_VALUES): SlidingWindow {
    const window = new SlidingWindow(span, most);
    if (before !== null) window.before = { time: before[0], value: before[1] };
    window.spans = spans.map(spanFrom);
    return window;
  }
}
