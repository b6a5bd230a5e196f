import { Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import type { Route } from "./shared.ts";

const PAYLOADS = ["value", "json", "template", "encoder"] as const;
const WAYS = ["both", "in", "out"] as const;
interface Props {
  readonly onChange: (routes: readonly Route[]) => void;
}

/** What is published here is published there. */
export function OutRoute({ onChange }: Props) {
  const words = useText().brokers;
  const [form, setForm] = useState({
    filter: "dtck/#",
    topic: "{{ product }}/{{ device.id }}/{{ field }}",
    payload: "value" as (typeof PAYLOADS)[number],
    template: "",
    retain: false,
  });
  const set = (next: Partial<typeof form>) => setForm((before) => ({ ...before, ...next }));
  useEffect(() => {
    const { filter, topic, payload, template, retain } = form;
    const needs = payload === "template" || payload === "encoder";
    const isWhole = filter !== "" && topic !== "" && (!needs || template !== "");
    const route: Route = {
      ...{ direction: "out", filter, topic, payload, retain, qos: 1, expiry: null, max_age: null },
      template: needs ? template : null,
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
      />
      {(form.payload === "template" || form.payload === "encoder") && (
        <Textarea
          label={words.payloads[form.payload]}
          rows={4}
          value={form.template}
          onChange={(event) => set({ template: event.currentTarget.value })}
          spellCheck={false}
        />
      )}
      <Checkbox
        label={words.outForm.retain}
        checked={form.retain}
        onChange={(event) => set({ retain: event.currentTarget.checked })}
      />
    </div>
  );
}

/** Free topics as they are, with prefixes. */
export function ForwardRoute({ onChange }: Props) {
  const words = useText().brokers;
  const [form, setForm] = useState({
    pattern: "",
    way: "both" as (typeof WAYS)[number],
    local_prefix: "",
    remote_prefix: "",
  });
  const set = (next: Partial<typeof form>) => setForm((before) => ({ ...before, ...next }));
  useEffect(() => {
    onChange(form.pattern === "" ? [] : [{ direction: "forward", qos: 1, ...form }]);
  }, [form, onChange]);
  return (
    <div className={css.form}>
      <TextInput
        label={words.forwardForm.pattern}
        placeholder="home/#"
        value={form.pattern}
        onChange={(event) => set({ pattern: event.currentTarget.value })}
        spellCheck={false}
      />
      <NativeSelect
        label={words.forwardForm.way}
        data={WAYS.map((value) => ({ value, label: words.ways[value] }))}
        value={form.way}
        onChange={({ currentTarget }) => set({ way: WAYS.find((one) => one === currentTarget.value) ?? "both" })}
      />
      {(["local_prefix", "remote_prefix"] as const).map((name) => (
        <TextInput
          key={name}
          label={words.forwardForm[name]}
          value={form[name]}
          onChange={(event) => set({ [name]: event.currentTarget.value })}
          spellCheck={false}
        />
      ))}
    </div>
  );
}
