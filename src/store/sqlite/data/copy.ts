import type { Value } from "../../../measure/types.ts";
import type { Columns } from "./block/columns.ts";

/**
 * What is sealed, once more, in another form: for whoever reads the store by other means. It is told of everything that happens to sealed points
 * in the transaction in which it happens.
 */
export interface PointCopy {
  /** Points that were written later than all that the series has; of equal times they hold. */
  append(series: number, points: Columns): void;
  /** The points with from <= time < to go. */
  drop(series: number, from: number, to: number): void;
  /** All of a series that is gone goes. */
  bury(series: number): void;
  current(series: number, time: number, value: Value): void;
}

/** Nobody has a copy. */
export const NO_COPY: PointCopy = { append() {}, drop() {}, bury() {}, current() {} };
