import { lostBy, settled } from "../../base/sum.ts";
import { aggregatePoints } from "./points.ts";
import type { Aggregates, Point, Rollup } from "../ports.ts";

/** Figures of the points of one bucket. */
interface Bucket {
  count: number;
  min: number;
  max: number;
  sum: number;
  /** What adding lost, of sum and increase: see src/base/sum.ts. */
  lost: number;
  lostIncrease: number;
  firstTime: number;
  first: number;
  lastTime: number;
  last: number;
  increase: number;
}

/** What the store's port promises of the rollups of one series, told in the plainest way. */
export class Rollups {
  /** Points before this time were rolled up. */
  rolledTo = Number.NEGATIVE_INFINITY;
  /** By step and start. */
  private readonly steps = new Map<number, Map<number, Bucket>>();

  /** How many buckets there are, of all steps. */
  get buckets(): number {
    return this.all().length;
  }

  /** Rolls up the points before a time, by whole buckets of the longest step. Returns the time before which they are. */
  add(points: readonly Point[], before: number, kinds: readonly Rollup[]): number {
    const longest = Math.max(...kinds.map(({ step }) => step));
    const cut = floor(before, longest);
    this.prune(kinds, longest);
    const { rolledTo } = this;
    for (const { time, value } of points) {
      if (time >= cut) continue;
      const total = Number(value);
      const old = this.before(time)?.value ?? total;
      const increase = time < rolledTo ? 0 : total < old ? total : total - old;
      const none = { lost: 0, lostIncrease: 0 };
      const one = {
        ...none,
        count: 1,
        min: total,
        max: total,
        sum: total,
        firstTime: time,
        first: total,
        lastTime: time,
      };
      for (const kind of kinds) {
        const start = floor(time, kind.step);
        if (start < floor(kind.before, longest)) continue;
        const buckets = this.steps.get(kind.step) ?? new Map<number, Bucket>();
        this.steps.set(kind.step, buckets);
        const bucket = buckets.get(start);
        if (bucket === undefined) buckets.set(start, { ...one, last: total, increase });
        else join(bucket, { ...one, last: total, increase });
      }
      if (time >= rolledTo) this.rolledTo = Math.max(this.rolledTo, floor(time, longest) + longest);
    }
    return cut;
  }

  private prune(kinds: readonly Rollup[], longest: number): void {
    for (const [step, buckets] of this.steps) {
      const before = kinds.find((kind) => kind.step === step)?.before ?? Number.POSITIVE_INFINITY;
      for (const start of buckets.keys()) if (start < floor(before, longest)) buckets.delete(start);
      if (buckets.size === 0) this.steps.delete(step);
    }
  }

  /** Removes the buckets that reach into a range. */
  remove(from: number, to: number): void {
    for (const [step, buckets] of this.steps) {
      for (const start of buckets.keys()) if (start < to && start + step > from) buckets.delete(start);
      if (buckets.size === 0) this.steps.delete(step);
    }
  }

  /** The newest of the last points of buckets that is before a time. */
  before(at: number): { readonly time: number; readonly value: number } | null {
    let found: { time: number; value: number } | null = null;
    for (const [, bucket] of this.all())
      if (bucket.lastTime < at && bucket.lastTime > (found?.time ?? Number.NEGATIVE_INFINITY))
        found = { time: bucket.lastTime, value: bucket.last };
    return found;
  }
  private all(): [start: number, bucket: Bucket][] {
    return [...this.steps.values()].flatMap((buckets) => [...buckets]);
  }

