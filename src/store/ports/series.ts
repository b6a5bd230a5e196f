import type { Micros } from "../../base/types.ts";
import type { FieldType, Value } from "../../measure/types.ts";
import type { Seq } from "./seq.ts";

/** No time is later, µs. */
export const END_OF_TIME: Micros = Number.MAX_SAFE_INTEGER;

/** What a commit does to series and their points, in the order given. */
export type SeriesOp =
  | {
      readonly op: "series_put";
      readonly id: number;
      readonly device: number;
      readonly field: number;
      readonly type: FieldType;
    }
  /** Forget series and everything stored of them (blocks now or in later slices; their log rows are skipped). */
  | { readonly op: "series_delete"; readonly ids: readonly number[] }
  /**
   * The points of a series with from <= time < to that were written by earlier commits are gone; rows of the same commit
   * stay. The current value and the arrival stamps stay as they are; but with `to` END_OF_TIME no stamp is left beyond `from`.
   */
  | { readonly op: "points_delete"; readonly series: number; readonly from: Micros; readonly to: Micros }
  /**
   * Points of these series with time < before leave the file in the background; those that are not sealed yet when their turn
   * comes stay until the next time. Current values stay. A sweep rewrites about one block of each series: once a day is enough.
   *
   * With `rollups`, figures of buckets are made of numbers and booleans in the transaction in which they go, and they go only
   * by whole buckets of the longest step. Rollups of other steps are dropped; without `rollups` (or with none) all of them
   * are. What is written afterwards for a time that was rolled up is a point as any other until the next `retain`, which adds
   * it to the buckets there are: also when it has the time of a point that they count. A counter's increase does not
   * change by it. Deleted points (points_delete) take along every bucket that reaches into their range.
   */
  | {
      readonly op: "retain";
      readonly series: readonly number[];
      readonly before: Micros;
      readonly rollups?: readonly Rollup[];
    };

/** Figures of buckets that outlive the points they were made of. */
export interface Rollup {
  /**
   * Length of a bucket in µs, at least a millisecond; buckets begin at whole multiples of it since 1970. Each step of an operation
   * must divide the longest.
   */
  readonly step: Micros;
  /** Buckets that begin before this time are dropped; -Infinity: none. */
  readonly before: Micros;
}

export interface SeriesState {
  readonly id: number;
  readonly device: number;
  readonly field: number;
  readonly type: FieldType;
  /** Time of the current value in µs; null: nothing recorded yet. */
  readonly time: number | null;
  readonly value: Value | null;
  /** Highest arrival stamp given so far (0: none). */
  readonly lastArrival: number;
  /** Number of the row that was written last; 0: none. */
  readonly lastSeq: Seq;
}

export interface Point {
  readonly time: number;
  readonly value: Value;
}

/** Most series of one question for their newest points. */
export const MAX_NEWEST = 10_000;

/** A question for figures of one series in consecutive buckets of time. */
export interface AggregateRequest {
  readonly series: number;
  /** µs, strictly ascending; bucket i is edges[i] <= time < edges[i + 1]. At least 2, at most 100,001. */
  readonly edges: Float64Array;
}

export const MAX_EDGES = 100_001;

/**
 * One entry for each bucket. A boolean counts as 1 or 0. Texts and positions have only count, first, last and their
 * times.
 */
export interface Aggregates {
  readonly count: Float64Array;
  /** NaN where a bucket has no number. */
  readonly min: Float64Array;
  /** NaN where a bucket has no number. */
  readonly max: Float64Array;
  /** 0 where a bucket has no number. */
  readonly sum: Float64Array;
  /** Time of the first point, µs; NaN where a bucket is empty. */
  readonly firstTime: Float64Array;
  /** Time of the last point, µs; NaN where a bucket is empty. */
  readonly lastTime: Float64Array;
  /** An array of numbers (NaN where a bucket is empty) when all points are numbers or booleans; otherwise values. */
  readonly first: Float64Array | readonly (Value | null)[];
  /** The same of the last points. */
  readonly last: Float64Array | readonly (Value | null)[];
  /**
   * COUNTER: how much the total grew within the bucket, with the step from the last point before the bucket. A total lower
   * than the one before is a reset and counts whole; the very first point counts 0 (wire contract section 5). 0 where a
   * bucket is empty; NaN for series of other types.
   */
  readonly increase: Float64Array;
  /**
   * Points before `before` are gone by retention, and what the buckets hold of that time comes from rollups of `step` (µs) or
   * shorter (0: there is none left), and from points that came late. A rollup counts whole in the bucket in which it begins;
   * so all figures are exact when every edge before `before` is a multiple of `step`. null: nothing of the range is.
   */
  readonly rolled: { readonly before: Micros; readonly step: Micros } | null;
}

