import type { Fold } from "./fold.ts";
import type { Purge } from "./purge.ts";
import { bucketsWhere, bucketsWithoutPurged, type Buckets, type Rollups } from "./rollup.ts";

/** The step that holds the most points of a window. */
interface Best {
  readonly step: number;
  readonly count: number;
}

/**
 * Gives a fold what rollups hold with edges[0] <= start < to. Of each window of the longest step those buckets are taken that
 * hold the most points: shorter ones may have been begun later, or dropped, longer ones deleted with a part of what was in them.
 * Of equal ones those of the longest step that fits all edges before `to`, or of the shortest when none does.
 * @returns the longest step that was taken, 0: there is nothing
 */
export function foldRolled(
  rollups: Rollups,
  series: number,
  purges: readonly Purge[],
  edges: Float64Array,
  to: number,
  fold: Fold,
): number {
  const steps = rollups.steps(series);
  const [longest] = steps;
  if (longest === undefined) return 0;
  const from = edges[0] ?? 0;
  const windowOf = (start: number): number => Math.floor(start / longest);
  const [begin, end] = [windowOf(from) * longest, (windowOf(to - 1) + 1) * longest];
  const deleted = purges.filter(({ swept }) => swept === 0);
  const best = new Map<number, Best>();
  for (const step of steps.length > 1 ? preferred(steps, edges, to) : []) {
    const counts = new Map<number, number>();
    // of deletions that are not swept yet each bucket must be looked at whole
    const pieces =
      deleted.length === 0
        ? rollups.counts(series, step, begin, end)
        : without(rollups.read(series, step, begin, end), step, deleted);
    for (const { start, count } of pieces) countWindows(start, count, longest, counts);
    for (const [window, count] of counts) if (count > (best.get(window)?.count ?? 0)) best.set(window, { step, count });
  }
  let taken = 0;
  for (const step of steps)
    for (const piece of without(rollups.read(series, step, from, to), step, deleted)) {
      const chosen = bucketsWhere(piece, (start) => (best.get(windowOf(start))?.step ?? step) === step);
      if (chosen.start.length > 0) taken = Math.max(taken, step);
      fold.rolledUp(chosen);
    }
  return taken;
}

/** Steps in the order in which they are wanted. @param steps the longest first */
function preferred(steps: readonly number[], edges: Float64Array, to: number): number[] {
  const old = edges.filter((edge) => edge < to);
  const fitting = steps.findIndex((step) => old.every((edge) => edge % step === 0));
  const asked = fitting < 0 ? steps.length - 1 : fitting;
  return [...steps.slice(asked), ...steps.slice(0, asked).reverse()];
}

function* without(pieces: Iterable<Buckets>, step: number, deleted: readonly Purge[]): Generator<Buckets> {
  for (const piece of pieces) yield bucketsWithoutPurged(piece, step, deleted);
}

/** Adds up the points of each window. */
function countWindows(start: Float64Array, count: Float64Array, longest: number, counts: Map<number, number>): void {
  let window = Number.NaN;
  let sum = 0;
  const close = (): void => {
    if (sum > 0) counts.set(window, (counts.get(window) ?? 0) + sum);
  };
  for (let i = 0; i < start.length; i++) {
    const next = Math.floor((start[i] ?? 0) / longest);
    if (next !== window) {
      close();
      [window, sum] = [next, 0];
    }
    sum += count[i] ?? 0;
  }
  close();
}
