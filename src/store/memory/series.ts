import { type FieldType, specOf, type Value } from "../../measure/types.ts";
import { ofForm } from "../../measure/value.ts";
import { Applied, isStamped } from "../apply.ts";
import type { Aggregates, Point, Rollup, SeriesOp, SeriesState, SeriesStats, SeriesStatsRequest } from "../ports.ts";
import type { SettledRow } from "../ports/log.ts";
import type { Seq } from "../ports/seq.ts";
import { END_OF_TIME } from "../ports/series.ts";
import type { RecordReader } from "../record.ts";
import { settledOf } from "../settled.ts";
import { aggregatePoints, pointBefore, statsOf } from "./points.ts";
import { Rollups } from "./rollups.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One series: its points by time, what is current of it, and its rollups. */
class Series {
  private readonly byTime = new Map<number, Value>();
  /** In time order; null: something was written since it was made. */
  private sorted: readonly Point[] | null = null;
  rollups: Rollups | null = null;

  constructor(readonly state: Mutable<SeriesState>) {}

  get points(): readonly Point[] {
    this.sorted ??= [...this.byTime].map(([time, value]) => ({ time, value })).sort((a, b) => a.time - b.time);
    return this.sorted;
  }
  /** @returns what became of it, where its record says something else */
  put(r: RecordReader): SettledRow | null {
    const { state } = this;
    const { value } = r;
    const applied = new Applied().row(r.flags, r.time, state.lastArrival, state.time ?? Number.NaN);
    const { time } = applied;
    this.byTime.set(time, value);
    this.sorted = null;
    state.lastSeq = r.seq;
    if (isStamped(r.flags)) state.lastArrival = Math.max(state.lastArrival, time);
    if (applied.isCurrent) {
      state.time = time;
      state.value = value;
    }
    return settledOf(r, applied);
  }
  /** Drops the points with from <= time < to. */
  drop(from: number, to: number): void {
    for (const time of this.byTime.keys()) if (time >= from && time < to) this.byTime.delete(time);
    this.sorted = null;
  }
  retain(before: number, kinds: readonly Rollup[]): void {
    if (kinds.length === 0 || !specOf(this.state.type).hasRollups) {
      this.rollups = null;
      this.drop(Number.NEGATIVE_INFINITY, before);
      return;
    }
    this.rollups ??= new Rollups();
    this.drop(Number.NEGATIVE_INFINITY, this.rollups.add(this.points, before, kinds));
  }
  before(at: number): Point | null {
    const raw = pointBefore(this.points, at);
    const kept = this.rollups?.before(at) ?? null;
    if (kept === null || kept.time <= (raw?.time ?? Number.NEGATIVE_INFINITY)) return raw;
    return { time: kept.time, value: ofForm(specOf(this.state.type).form, kept.value) };
  }
  aggregate(edges: Float64Array): Aggregates {
    const { points, rollups } = this;
    const begin = Math.max(edges[0] ?? 0, rollups?.rolledTo ?? Number.NEGATIVE_INFINITY);
    const rest = points.filter(({ time }) => time >= begin);
    const figures = aggregatePoints(rest, edges, specOf(this.state.type).isTotal, this.before(begin));
    if (rollups === null) return figures;
    return rollups.join(
      figures,
      edges,
      points.filter(({ time }) => time < begin),
    );
  }
}

/** All series. Points are in no blocks, so sealing changes nothing. */
export class MemorySeries {
  private readonly all = new Map<number, Series>();
  /** The first id that was never put. */
  next = 1;
  /** See Opened. */
  settled: readonly SettledRow[] = [];

  apply(op: SeriesOp): void {
    switch (op.op) {
      case "series_put":
        return this.create(op.id, op.device, op.field, op.type);
      case "series_delete":
        for (const id of op.ids) this.all.delete(id);
        return;
      case "points_delete": {
        const series = this.all.get(op.series);
        if (series === undefined) return;
        series.rollups?.remove(op.from, op.to);
        series.drop(op.from, op.to);
        const { state } = series;
        if (op.to >= END_OF_TIME && state.lastArrival >= op.from) state.lastArrival = 0;
        return;
      }
      case "retain":
        for (const id of op.series) this.all.get(id)?.retain(op.before, op.rollups ?? []);
        return;
      default:
        op satisfies never;
    }
  }
  private create(id: number, device: number, field: number, type: FieldType): void {
    this.next = Math.max(this.next, id + 1);
    const known = this.all.get(id);
    if (known !== undefined) Object.assign(known.state, { device, field, type });
    else this.all.set(id, new Series({ id, device, field, type, time: null, value: null, lastArrival: 0, lastSeq: 0 }));
  }
  /** The measurement that a reader stands on; nothing when its series is gone. */
  put(r: RecordReader): void {
    const settled = this.all.get(r.id)?.put(r) ?? null;
    if (settled !== null) this.settled = [...this.settled, settled];
  }
  trim(upTo: Seq): void {
    this.settled = this.settled.filter(({ seq }) => seq > upTo);
  }
  /** As they are now, by ascending id. */
  states(): SeriesState[] {
    return [...this.all.values()].map(({ state }) => ({ ...state })).sort((a, b) => a.id - b.id);
  }
  state(id: number): SeriesState | undefined {
    return this.all.get(id)?.state;
  }
  points(id: number): readonly Point[] {
    return this.all.get(id)?.points ?? [];
  }
  before(id: number, at: number): Point | null {
    return this.all.get(id)?.before(at) ?? null;
  }
  aggregate(id: number, edges: Float64Array): Aggregates {
    return this.all.get(id)?.aggregate(edges) ?? aggregatePoints([], edges, false);
  }
  stats({ series, before }: SeriesStatsRequest): SeriesStats {
    const ids = [...series];
    const figures = statsOf(
      ids.map((id) => this.points(id)),
      before,
    );
    return { ...figures, buckets: Float64Array.from(ids, (id) => this.all.get(id)?.rollups?.buckets ?? 0) };
  }
  get rollups(): number {
    return this.all.values().reduce((sum, { rollups }) => sum + (rollups?.buckets ?? 0), 0);
  }
}