  /** Joins the figures of the points since `rolledTo` with rollups and with points that came late. */
  join(rest: Aggregates, edges: Float64Array, late: readonly Point[]): Aggregates {
    const [from, end] = [edges[0] ?? 0, Math.min(this.rolledTo, edges.at(-1) ?? 0)];
    if (from >= end) return rest;
    const rows = Array.from(rest.count, (_, i) => rowOf(rest, i));
    const old = aggregatePoints(late, edges, false);
    for (const [i, row] of rows.entries()) {
      if ((old.count[i] ?? 0) > 0) join(row, { ...rowOf(old, i), increase: 0 });
    }
    let taken = 0;
    for (const [step, start, bucket] of this.chosen(edges, end)) {
      const i = edges.findLastIndex((edge) => edge <= start);
      const row = rows[i];
      if (start < from || start >= end || row === undefined) continue;
      // of one time that of the point that came late holds
      const both = { ...bucket };
      join(both, row);
      Object.assign(row, both);
      taken = Math.max(taken, step);
    }
    const column = (name: keyof Bucket): Float64Array => Float64Array.from(rows, (row) => row[name]);
    return {
      count: column("count"),
      min: column("min"),
      max: column("max"),
      sum: Float64Array.from(rows, ({ sum, lost }) => settled(sum, lost)),
      firstTime: column("firstTime"),
      lastTime: column("lastTime"),
      first: column("first"),
      last: column("last"),
      // which only counters have
      increase: rest.increase.map((v, i) =>
        Number.isNaN(v) ? v : settled(rows[i]?.increase ?? v, rows[i]?.lostIncrease ?? 0),
      ),
      rolled: { before: this.rolledTo, step: taken },
    };
  }

  /** Of each window of the longest step the buckets of that step which knows of the most points; of equal ones the wanted one. */
  private chosen(edges: Float64Array, end: number): [step: number, start: number, bucket: Bucket][] {
    const steps = [...this.steps.keys()].sort((a, b) => b - a);
    const [longest = 1] = steps;
    const fits = steps.find((step) => edges.every((edge) => edge >= end || edge % step === 0)) ?? steps.at(-1) ?? 0;
    const wanted = [...steps.filter((step) => step <= fits), ...steps.filter((step) => step > fits).reverse()];
    const windows = new Set(this.all().map(([start]) => floor(start, longest)));
    return [...windows].flatMap((window) => {
      const inside = wanted.map((step) => {
        const buckets = [...(this.steps.get(step) ?? [])].filter(([start]) => floor(start, longest) === window);
        return { step, buckets, count: buckets.reduce((sum, [, { count }]) => sum + count, 0) };
      });
      const most = Math.max(...inside.map(({ count }) => count));
      const best = inside.find(({ count }) => count === most);
      return (best?.buckets ?? []).map(([start, bucket]): [number, number, Bucket] => [best?.step ?? 0, start, bucket]);
    });
  }
}

function floor(time: number, step: number): number {
  return Math.floor(time / step) * step;
}

function rowOf(figures: Aggregates, i: number): Bucket {
  const of = (column: ArrayLike<unknown>): number => {
    const value = column[i];
    return value === null || value === undefined ? Number.NaN : Number(value);
  };
  const { count, min, max, sum, firstTime, first, lastTime, last, increase } = figures;
  const ends = { firstTime: of(firstTime), first: of(first), lastTime: of(lastTime), last: of(last) };
  const sums = { sum: of(sum), lost: 0, increase: of(increase), lostIncrease: 0 };
  return { count: of(count), min: of(min), max: of(max), ...ends, ...sums };
}

/** Adds points to those of a bucket; of two at one time those that are added hold. */
function join(bucket: Bucket, more: Bucket): void {
  if (more.count === 0) return;
  if (!(bucket.firstTime < more.firstTime)) [bucket.firstTime, bucket.first] = [more.firstTime, more.first];
  if (!(bucket.lastTime > more.lastTime)) [bucket.lastTime, bucket.last] = [more.lastTime, more.last];
  bucket.min = Number.isNaN(bucket.min) ? more.min : Math.min(bucket.min, more.min);
  bucket.max = Number.isNaN(bucket.max) ? more.max : Math.max(bucket.max, more.max);
  bucket.count += more.count;
  bucket.lost += more.lost + lostBy(bucket.sum, more.sum);
  bucket.sum += more.sum;
  bucket.lostIncrease += more.lostIncrease + lostBy(bucket.increase, more.increase);
  bucket.increase += more.increase;
}
