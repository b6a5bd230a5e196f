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

/** A series with the names of what it belongs to. */
export interface NamedSeries {
  readonly product: string;
  readonly device: string;
  readonly field: string;
  readonly type: FieldType;
  /** The store's number. */
  readonly series: number;
}

/** Some measurements of one series, in time order. */
export interface ExportPart extends NamedSeries {
  /** µs */
  readonly times: Float64Array;
  /** One for each time, never null. */
  readonly cells: readonly Cell[];
}

/** Turns parts into a file. What it answers is to be written in this order. */
export interface Encoder {
  begin(): Uint8Array;
  /** Empty while it waits for more. */
  part(part: ExportPart): Uint8Array;
  end(): Uint8Array;
}
