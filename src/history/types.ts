import type { Micros } from "../base/types.ts";
import type { FieldType, Value } from "../measure/types.ts";

/** The first moment of a range and the first after it, in µs. */
export interface Range {
  readonly from: Micros;
  readonly to: Micros;
}

/** What can be made of the measurements in a bucket. */
export const AGGREGATIONS = ["AVG", "MIN", "MAX", "SUM", "COUNT", "FIRST", "LAST", "CHANGE"] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/**
 * What stands in a bucket without measurements: no bucket at all, null, or the value of the bucket before (last one
 * carried forward).
 */
export const FILLS = ["none", "null", "locf"] as const;
export type Fill = (typeof FILLS)[number];

/** A value of an answer; null: there is none. */
export type Cell = Value | null;

/** One field of one device, as a column of an answer. */
export interface Column {
  /** What it is called in the answer. */
  readonly key: string;
  readonly type: FieldType;
  /** undefined: nothing was ever recorded. */
  readonly series: number | undefined;
  readonly aggregation: Aggregation;
}

/** One time and a cell for each column. */
export interface Row {
  readonly time: Micros;
  readonly cells: readonly Cell[];
}
