import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Field } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { useAct } from "../../parts/act.ts";
import css from "./connect.module.css";
import { NEW, Step } from "./steps.tsx";

const TYPES: readonly Field["type"][] = ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"];

interface FieldProps {
  readonly product: string;
  readonly fields: readonly Field[];
  readonly value: string | undefined;
  readonly choose: (id: string) => void;
}

export function FieldStep({ product, fields, value, choose }: FieldProps) {
  const t = useText().connect;
  const [making, setMaking] = useState(false);
  const [form, setForm] = useState({ id: "TEMPERATURE", type: "NUMERIC" as Field["type"] });
  const create = useAct(async () => {
    const { data } = await api.createField({ product, body: form });
    await queryClient.invalidateQueries({ queryKey: ["fields"] });
    setMaking(false);
    choose(data.id);
  });
  const open = making || fields.length === 0;
  return (
    <Step n={4} title={t.field}>
      {fields.length > 0 && (
        <NativeSelect
          aria-label={t.field}
          data={[
            ...fields.map(({ id, type }) => ({ value: id, label: `${id} (${type})` })),
            { value: NEW, label: t.newField },
          ]}
          value={making ? NEW : (value ?? "")}
          onChange={({ currentTarget }) => {
            setMaking(currentTarget.value === NEW);
            if (currentTarget.value !== NEW) choose(currentTarget.value);
          }}
        />
      )}
      {open && (
        <form className={css.inline} onSubmit={create.submit}>
          <TextInput
            label={t.fieldId}
            value={form.id}
            onChange={(event) => setForm({ ...form, id: event.currentTarget.value.toUpperCase() })}
            error={create.problem?.about("id")}
            required
          />
          <NativeSelect
            label={t.fieldType}
            data={[...TYPES]}
            value={form.type}
            onChange={({ currentTarget }) =>
              setForm({ ...form, type: TYPES.find((one) => one === currentTarget.value) ?? "NUMERIC" })
            }
          />
          <Button type="submit" loading={create.busy}>
            {t.createField}
          </Button>
          <RefusalNote error={create.error} />
        </form>
      )}
    </Step>
  );
}
