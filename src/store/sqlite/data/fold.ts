import { lostBy, restOf, settled } from "../../../base/sum.ts";
import type { Value } from "../../../measure/types.ts";
import type { Aggregates } from "../../ports.ts";
import { type Columns, firstAtLeast, valueAt } from "./block/columns.ts";
import { GROUP, type Groups, type Packed } from "./block/packed.ts";
import type { Buckets } from "./rollup.ts";
import type { Sink } from "./scan.ts";

/** Collects the figures of buckets from points that come in the order of time; see Aggregates. */
export class Fold implements Sink {
  readonly full = false;
  private readonly count: Float64Array;
  private readonly min: Float64Array;
  private readonly max: Float64Array;
  private readonly sum: Float64Array;
  /** What the sums lost by rounding. */
  private readonly lost: Float64Array;
  private readonly firstTime: Float64Array;
  private readonly lastTime: Float64Array;
  private readonly first: Float64Array;
  private readonly last: Float64Array;
  private readonly increase: Float64Array;
  /** What the increases lost by rounding. */
  private readonly lostIncrease: Float64Array;
  /** First and last as values, once there is one that is no number. */
  private odd: { readonly first: (Value | null)[]; readonly last: (Value | null)[] } | null = null;
  /** The bucket of the last point. */
  private at = 0;
  private readonly times = new Float64Array(GROUP);
  private readonly nums = new Float64Array(GROUP);

  /**
   * @param edges see AggregateRequest
   * @param counter the series is of type COUNTER
   * @param total a counter's last total before the first edge; null: none
   */
  constructor(
    private readonly edges: Float64Array,
    private readonly counter: boolean,
    private total: number | null,
  ) {
    const n = edges.length - 1;
    const column = (fill: number): Float64Array => new Float64Array(n).fill(fill);
    this.count = column(0);
    this.min = column(Number.NaN);
    this.max = column(Number.NaN);
    this.sum = column(0);
    this.lost = column(0);
    this.firstTime = column(Number.NaN);
    this.lastTime = column(Number.NaN);
    this.first = column(Number.NaN);
    this.last = column(Number.NaN);
    this.increase = column(counter ? 0 : Number.NaN);
    this.lostIncrease = column(0);
  }

  /** Buckets that were rolled up and begin within the edges, in any order, before any point. */
  rolledUp(b: Buckets): void {
    for (let i = 0; i < b.start.length; i++) {
      const bucket = this.bucketOf(b.start[i] ?? 0);
      this.note(bucket, b.count[i] ?? 0, b.min[i] ?? 0, b.max[i] ?? 0, b.sum[i] ?? 0, b.lost[i] ?? 0);
      this.widen(bucket, b.firstTime[i] ?? 0, b.first[i] ?? 0, b.lastTime[i] ?? 0, b.last[i] ?? 0);
      if (!this.counter) continue;
      this.grew(bucket, b.increase[i] ?? 0);
      this.lostIncrease[bucket] = (this.lostIncrease[bucket] ?? 0) + (b.lostIncrease[i] ?? 0);
    }
    this.at = 0;
  }
  /** Points of the same edges that came late, before any point; a counter's increase is in what came after them, already. */
  late(fold: Fold): void {
    const points = fold.done();
    const { lost } = fold.rest;
    for (let i = 0; i < points.count.length; i++) {
      const min = points.min[i] ?? Number.NaN;
      if (Number.isNaN(min)) continue;
      this.note(i, points.count[i] ?? 0, min, points.max[i] ?? 0, points.sum[i] ?? 0, lost[i] ?? 0);
      const [first, last] = [Number(points.first[i] ?? 0), Number(points.last[i] ?? 0)];
      this.widen(i, points.firstTime[i] ?? 0, first, points.lastTime[i] ?? 0, last);
    }
  }
  private widen(bucket: number, firstTime: number, first: number, lastTime: number, last: number): void {
    // not so when it is NaN: there was no point yet
    if (!((this.firstTime[bucket] ?? 0) < firstTime)) {
      this.firstTime[bucket] = firstTime;
      this.first[bucket] = first;
    }
    if ((this.lastTime[bucket] ?? 0) > lastTime) return;
    this.lastTime[bucket] = lastTime;
    this.last[bucket] = last;
  }

  /** Points within the edges. */
  points(c: Columns): void {
    if (c.kind === "number" || c.kind === "boolean") this.numbers(c.times, c.num, c.times.length);
    else this.values(c);
  }

  /** A whole block of numbers that lies within the edges: where a group lies in one bucket, by its figures. */
  block(block: Packed): void {
    const { groups } = block;
    if (groups === null) {
      this.points(block.columns());
      return;
    }
    for (let g = 0; g * GROUP < block.n; g++) {
      const time = block.groupTime(g);
      const bucket = this.bucketOf(time);
      if ((groups.lastTime[g] ?? 0) < (this.edges[bucket + 1] ?? 0) && (!this.counter || groups.increase !== null))
        this.group(bucket, time, Math.min(GROUP, block.n - g * GROUP), groups, g);
      else this.numbers(this.times, this.nums, block.group(g, this.times, this.nums));
    }
  }

