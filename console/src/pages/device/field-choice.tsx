import { useState } from "react";
import type { Field } from "../../api/fleet.ts";
import { useText } from "../../text/index.ts";
import css from "./device.module.css";

interface Props {
  readonly fields: readonly Field[];
  readonly ids: readonly string[];
  readonly onChange: (ids: string[]) => void;
}

/** So many are offered at first. */
const MANY = 24;

/** Which fields are shown; buttons that stay down. */
export function FieldChoice({ fields, ids, onChange }: Props) {
  const { device, common } = useText();
  const t = device.history;
  const [all, setAll] = useState(false);
  // those that are chosen are always among them
  const shown = all ? fields : fields.filter(({ id }, n) => n < MANY || ids.includes(id));
  const toggle = (id: string) => {
    const next = fields.map((one) => one.id).filter((one) => (one === id ? !ids.includes(id) : ids.includes(one)));
    if (next.length > 0) onChange(next);
  };
  return (
    <fieldset className={css.choice}>
      <legend className="sr-only">{t.fields}</legend>
      {shown.map(({ id, name }) => (
        <button key={id} type="button" aria-pressed={ids.includes(id)} title={id} onClick={() => toggle(id)}>
          {name}
        </button>
      ))}
      {shown.length < fields.length && (
        <button type="button" onClick={() => setAll(true)}>
          {common.showAll(fields.length)}
        </button>
      )}
    </fieldset>
  );
}
