import type { ReactNode } from "react";
import type { SortKey } from "./sorting.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** px at least; `grow` columns share what is left. */
  readonly width: number;
  readonly grow?: boolean;
  /** What stands in it has one width (a time, a state, a control): on a narrow window it gets all of it, too. */
  readonly whole?: boolean;
  /** Numbers stand at the right. */
  readonly right?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** By what it is sorted; without it the column is not. Empty ones (undefined) come last either way. */
  readonly sortBy?: (row: Row) => SortKey;
  /** It may not be hidden. */
  readonly fixed?: boolean;
}

/** `name` upward, `-name` downward. */
export type Sort = string;
