import { Refusal } from "../base/errors.ts";
import { atOnce } from "../base/turns.ts";
import type { Micros } from "../base/types.ts";
import { printResolution, SECONDS, type Step } from "./resolution.ts";
import type { Range } from "./types.ts";
import type { Zone } from "../measure/zone.ts";

/** Buckets in time order. */
export interface Buckets {
  /** The time that a bucket is called by: its first moment on the grid, which may lie before the range. µs */
  readonly starts: Float64Array;
  /** Bucket i holds edges[i] <= time < edges[i+1]; the first and the last are cut to the range. µs; one more than `starts` */
  readonly edges: Float64Array;
}

/** The grid of fixed steps is anchored at Monday 2000-01-03 UTC (docs/history.md "Buckets"). */
const ANCHOR_MS = Date.UTC(2000, 0, 3);
/** Nothing is measured earlier (wire contract section 5). */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
/** Bounds that are looked at and lie outside the range, with those of a repeated hour. */
const SPARE = 10_000;
/** Bounds of one step. */
const AT_ONCE = 1_000;
const NONE: Buckets = { starts: new Float64Array(0), edges: new Float64Array(0) };

/**
 * The buckets of a range. Without a zone they lie on a grid fixed in UTC: seconds to weeks from Monday 2000-01-03 on,
 * months and years by the calendar. In a zone they follow its wall clock: a day is what the calendar calls one, with 23, 24 or 25 hours;
 * steps below a day begin at midnight, and an hour that is repeated is two buckets of an hour. Multiples of months and
 * years count from January 2000. Nothing before 2000 is in a bucket, since nothing is measured earlier.
 * @param most how many there may be
 * @throws Refusal answer_too_large; invalid_request for a step that cannot follow a wall clock
 */
export function bucketsOf(step: Step, range: Range, zone: Zone | null, most: number): Buckets {
  return atOnce(bucketsInSteps(step, range, zone, most));
}
/** Like `bucketsOf`, in short steps. */
export function* bucketsInSteps(step: Step, range: Range, zone: Zone | null, most: number): Generator<void, Buckets> {
  const from = Math.max(range.from, EARLIEST_MS * 1000);
  if (from >= range.to) return NONE;
  const cut = { from, to: range.to };
  const calendar = zone !== null || step.unit === "mo" || step.unit === "y";
  const starts = calendar ? yield* calendarStarts(step, cut, zone, most) : fixedStarts(step, cut, most);
  yield;
  return withEdges(starts, cut);
}

/** So many buckets of the same length from the first to the last moment of the range. */
export function evenBuckets(points: number, range: Range): Buckets {
  const from = Math.max(range.from, EARLIEST_MS * 1000);
  const span = range.to - from;
  if (span <= 0) return NONE;
  const count = Math.min(points, span);
  const starts = new Float64Array(count);
  for (let i = 0; i < count; i++) starts[i] = from + Math.floor((i * span) / count);
  return withEdges(starts, { from, to: range.to });
}

function withEdges(starts: Float64Array, range: Range): Buckets {
  const edges = new Float64Array(starts.length + 1);
  edges.set(starts);
  edges[0] = range.from;
  edges[starts.length] = range.to;
  return { starts, edges };
}

function fixedStarts(step: Step, range: Range, most: number): Float64Array {
  const width = SECONDS[step.unit as keyof typeof SECONDS] * step.count * 1_000_000; // months and years are calendar's
  const anchor = ANCHOR_MS * 1000;
  const first = Math.floor((range.from - anchor) / width);
  const count = Math.ceil((range.to - anchor) / width) - first;
  if (count > most) throw tooMany(step, most);
  const starts = new Float64Array(count);
  for (let i = 0; i < count; i++) starts[i] = anchor + (first + i) * width;
  return starts;
}

/** The bounds of a step on the wall clock, numbered. */
interface Grid {
  index(wall: number): number;
  wall(index: number): number;
}

function gridOf({ count, unit }: Step): Grid {
  if (unit === "mo" || unit === "y") {
    const months = unit === "y" ? count * 12 : count;
    return {
      index: (wall) => {
        const date = new Date(wall);
        return Math.floor(((date.getUTCFullYear() - 2000) * 12 + date.getUTCMonth()) / months);
      },
      wall: (index) => Date.UTC(2000, index * months, 1),
    };
  }
  const width = SECONDS[unit] * count * 1000;
  return {
    index: (wall) => Math.floor((wall - ANCHOR_MS) / width),
    wall: (index) => ANCHOR_MS + index * width,
  };
}

function* calendarStarts(step: Step, range: Range, zone: Zone | null, most: number): Generator<void, Float64Array> {
  const { count, unit } = step;
  // of a bucket that is part of a day: its length
  const part = unit === "s" || unit === "m" || unit === "h" ? SECONDS[unit] * count * 1000 : 0;
  if (part > 0 && DAY_MS % part !== 0)
    throw new Refusal(
      "invalid_request",
      `resolution: ${printResolution(step)} does not divide a day evenly, which a step in a time zone must; ` +
        "use one that does (15m, 1h, 6h), days, weeks, months or years, or leave the zone out.",
    );
  const grid = gridOf(step);
  const ms = Math.floor(range.from / 1000);
  // by arithmetic, before any is made: those of repeated and of skipped hours are within what is spared
  const indexes = grid.index(Math.floor(range.to / 1000)) - grid.index(ms);
  if (indexes > most + SPARE) throw tooMany(step, most);
  const starts: Micros[] = [];
  let before = Number.NEGATIVE_INFINITY;
  // One earlier: the same hour may have been before, when clocks were set back.
  for (let i = grid.index(zone?.wall(ms) ?? ms) - 1; before * 1000 < range.to; i++) {
    const start = zone?.first(grid.wall(i)) ?? grid.wall(i);
    if (part > 0 && start - before > part && (start - before) % part === 0)
      for (let at = before + part; at < start; at += part) starts.push(at * 1000);
    if (start > before) starts.push(start * 1000);
    before = start;
    if (starts.length > most + SPARE) throw tooMany(step, most);
    if (i % AT_ONCE === 0) yield;
  }
  let begin = 0;
  while ((starts[begin + 1] ?? Number.POSITIVE_INFINITY) <= range.from) begin++;
  let end = starts.length;
  while (end > begin && (starts[end - 1] ?? 0) >= range.to) end--;
  if (end - begin > most) throw tooMany(step, most);
  const cut = new Float64Array(end - begin);
  for (let i = 0; i < cut.length; i++) cut[i] = starts[begin + i] ?? 0;
  return cut;
}

function tooMany(step: Step, most: number): Refusal {
  return new Refusal(
    "answer_too_large",
    `resolution: ${printResolution(step)} makes more buckets of this range than the answer may have (${most} for what was asked for); ` +
      "use a coarser resolution, a shorter range, or fewer fields and devices.",
  );
}
