import type { Micros } from "../base/types.ts";
import type { Aggregation } from "../measure/aggregations.ts";
import type { FieldType, Value } from "../measure/types.ts";

/** The first moment of a range and the first after it, in µs. */
export interface Range {
  readonly from: Micros;
  readonly to: Micros;
}

export { AGGREGATIONS, type Aggregation } from "../measure/aggregations.ts";

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
