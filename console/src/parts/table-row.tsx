// biome-ignore-all lint/a11y/useSemanticElements: elements of tables cannot be laid out as virtual rows
// biome-ignore-all lint/a11y/useFocusableInteractive: what one can do in a row or a head is a button or a link in it
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the link in a row is what the keyboard opens
import { Checkbox } from "@mantine/core";
import { ChevronDownIcon, ChevronUpIcon } from "@primer/octicons-react";
import { type MouseEvent, memo } from "react";
import css from "./data-table.module.css";
import type { Column, Sort } from "./table-types.ts";

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
}

/** The head of a column, and the button that sorts by it. */
export function HeadCell<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { id, head, right, sortBy } = column;
  const by = sort?.replace(/^-/, "") === id;
  const down = by && sort?.startsWith("-") === true;
  if (sortBy === undefined || onSort === undefined)
    return (
      <div className={css.headCell} role="columnheader" data-right={right || undefined}>
        {head}
      </div>
    );
  return (
    <div
      className={css.headCell}
      role="columnheader"
      data-right={right || undefined}
      aria-sort={by ? (down ? "descending" : "ascending") : "none"}
    >
      <button type="button" onClick={() => onSort(by && !down ? `-${id}` : id)}>
        {head}
        {by && (down ? <ChevronDownIcon size={12} aria-hidden /> : <ChevronUpIcon size={12} aria-hidden />)}
      </button>
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly row: object;
  readonly index: number;
  /** px from the top of the body. */
  readonly start: number;
  readonly columns: readonly Column<object>[];
  /** Undefined: rows cannot be chosen. */
  readonly chosen: boolean | undefined;
  readonly toggle: (key: string) => void;
  readonly onOpen: ((row: object) => void) | undefined;
  readonly chooseLabel: (what: string) => string;
}

/** A row at its place; it is drawn again only when it changes itself. */
export const TableRow = memo(function TableRow(props: RowProps) {
  const { id, row, index, start, columns, chosen, toggle, onOpen, chooseLabel } = props;
  const open = ({ target }: MouseEvent) => {
    const inner = target instanceof Element && target.closest("a, button, input, label") !== null;
    // who marks a text to copy it does not want to leave
    if (!inner && window.getSelection()?.isCollapsed !== false) onOpen?.(row);
  };
  return (
    <div
      className={css.row}
      role="row"
      aria-rowindex={index + 2}
      data-chosen={chosen || undefined}
      data-opens={onOpen !== undefined || undefined}
      style={{ transform: `translateY(${start}px)` }}
      onClick={open}
    >
      {chosen !== undefined && (
        <div className={css.tick} role="cell">
          <Checkbox aria-label={chooseLabel(id)} checked={chosen} onChange={() => toggle(id)} />
        </div>
      )}
      {columns.map((column) => (
        <div key={column.id} className={css.cell} role="cell" data-right={column.right || undefined}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
});