/** Points as two columns of the same length. */
export interface Columns {
  /** µs, strictly ascending. */
  readonly times: Float64Array;
  /** Numbers, with 1 or 0 for a boolean, when all points are numbers or booleans (also when there is none); otherwise values. */
  readonly values: Float64Array | readonly Value[];
}

/** Most series of one question for the points of many. */
export const MAX_MANY = 500;

/** A question for the points of several series with from <= time < to. */
export interface ManyRequest {
  /** At most MAX_MANY. */
  readonly series: Uint32Array;
  readonly from: Micros;
  readonly to: Micros;
  /** Most points of all of them together; at least 1. */
  readonly limit: number;
}
/** Points of several series, one series after the other, until there were enough of them. */
export interface ManyColumns {
  /** One entry for each of the first series that were asked for, in that order, at least one. Empty for a series that does not exist. */
  readonly columns: readonly Columns[];
  /** Whether the last of these series may have points behind its last one here; the others are whole. */
  readonly more: boolean;
}

export interface SeriesStatsRequest {
  /** At most MAX_STATS. */
  readonly series: Uint32Array;
  /** µs, one for each series: what lies before it is counted besides. */
  readonly before?: Float64Array;
}

export const MAX_STATS = 10_000;

/** One entry for each series that was asked for; zeros for one that does not exist. */
export interface SeriesStats {
  /** Points that reading the series finds: of several that were written for one time one. Those that only rollups keep are not among them. */
  readonly points: Float64Array;
  /** Of blocks in the file; the log belongs to no series. */
  readonly bytes: Float64Array;
  /** Times of the first and the last point, µs; NaN: there is none. */
  readonly oldest: Float64Array;
  readonly newest: Float64Array;
  /** Buckets of rollups, and their bytes in the file. */
  readonly buckets: Float64Array;
  readonly rollupBytes: Float64Array;
  /** What of `points` and `bytes` lies before the time that was given: of the block at that time a share, by time. */
  readonly pointsBefore: Float64Array;
  readonly bytesBefore: Float64Array;
}

/** Every series and its points. */
export interface SeriesStore {
  /** Every series as it was when the store was opened, in pieces, by ascending id. Can be read once. @throws Refusal damaged_store */
  series(): AsyncIterable<readonly SeriesState[]>;
  /** Points of a series with from <= time < to in time order (equal times: the last written only), at most `limit`. */
  read(series: number, from: number, to: number, limit: number): Promise<Point[]>;
  /** Like read, as columns. */
  columns(series: number, from: Micros, to: Micros, limit: number): Promise<Columns>;
  /** `columns` of many series in one request and one answer. @throws RangeError when there are too many, or no limit */
  columnsOfMany(request: ManyRequest): Promise<ManyColumns>;
  /**
   * The newest point of a series with time < `at`, also one that only a rollup has kept (the last of its bucket); null: there is
   * none. For the value that holds at the start of a range.
   */
  before(series: number, at: Micros): Promise<Point | null>;
  /**
   * The newest points of many series in one request and one answer, an entry for each series; null: it has none, or does not exist.
   * @throws RangeError when more than MAX_NEWEST are asked for
   */
  newest(series: Uint32Array, at: Micros): Promise<readonly (Point | null)[]>;
  /** Figures for each bucket. @throws RangeError when the edges are too few, too many or do not ascend */
  aggregate(request: AggregateRequest): Promise<Aggregates>;
  /** Figures of series; a block is decoded only where points were written over it or deleted. @throws RangeError when too many are asked for, or `before` has another length */
  seriesStats(request: SeriesStatsRequest): Promise<SeriesStats>;
}
