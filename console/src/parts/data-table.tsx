// biome-ignore-all lint/a11y/useSemanticElements: elements of tables cannot be laid out as virtual rows
// biome-ignore-all lint/a11y/useFocusableInteractive: what one can do in a row or a head is a button or a link in it
import { Checkbox } from "@mantine/core";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useCallback, useMemo, useRef } from "react";
import { useText } from "../text/index.ts";
import css from "./data-table.module.css";
import { compare, type SortKey } from "./sorting.ts";
import { HeadCell, TableRow } from "./table-row.tsx";
import type { Column, Sort } from "./table-types.ts";

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

/** Which columns are seen and which rows are chosen is said by the page: of the library the order is needed, and each feature is part of the first load. */
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
const ROW = 36;
const DENSE = 28;

/**
 * A table of any length: only the rows that are seen are drawn. The order is made from the rows, not from what comes live, so
 * nothing moves under the pointer.
 */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { columns, sort, onSort, hidden, dense = false, chosen, onChoose, height } = props;
  const t = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useRows(props);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (dense ? DENSE : ROW),
    overscan: 12,
    getItemKey: (index) => shown[index]?.id ?? index,
  });
  const visible = useMemo(
    () => columns.filter(({ id, fixed }) => fixed === true || hidden?.has(id) !== true),
    [columns, hidden],
  );
  const { toggle, open } = useLatest(props);
  const all = chosen !== undefined && shown.length > 0 && shown.every(({ id }) => chosen.has(id));
  return (
    <div
      className={css.scroller}
      data-fill={height === undefined || undefined}
      data-bare={props.bare || undefined}
      ref={scroller}
      style={sizesOf(props, visible)}
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
                onChange={() => onChoose?.(all ? new Set() : new Set(shown.map(({ id }) => id)))}
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
              return (
                <TableRow
                  key={row.id}
                  id={row.id}
                  row={row.original}
                  index={index}
                  start={start}
                  // rows and columns belong together: both come from the same properties
                  columns={visible as readonly Column<never>[] as readonly Column<object>[]}
                  chosen={chosen?.has(row.id)}
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

/** The rows in their order. */
function useRows<Row extends object>({ rows, columns, rowKey, sort }: Props<Row>) {
  const { locale } = useText().time;
  const defs = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(
      columns.map((column) =>
        helper.accessor((row) => column.sortBy?.(row) ?? undefined, {
          id: column.id,
          header: column.head,
          enableSorting: column.sortBy !== undefined,
          sortUndefined: "last",
          sortFn: (a, b, id) => compare(a.getValue<SortKey>(id), b.getValue<SortKey>(id), locale),
        }),
      ),
    );
  }, [columns, locale]);
  const state = useMemo(
    () => ({ sorting: sort === undefined ? [] : [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }] }),
    [sort],
  );
  const table = useTable({
    features,
    columns: defs,
    data: rows as Row[], // it is only read
    getRowId: rowKey,
    state,
  });
  return table.getRowModel().rows;
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

function sizesOf<Row extends object>({ chosen, dense, height }: Props<Row>, visible: readonly Column<Row>[]) {
  const template = [
    ...(chosen === undefined ? [] : ["36px"]),
    // on phones columns are narrower (`--narrow`), so that more of them are seen at once
    ...visible.map(({ width, grow, whole }) => {
      const own = whole ? `${width}px` : `calc(${width}px * var(--narrow))`;
      return grow ? `minmax(${own}, 1fr)` : own;
    }),
  ].join(" ");
  const style: CSSProperties & Record<`--${string}`, string> = {
    "--columns": template,
    "--row": `${dense ? DENSE : ROW}px`,
    ...(height !== undefined && { maxHeight: height }),
  };
  return style;
}
