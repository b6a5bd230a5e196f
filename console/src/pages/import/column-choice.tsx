import { Checkbox, NativeSelect } from "@mantine/core";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import { type Mapping, NEEDED, type Target, TARGETS, type What } from "./columns.ts";
import css from "./import.module.css";
import type { OpenTable } from "./open-table.ts";

interface Props {
  readonly what: What;
  readonly table: OpenTable;
  readonly mapping: Mapping;
  readonly onChange: (mapping: Mapping) => void;
  readonly commas: boolean;
  readonly onCommas: (commas: boolean) => void;
  /** The product of all rows; "": its column says it. */
  readonly fixed: string;
}

/** Which column of the file is what, with the first rows beside it. */
export function ColumnChoice({ what, table, mapping, onChange, commas, onCommas, fixed }: Props) {
  const t = useText().imports;
  const columns = [
    { value: "-1", label: t.noColumn },
    ...table.head.map((name, n) => ({ value: String(n), label: name || t.nameless(n + 1) })),
  ];
  const targets = TARGETS[what].filter((target: Target) => target !== "product" || fixed === "");
  return (
    <Section title={t.columns}>
      <div className={css.form}>
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{t.becomes}</th>
                <th>{t.column}</th>
                {table.sample.map(({ line }) => (
                  <th key={line}>{t.line(line)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {targets.map((target) => {
                const at = mapping[target] ?? -1;
                return (
                  <tr key={target}>
                    <td>
                      {t.targets[target]}
                      {NEEDED[what].includes(target) && <span className={css.needed}> *</span>}
                    </td>
                    <td>
                      <NativeSelect
                        aria-label={t.columnOf(t.targets[target])}
                        value={String(at)}
                        data={columns}
                        onChange={({ currentTarget }) =>
                          onChange({ ...mapping, [target]: Number(currentTarget.value) })
                        }
                      />
                    </td>
                    {table.sample.map(({ line, cells }) => (
                      <td key={line}>
                        <code>{at < 0 ? "" : (cells[at] ?? "")}</code>
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {what === "measurements" && (
          <Checkbox label={t.commas} checked={commas} onChange={(event) => onCommas(event.currentTarget.checked)} />
        )}
      </div>
    </Section>
  );
}
