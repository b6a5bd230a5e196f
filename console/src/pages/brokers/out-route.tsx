import { Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import { Fold } from "./fold.tsx";
import { WholeNumber } from "./whole-number.tsx";
import type { Route, RouteProps } from "./shared.ts";

const PAYLOADS = ["value", "json", "template", "encoder"] as const;
const SECONDS = ["expiry", "max_age"] as const;

/** What is published here is published there. */
export function OutRoute({ before, onChange, about }: RouteProps<"out">) {
  const words = useText().brokers;
  const [form, setForm] = useState({
    filter: before?.filter ?? "dtck/#",
    topic: before?.topic ?? "{{ product }}/{{ device.id }}/{{ field }}",
    payload: before?.payload ?? "value",
    template: before?.template ?? "",
    retain: before?.retain ?? false,
    expiry: before?.expiry ?? ("" as number | string),
    max_age: before?.max_age ?? ("" as number | string),
  });
  const set = (next: Partial<typeof form>) => setForm((now) => ({ ...now, ...next }));
  useEffect(() => {
    const { filter, topic, payload, template, retain } = form;
    const needs = payload === "template" || payload === "encoder";
    const isWhole = filter !== "" && topic !== "" && (!needs || template !== "");
    const route: Route = {
      ...{ direction: "out", filter, topic, payload, retain, qos: 1, template: needs ? template : null },
      ...{ expiry: secondsOf(form.expiry), max_age: secondsOf(form.max_age) },
    };
    onChange(isWhole ? [route] : []);
  }, [form, onChange]);
  return (
    <div className={css.form}>
      {(["filter", "topic"] as const).map((name) => (
        <TextInput
          key={name}
          label={words.outForm[name]}
          value={form[name]}
          onChange={(event) => set({ [name]: event.currentTarget.value })}
          error={about(name)}
          spellCheck={false}
        />
      ))}
      <NativeSelect
        label={words.outForm.payload}
        data={PAYLOADS.map((value) => ({ value, label: words.payloads[value] }))}
        value={form.payload}
        onChange={({ currentTarget }) =>
          set({ payload: PAYLOADS.find((one) => one === currentTarget.value) ?? "value" })
        }
        error={about("payload")}
      />
      {(form.payload === "template" || form.payload === "encoder") && (
        <Textarea
          label={words.payloads[form.payload]}
          rows={4}
          value={form.template}
          onChange={(event) => set({ template: event.currentTarget.value })}
          error={about("template")}
          spellCheck={false}
        />
      )}
      <Checkbox
        label={words.outForm.retain}
        checked={form.retain}
        onChange={(event) => set({ retain: event.currentTarget.checked })}
      />
      <Fold
        title={words.advanced}
        opens={SECONDS.some((name) => typeof before?.[name] === "number" || about(name) !== undefined)}
      >
        {SECONDS.map((name) => (
          <WholeNumber
            key={name}
            label={words.outForm[name]}
            description={words.outHelp[name]}
            value={form[name]}
            onChange={(value) => set({ [name]: value })}
            error={about(name)}
          />
        ))}
      </Fold>
    </div>
  );
}

/** Empty: never. */
const secondsOf = (typed: number | string) => (typed === "" ? null : Number(typed));
