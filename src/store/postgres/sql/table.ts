import type { Columns } from "../../sqlite/data/block/columns.ts";

/** How points of series lie in a table for SQL. All in the caller's transaction. */
export interface PointTable {
  /** Adds points of series; of equal times these hold. */
  add(points: ReadonlyMap<number, Columns>): void;
  /** The points with from <= time < to go. */
  drop(series: number, from: number, to: number): void;
  /** All of a series goes. */
  remove(series: number): void;
}
