import type { Range } from "./range.ts";

/** How much was measured in parts of a range: what follows from it without reading the measurements. */

const BUCKETS = 400;

/** A part of a range in which something was measured. */
export interface Count {
  /** Where it begins, ms. */
  readonly time: number;
  /** Values of all fields together. */
  readonly count: number;
}

/** What asks for them, as `queryHistory` takes it, without whose history it is. @param ids fields */
export function countWish(ids: readonly string[], { from, to }: Pick<Range, "from" | "to">) {
  return {
    fields: ids.map((id) => `${id}:COUNT`),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    points: BUCKETS,
  };
}

/** The answer to that; parts without a value are not among them. @param rows a number for each column beside the time */
export function countsOf(rows: readonly object[]): Count[] {
  return rows.flatMap((row) => {
    const { time, ...columns } = row as Readonly<Record<string, unknown>>; // plain JSON
    const count = Object.values(columns).reduce((sum: number, one) => sum + (typeof one === "number" ? one : 0), 0);
    return count === 0 ? [] : [{ time: Date.parse(String(time)), count }];
  });
}

/** From when to when nothing was heard, ms. */
export interface Silence {
  readonly from: number;
  readonly to: number;
}

/**
 * The spans in which a device was certainly away: longer than its timeout without a value, as far as the parts tell.
 * @param counts in the order of time @param timeout ms @param now ms; nobody was silent later than that
 */
export function silences(
  counts: readonly Count[],
  range: Pick<Range, "from" | "to">,
  timeout: number,
  now: number,
): Silence[] {
  const end = Math.min(range.to, now);
  const step = (range.to - range.from) / BUCKETS;
  const found: Silence[] = [];
  // it may have been heard right before the range, and at the end of each part
  let heard = range.from;
  for (const { time } of [...counts, { time: end }]) {
    if (time > heard + timeout) found.push({ from: heard + timeout, to: time });
    heard = Math.max(heard, time + step);
  }
  return found;
}

/**
 * The part of a range with its newest measurements: not more than so many were counted in it, but where one part has more by itself.
 * @param counts of this range, in the order of time, not empty
 */
export function newestPart(
  counts: readonly Count[],
  range: Pick<Range, "from" | "to">,
  most: number,
): Pick<Range, "from" | "to"> {
  const last = counts.at(-1)?.time ?? range.from;
  let sum = 0;
  let from = last;
  for (const { time, count } of [...counts].reverse()) {
    sum += count;
    if (sum > most) break;
    from = time;
  }
  // a measurement may lie at the very end of a part that ends between two milliseconds
  return { from, to: Math.min(range.to, Math.ceil(last + (range.to - range.from) / BUCKETS) + 1) };
}
