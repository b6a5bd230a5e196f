import { startTransition, useEffect, useMemo, useReducer, useRef } from "react";
import { useText } from "../text/index.ts";
import { idleTurns, inTurns, type Order, sortedRows, sortInPieces } from "./pieces.ts";
import type { Column, Sort } from "./table-types.ts";

/** So many rows are put in order at once; more would take longer than a frame. */
const AT_ONCE = 1000;

/**
 * Rows in the order of a column. Many of them are put in order while the browser has nothing else to do; until then the rows are shown that
 * were there before.
 */
export function useOrder<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | undefined,
): readonly Row[] {
  const { locale } = useText().time;
  const by = columns.find(({ id }) => id === sort?.replace(/^-/, ""))?.sortBy;
  const down = sort?.startsWith("-") === true;
  const order = useMemo((): Order<Row> | null => (by === undefined ? null : { by, down, locale }), [by, down, locale]);
  const atOnce = useMemo(() => {
    if (order === null) return rows;
    return rows.length > AT_ONCE ? null : sortedRows(rows, order);
  }, [rows, order]);
  const shown = useRef<readonly Row[]>([]);
  if (atOnce !== null) shown.current = atOnce;
  const [, draw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (atOnce !== null || order === null) return undefined;
    return inTurns(sortInPieces(rows, order), idleTurns, (result) => {
      shown.current = result;
      startTransition(draw);
    });
  }, [rows, atOnce, order]);
  return shown.current;
}