  private bucketOf(time: number): number {
    const { edges } = this;
    let { at } = this;
    if (time < (edges[at] ?? 0)) at = Math.max(0, firstAtLeast(edges, time + 1) - 1);
    while (time >= (edges[at + 1] ?? 0)) at++;
    this.at = at;
    return at;
  }

  private group(bucket: number, time: number, n: number, groups: Groups, g: number): void {
    const first = groups.first[g] ?? 0;
    const last = groups.last[g] ?? 0;
    if (this.counter) {
      this.grew(bucket, this.step(first));
      this.grew(bucket, groups.increase?.[g] ?? 0);
      this.total = last;
    }
    this.note(bucket, n, groups.min[g] ?? 0, groups.max[g] ?? 0, groups.sum[g] ?? 0);
    this.ends(bucket, time, first, groups.lastTime[g] ?? 0, last);
  }
  /** What a counter grew with this total. */
  private step(total: number): number {
    const before = this.total ?? total;
    return total < before ? total : total - before;
  }
  private grew(bucket: number, by: number): void {
    const before = this.increase[bucket] ?? 0;
    this.lostIncrease[bucket] = (this.lostIncrease[bucket] ?? 0) + lostBy(before, by);
    this.increase[bucket] = before + by;
  }
  /** @param lost what the sum lost by rounding */
  private note(bucket: number, n: number, min: number, max: number, sum: number, lost = 0): void {
    this.count[bucket] = (this.count[bucket] ?? 0) + n;
    const before = this.sum[bucket] ?? 0;
    this.lost[bucket] = (this.lost[bucket] ?? 0) + lost + lostBy(before, sum);
    this.sum[bucket] = before + sum;
    const [least, most] = [this.min[bucket] ?? Number.NaN, this.max[bucket] ?? Number.NaN];
    // Not so when it is NaN: there was no number yet.
    if (!(least <= min)) this.min[bucket] = min;
    if (!(most >= max)) this.max[bucket] = max;
  }
  private ends(bucket: number, firstTime: number, first: number, lastTime: number, last: number): void {
    if (Number.isNaN(this.firstTime[bucket])) {
      this.firstTime[bucket] = firstTime;
      this.first[bucket] = first;
      if (this.odd !== null) this.odd.first[bucket] = first;
    }
    this.lastTime[bucket] = lastTime;
    this.last[bucket] = last;
    if (this.odd !== null) this.odd.last[bucket] = last;
  }

  private numbers(times: Float64Array, nums: Float64Array, n: number): void {
    for (let i = 0; i < n; ) {
      const bucket = this.bucketOf(times[i] ?? 0);
      const end = this.edges[bucket + 1] ?? 0;
      const begin = i;
      let [min, max, sum, lost] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
      for (; i < n && (times[i] ?? 0) < end; i++) {
        const v = nums[i] ?? 0;
        if (v < min) min = v;
        if (v > max) max = v;
        lost += lostBy(sum, v);
        sum += v;
      }
      if (this.counter) this.grow(bucket, nums, begin, i);
      this.note(bucket, i - begin, min, max, sum, lost);
      this.ends(bucket, times[begin] ?? 0, nums[begin] ?? 0, times[i - 1] ?? 0, nums[i - 1] ?? 0);
    }
  }
  private grow(bucket: number, nums: Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.grew(bucket, this.step(nums[i] ?? 0));
      this.total = nums[i] ?? 0;
    }
  }

  private values(c: Columns): void {
    const odd = this.odd ?? {
      first: Array.from(this.first, (v) => (Number.isNaN(v) ? null : v)),
      last: Array.from(this.last, (v) => (Number.isNaN(v) ? null : v)),
    };
    this.odd = odd;
    for (let i = 0; i < c.times.length; i++) {
      const time = c.times[i] ?? 0;
      const value = valueAt(c, i);
      const bucket = this.bucketOf(time);
      if (Number.isNaN(this.firstTime[bucket])) {
        this.firstTime[bucket] = time;
        odd.first[bucket] = value;
      }
      this.lastTime[bucket] = time;
      odd.last[bucket] = value;
      const v = typeof value === "number" || typeof value === "boolean" ? Number(value) : null;
      if (v === null) this.count[bucket] = (this.count[bucket] ?? 0) + 1;
      else this.note(bucket, 1, v, v, v);
    }
  }

  /** What the sums and increases of `done` still lack, for who adds to them later. */
  get rest(): { readonly lost: Float64Array; readonly lostIncrease: Float64Array } {
    const of = (sums: Float64Array, lost: Float64Array) => sums.map((sum, i) => restOf(sum, lost[i] ?? 0));
    return { lost: of(this.sum, this.lost), lostIncrease: of(this.increase, this.lostIncrease) };
  }
  done(rolled: Aggregates["rolled"] = null): Aggregates {
    const { count, min, max, firstTime, lastTime } = this;
    const sum = this.sum.map((one, i) => settled(one, this.lost[i] ?? 0));
    const increase = this.increase.map((one, i) => settled(one, this.lostIncrease[i] ?? 0));
    const first = this.odd?.first ?? this.first;
    const last = this.odd?.last ?? this.last;
    return { count, min, max, sum, firstTime, lastTime, first, last, increase, rolled };
  }
}
