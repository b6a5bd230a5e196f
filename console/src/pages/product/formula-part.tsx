import { Button, NativeSelect, Switch, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TriedFormula } from "../../../../sdk/operations.js";
import { type Field, fieldsQuery } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { formatValue } from "../../parts/format-value.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";

interface Props {
  readonly product: string;
  /** Identifier of the field that is edited. */
  readonly id: string;
  readonly type: Field["type"];
  /** Null: it is measured. */
  readonly formula: string | null;
  readonly decimals: number | null;
  /** What is wrong with it, after it was saved or as it stands. */
  readonly problem: string | null | undefined;
  readonly onChange: (formula: string | null) => void;
}

const DAYS = ["1", "7", "31"] as const;

/** Whether a field is computed from others, by which formula, and what that makes of what is recorded. */
export function FormulaPart({ product, id, type, formula, decimals, problem, onChange }: Props) {
  const t = useText();
  const words = t.product.formula;
  const [days, setDays] = useState<string>("1");
  const [tried, setTried] = useState<TriedFormula | null>(null);
  const { data: fields = [] } = useQuery(fieldsQuery(product));
  const run = useAct(async () => {
    setTried(null);
    const body = { formula: formula ?? "", type, hours: Number(days) * 24, limit: 20, ...(id !== "" && { field: id }) };
    setTried((await api.tryFormula({ product, body })).data);
  });
  const others = fields.filter((one) => one.id !== id);
  const insert = (one: string) => onChange(`${formula ?? ""}${formula === "" || formula === null ? "" : " "}${one}`);
  return (
    <fieldset className={css.formula}>
      <Switch
        label={words.computed}
        description={words.computedHelp}
        checked={formula !== null}
        onChange={({ currentTarget }) => {
          onChange(currentTarget.checked ? "" : null);
          setTried(null);
        }}
      />
      {formula !== null && (
        <>
          <Textarea
            label={words.formula}
            description={words.formulaHelp}
            classNames={{ input: css.code ?? "" }}
            autosize
            minRows={2}
            value={formula}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
            error={problem}
            spellCheck={false}
            required
          />
          {others.length > 0 && (
            <p className={css.chips}>
              <span className="quiet small">{words.insert}</span>
              {others.slice(0, 30).map((one) => (
                <button type="button" key={one.id} title={one.name} onClick={() => insert(one.id)}>
                  <code>{one.id}</code>
                </button>
              ))}
            </p>
          )}
          <div className={css.tryLine}>
            <NativeSelect
              aria-label={words.over}
              data={DAYS.map((value) => ({ value, label: words.days[value] }))}
              value={days}
              onChange={({ currentTarget }) => setDays(currentTarget.value)}
            />
            <Button
              variant="default"
              loading={run.busy}
              disabled={formula.trim() === ""}
              onClick={() => void run.run()}
            >
              {words.run}
            </Button>
          </div>
          <RefusalNote error={run.error} />
          {tried !== null && <Tried tried={tried} decimals={decimals} />}
        </>
      )}
    </fieldset>
  );
}

/** What came, and what was made of it, newest first. */
function Tried({ tried, decimals }: { readonly tried: TriedFormula; readonly decimals: number | null }) {
  const t = useText();
  const words = t.product.formula;
  if (tried.device === null) return <p role="status">{words.nothing}</p>;
  return (
    <div className={css.scroll}>
      <p role="status">{words.result(tried.device, tried.computed, tried.without_result)}</p>
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">{words.time}</th>
            {tried.fields.map((field) => (
              <th scope="col" key={field}>
                {field}
              </th>
            ))}
            <th scope="col">{words.value}</th>
          </tr>
        </thead>
        <tbody>
          {tried.values.toReversed().map(({ time, came, value }) => (
            <tr key={time}>
              <td>
                <Ago time={time} />
              </td>
              {tried.fields.map((field) => (
                <td key={field}>{came[field] === undefined ? "" : formatValue(came[field], {}, t.time.locale)}</td>
              ))}
              <td>
                {value === null ? (
                  <span className="quiet">{words.none}</span>
                ) : (
                  <strong>{formatValue(value, { decimals }, t.time.locale)}</strong>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
