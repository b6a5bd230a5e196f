import { Button, FileButton, NativeSelect, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { productsQuery } from "../../api/fleet.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { ColumnChoice } from "./column-choice.tsx";
import { type Mapping, mappingOf, missingOf, type What } from "./columns.ts";
import css from "./import.module.css";
import { ImportRun } from "./import-run.tsx";
import { DELIMITERS, type Delimiter } from "./table.ts";
import { type OpenTable, openTable } from "./open-table.ts";

interface Props {
  readonly workspace: string;
  readonly what: What;
  /** Of the address; "": none. */
  readonly product: string;
}

/** One table: the file, its columns, and what becomes of it. */
export function ImportTable({ workspace, what, product }: Props) {
  const t = useText().imports;
  const navigate = useNavigate();
  const products = useQuery(productsQuery(workspace));
  const [file, setFile] = useState<File | null>(null);
  const [table, setTable] = useState<OpenTable | null>(null);
  const [mapping, setMapping] = useState<Mapping>({});
  const [commas, setCommas] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const read = async (next: File, delimiter: Delimiter | null) => {
    setError(null);
    try {
      const opened = await openTable(next, delimiter);
      setFile(next);
      setTable(opened);
      setMapping(mappingOf(what, opened.head));
      setCommas(opened.delimiter === ";");
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    }
  };
  const missing = table === null ? [] : missingOf(what, mapping, product);
  const lacksProduct = what === "devices" && product === "";
  return (
    <>
      <Section title={t.file}>
        <div className={css.form}>
          <p className="quiet small">{t.help[what]}</p>
          <div className={css.two}>
            <Select
              label={what === "devices" ? t.product : t.productOfAll}
              description={what === "devices" ? t.productHelp : t.productOfAllHelp}
              searchable
              clearable={what === "measurements"}
              value={product || null}
              data={(products.data ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
              onChange={(next) =>
                void navigate({
                  to: "/w/$workspace/import",
                  params: { workspace },
                  search: { ...(what === "measurements" && { what }), ...(next !== null && { product: next }) },
                  replace: true,
                })
              }
            />
            {table !== null && file !== null && (
              <NativeSelect
                label={t.delimiter}
                description={t.delimiterHelp}
                value={table.delimiter}
                data={DELIMITERS.map((value) => ({ value, label: t.delimiters[value] }))}
                onChange={({ currentTarget }) =>
                  void read(file, DELIMITERS.find((one) => one === currentTarget.value) ?? ",")
                }
              />
            )}
          </div>
          <div className={css.choose}>
            <FileButton accept=".csv,.txt,.tsv,text/csv,text/plain" onChange={(next) => next && void read(next, null)}>
              {(button) => <Button {...button}>{table === null ? t.choose : t.chooseOther}</Button>}
            </FileButton>
            {table !== null && file !== null && (
              <span>
                <strong>{file.name}</strong> <span className="quiet">{t.rows(table.count)}</span>
              </span>
            )}
          </div>
          {table?.isUtf8 === false && <Status kind="warn">{t.notUtf8}</Status>}
          <RefusalNote error={error} />
        </div>
      </Section>
      {table !== null && (
        <>
          <ColumnChoice
            what={what}
            table={table}
            mapping={mapping}
            onChange={setMapping}
            commas={commas}
            onCommas={setCommas}
            fixed={what === "measurements" ? product : ""}
          />
          <ImportRun
            // another table, or other columns: what was said before is about something else
            key={`${file?.name} ${file?.lastModified} ${table.delimiter} ${JSON.stringify(mapping)} ${product} ${commas}`}
            workspace={workspace}
            table={table}
            shape={{ what, mapping, product: what === "measurements" ? product : "", commas }}
            product={product}
            missing={[...missing, ...(lacksProduct ? (["product"] as const) : [])]}
          />
        </>
      )}
    </>
  );
}
