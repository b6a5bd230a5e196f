import { lostBy, settled } from "../../base/sum.ts";

/** One value at a time, or several of consecutive times told together. Times are µs. */
export interface Span {
  from: number;
  to: number;
  count: number;
  sum: number;
  /** What the additions to `sum` lost (`lostBy`). */
  lost: number;
  minimum: number;
  maximum: number;
  first: number;
  last: number;
  /** What a running total grew by from the first to the last of them. */
  increase: number;
}

/** What is known of the values in a window. Booleans count as 1 and 0. */
export interface WindowFigures {
  /** How many there are; with 0 all others are null. */
  readonly count: number;
  readonly sum: number | null;
  /** The mean of the values, each counted once however long it held. */
  readonly average: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly first: number | null;
  readonly last: number | null;
  /** Last minus first, as CHANGE of a history (docs/history.md "Buckets"). */
  readonly change: number | null;
  /** What a running total grew by, with the step from the value before the window; a lower value is a reset and counts whole. */
  readonly increase: number | null;
}

export const NO_FIGURES: WindowFigures = {
  count: 0,
  sum: null,
  average: null,
  minimum: null,
  maximum: null,
  first: null,
  last: null,
  change: null,
  increase: null,
};

export function spanOf(time: number, value: number): Span {
  return {
    from: time,
    to: time,
    count: 1,
    sum: value,
    lost: 0,
    minimum: value,
    maximum: value,
    first: value,
    last: value,
    increase: 0,
  };
}

/** How much a running total grew from one reading to the next: one that is lower was reset, and counts whole. */
function step(before: number, after: number): number {
  return after < before ? after : after - before;
}

/** Takes a later span, or one amid it, into the first. */
export function include(into: Span, more: Span): void {
  const isLater = more.from > into.to;
  if (isLater) into.increase += step(into.last, more.first) + more.increase;
  into.lost += lostBy(into.sum, more.sum) + more.lost;
  into.sum += more.sum;
  into.count += more.count;
  into.minimum = Math.min(into.minimum, more.minimum);
  into.maximum = Math.max(into.maximum, more.maximum);
  if (!isLater) return;
  into.to = more.to;
  into.last = more.last;
}

/** @param before the value before it; null: none is known */
export function figuresOf(total: Span, before: number | null): WindowFigures {
  const { count, minimum, maximum, first, last } = total;
  const sum = settled(total.sum, total.lost);
  // a mean lies between the least and the greatest, whatever the last rounding did
  const average = Number.isFinite(sum) ? Math.min(Math.max(sum / count, minimum), maximum) : sum;
  const increase = total.increase + (before === null ? 0 : step(before, first));
  return { count, sum, average, minimum, maximum, first, last, change: last - first, increase };
}
