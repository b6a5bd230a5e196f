import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";

interface Props<Row> {
  readonly title: string;
  /** On the button that adds one. */
  readonly add: string;
  /** What will be here. */
  readonly empty: string;
  readonly code?: string;
  readonly query: { readonly data: readonly Row[] | undefined; readonly error: Error | null; refetch(): unknown };
  readonly may: boolean;
  /** `less`: left out on a phone. */
  readonly heads: readonly { readonly text: string; readonly less?: boolean }[];
  readonly keyOf: (row: Row) => string;
  /** For the buttons of its row. */
  readonly nameOf: (row: Row) => string;
  /** As many as heads. */
  readonly cells: (row: Row) => readonly ReactNode[];
  readonly onAdd: () => void;
  readonly onEdit: (row: Row) => void;
  readonly onDelete: (row: Row) => void;
}

/** What a product has several of, as a table: each row is changed and deleted by its buttons, one more is added at the top. */
export function RowsSection<Row>(props: Props<Row>) {
  const { title, add, empty, code, query, may, heads, keyOf, nameOf, cells, onAdd, onEdit, onDelete } = props;
  const t = useText();
  const button = (
    <Button onClick={onAdd} disabled={!may} title={may ? undefined : t.common.needs("devices")}>
      {add}
    </Button>
  );
  return (
    <Section title={title} flush actions={button}>
      <RefusalNote error={query.error} again={() => void query.refetch()} />
      {query.data === undefined ? (
        query.error === null && <Skeleton rows={4} />
      ) : query.data.length === 0 ? (
        <EmptyState {...(code !== undefined && { code })}>{empty}</EmptyState>
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                {heads.map(({ text, less }) => (
                  <th key={text} data-less={less || undefined}>
                    {text}
                  </th>
                ))}
                <th>
                  <span className="sr-only">{t.product.fields.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.map((row) => (
                <tr key={keyOf(row)}>
                  {cells(row).map((cell, n) => (
                    <td key={heads[n]?.text} data-less={heads[n]?.less || undefined}>
                      {cell}
                    </td>
                  ))}
                  <td className={css.rowActions}>
                    <Button variant="subtle" color="gray" disabled={!may} onClick={() => onEdit(row)}>
                      {t.common.edit}
                      <span className="sr-only"> {nameOf(row)}</span>
                    </Button>
                    <Button variant="subtle" color="gray" disabled={!may} onClick={() => onDelete(row)}>
                      {t.common.delete}
                      <span className="sr-only"> {nameOf(row)}</span>
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
