import type { Rollup } from "../../ports.ts";
import type { Columns } from "./block/columns.ts";
import type { Packed } from "./block/packed.ts";
import type { BlockTables } from "./blocks.ts";
import { sound } from "./sound.ts";
import { Drop } from "./drop.ts";
import { Fold } from "./fold.ts";
import { Head } from "./head.ts";
import { type Buckets, bucketsOf, bucketsWhere, Rollups } from "./rollup.ts";
import { SeriesView, type Sink } from "./scan.ts";
import type { Tail } from "./tail.ts";

interface Made extends Rollup {
  readonly buckets: Buckets;
}

/** Buckets of the shortest step that one step looks at. */
const STEP_BUCKETS = 4096;

/**
 * Rolls up the sealed points of a series before a time and drops them, a block at a time: both in one transaction, so that no
 * point is counted twice. A bucket may be made in several steps, however many points it has: what comes is added to what is there,
 * and so are points that came late, for a time that was rolled up before. What is still in the log is left alone, and so is all
 * that it may write over.
 */
export class Roller {
  private readonly rollups: Rollups;
  private readonly longest: number;
  private readonly shortest: number;
  private readonly cut: number;
  private readonly kinds: readonly Rollup[];
  private pruned = false;
  /** The last point that was rolled up here and had not come late. */
  private moved: number | null = null;

  constructor(
    private readonly tables: BlockTables,
    private readonly series: number,
    before: number,
    private readonly tail: Pick<Tail, "earliest">,
    kinds: readonly Rollup[],
  ) {
    this.rollups = new Rollups(tables.db);
    const steps = kinds.map((kind) => kind.step);
    [this.longest, this.shortest] = [Math.max(...steps), Math.min(...steps)];
    this.cut = this.floor(before);
    this.kinds = kinds.map(({ step, before: gone }) => ({ step, before: this.floor(gone) }));
  }
  /** Start of the longest bucket that a time is in; what is before all numbers stays there. */
  private floor(time: number): number {
    return Math.max(Number.MIN_SAFE_INTEGER, Math.floor(time / this.longest) * this.longest);
  }

  /** One step; false when it was the last. @throws RangeError when a rollup that points belong to is damaged */
  step(): boolean {
    if (!this.pruned) {
      this.pruned = !this.rollups.prune(this.series, this.kinds);
      return true;
    }
    const first = this.tables.earliest(this.series);
    const cut = first === null ? this.cut : this.sealedTo(first.t0);
    if (first === null || first.t0 >= cut) {
      if (this.moved !== null)
        this.tables.setRolledTo(this.series, Math.min(cut, this.floor(this.moved) + this.longest));
      return false;
    }
    const rolledTo = this.tables.rolledTo(this.series);
    const late = first.t0 < rolledTo;
    const from = first.t0;
    const most = from - (from % this.shortest) + STEP_BUCKETS * this.shortest;
    const to = Math.min(cut, late ? rolledTo : cut, first.t1 + 1, most);
    const made = sound(() => this.figures(from, to, late));
    if (made === null) return this.removeDamaged(from, to);
    // first what goes, so that there is room for what comes when the disk is full
    const drop = new Drop(this.tables, this.series, from, to);
    while (drop.step());
    const last = this.keep(made);
    if (last !== null && !late) {
      this.tables.setRolledTo(this.series, last + 1);
      this.moved = last;
    }
    return (this.tables.earliest(this.series)?.t0 ?? this.cut) > first.t0;
  }

  /**
   * How far points from a time on can be rolled up: what the log has not sealed yet may write over points, which would count
   * twice, so all from there on waits for the next sweep.
   */
  private sealedTo(from: number): number {
    return Math.min(this.cut, this.floor(this.tail.earliest(this.series, from, this.cut)));
  }

  /** Removes what lies in a range, ends before the cut and cannot be read, or nothing behind it would ever go. False: none does. */
  private removeDamaged(from: number, to: number): boolean {
    let removed = false;
    for (const table of ["part", "block"] as const)
      for (const { id, t0, t1 } of this.tables.overlapping(table, this.series, from, to))
        if (t1 < this.cut && sound(() => this.tables.columns(table, id)) === null) {
          this.tables.remove(table, id);
          this.tables.copy.drop(this.series, t0, t1 + 1);
          removed = true;
        }
    return removed;
  }

  /**
   * Buckets of each step. @param late the time was rolled up before: a counter's increase is in what came after, already
   * @throws RangeError when points are damaged
   */
  private figures(from: number, to: number, late: boolean): Made[] {
    // the sweep before this one has taken out what was deleted, and the log has no row of this range
    const view = SeriesView.of(this.tables.db, new Head(), this.series);
    if (view === null) return [];
    const counter = view.counter && !late;
    const total = counter ? this.totalBefore(view, from) : null;
    const kinds = this.kinds.map((kind) => {
      const edges = edgesOf(from, to, kind.step);
      return { ...kind, edges, fold: new Fold(edges, counter, total) };
    });
    view.scan(from, to, new Folds(kinds.map(({ fold }) => fold)), () => false);
    return kinds.map(({ step, before, edges, fold }) => ({ step, before, buckets: bucketsOf(edges, fold) }));
  }
  /** Adds buckets to those there are. Returns the time of the last point in them; null: there is none. */
  private keep(made: readonly Made[]): number | null {
    let last = Number.NEGATIVE_INFINITY;
    for (const { step, before, buckets } of made) {
      last = Math.max(last, ...buckets.lastTime.subarray(-1));
      this.rollups.add(
        this.series,
        step,
        bucketsWhere(buckets, (time) => time >= before),
      );
    }
    return Number.isFinite(last) ? last : null;
  }
  private totalBefore(view: SeriesView, from: number): number | null {
    const point = view.before(from);
    const time = point.times[0] ?? Number.NEGATIVE_INFINITY;
    const kept = this.rollups.before(this.series, from, []);
    if (kept !== null && kept.time > time) return kept.value;
    return point.kind === "number" ? (point.num[0] ?? null) : null;
  }
}

/** Bounds of buckets from that in which `from` is to that in which `to` is. */
function edgesOf(from: number, to: number, step: number): Float64Array {
  const start = Math.floor(from / step) * step;
  const edges = new Float64Array(Math.ceil((to - start) / step) + 1);
  for (let i = 0; i < edges.length; i++) edges[i] = start + i * step;
  return edges;
}

/** Gives what a scan finds to several folds, so that it is decoded once. */
class Folds implements Sink {
  readonly full = false;
  constructor(private readonly folds: readonly Fold[]) {}
  points(c: Columns): void {
    for (const fold of this.folds) fold.points(c);
  }
  block(block: Packed): void {
    for (const fold of this.folds) fold.block(block);
  }
}
