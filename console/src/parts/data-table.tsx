// biome-ignore-all lint/a11y/useSemanticElements: elements of tables cannot be laid out as virtual rows
// biome-ignore-all lint/a11y/useFocusableInteractive: what one can do in a row or a head is a button or a link in it
import { Checkbox } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useMemo, useRef } from "react";
import { useText } from "../text/index.ts";
import css from "./data-table.module.css";
import { HeadCell, TableRow } from "./table-row.tsx";
import { heightOf, sizesOf } from "./table-sizes.ts";
import type { Column, Sort } from "./table-types.ts";
import { useOrder } from "./use-order.ts";

interface Props<Row extends object> {
  /** For readers of screens: what the rows are. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** Stable from one drawing to the next (`useMemo`). */
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Undefined: in the order of the rows. */
  readonly sort?: Sort | undefined;
  readonly onSort?: ((sort: Sort) => void) | undefined;
  readonly hidden?: ReadonlySet<string>;
  readonly dense?: boolean;
  /** Rows that are chosen, by their keys; absent: none can be. */
  readonly chosen?: ReadonlySet<string> | undefined;
  readonly onChoose?: (chosen: ReadonlySet<string>) => void;
  /** Opens a row: by a click anywhere in it. Put a link into a cell for the keyboard. */
  readonly onOpen?: (row: Row) => void;
  /** Stands in the place of the rows when there are none. */
  readonly empty?: ReactNode;
  /** Without a border: in a section. */
  readonly bare?: boolean;
  /** As high as it needs to be, up to this; without it it fills its parent and scrolls. px. */
  readonly height?: number;
}

/**
 * A table of any length: only the rows that are seen are drawn. The order is made from the rows, not from what comes live, so
 * nothing moves under the pointer.
 */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { columns, sort, onSort, hidden, dense = false, chosen, onChoose, height } = props;
  const t = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useOrder(props.rows, columns, sort);
  const { rowKey } = props;
  // the same function as long as the rows are: with another one the place of each row is made anew, of all of them
  const keyAt = useCallback(
    (index: number) => {
      const row = shown[index];
      return row === undefined ? index : rowKey(row);
    },
    [shown, rowKey],
  );
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => heightOf(dense),
    overscan: 12,
    getItemKey: keyAt,
  });
  const visible = useMemo(
    () => columns.filter(({ id, fixed }) => fixed === true || hidden?.has(id) !== true),
    [columns, hidden],
  );
  const { toggle, open } = useLatest(props);
  const all =
    shown.length > 0 && (chosen?.size ?? 0) >= shown.length && shown.every((row) => chosen?.has(rowKey(row)) === true);
  return (
    <div
      className={css.scroller}
      data-fill={height === undefined || undefined}
      data-bare={props.bare || undefined}
      ref={scroller}
      style={sizesOf(visible, { dense, ticks: chosen !== undefined, height })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
    >
      <div className={css.table} role="table" aria-label={props.label} aria-rowcount={shown.length + 1}>
        <div className={css.head} role="row" aria-rowindex={1}>
          {chosen !== undefined && (
            <div className={css.tick} role="columnheader">
              <Checkbox
                aria-label={t.table.chooseAll}
                checked={all}
                indeterminate={!all && chosen.size > 0}
                onChange={() => onChoose?.(all ? new Set() : new Set(shown.map(rowKey)))}
              />
            </div>
          )}
          {visible.map((column) => (
            <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </div>
        {shown.length === 0 ? (
          <div role="row">
            <div role="cell" className={css.none}>
              {props.empty}
            </div>
          </div>
        ) : (
          <div className={css.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const row = shown[index];
              if (row === undefined) return null;
              const id = rowKey(row);
              return (
                <TableRow
                  key={id}
                  id={id}
                  row={row}
                  index={index}
                  start={start}
                  // rows and columns belong together: both come from the same properties
                  columns={visible as readonly Column<never>[] as readonly Column<object>[]}
                  chosen={chosen?.has(id)}
                  toggle={toggle}
                  onOpen={props.onOpen && open}
                  chooseLabel={t.table.choose}
                />
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}

/** What rows call stays the same, so that they are drawn again only when they change themselves. */
function useLatest<Row extends object>(props: Props<Row>) {
  const latest = useRef(props);
  latest.current = props;
  const toggle = useCallback((key: string) => {
    const next = new Set(latest.current.chosen);
    if (!next.delete(key)) next.add(key);
    latest.current.onChoose?.(next);
  }, []);
  const open = useCallback((row: object) => latest.current.onOpen?.(row as Row), []); // one of `rows`
  return { toggle, open };
}
