import { NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useText } from "../../text/index.ts";
import css from "./brokers.module.css";
import type { RouteProps } from "./shared.ts";

const WAYS = ["both", "in", "out"] as const;

/** Free topics as they are, with prefixes. */
export function ForwardRoute({ before, onChange, about }: RouteProps<"forward">) {
  const words = useText().brokers;
  const [form, setForm] = useState({
    pattern: before?.pattern ?? "",
    way: before?.way ?? "both",
    local_prefix: before?.local_prefix ?? "",
    remote_prefix: before?.remote_prefix ?? "",
  });
  const set = (next: Partial<typeof form>) => setForm((now) => ({ ...now, ...next }));
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
        error={about("pattern")}
        spellCheck={false}
      />
      <NativeSelect
        label={words.forwardForm.way}
        data={WAYS.map((value) => ({ value, label: words.ways[value] }))}
        value={form.way}
        onChange={({ currentTarget }) => set({ way: WAYS.find((one) => one === currentTarget.value) ?? "both" })}
        error={about("way")}
      />
      {(["local_prefix", "remote_prefix"] as const).map((name) => (
        <TextInput
          key={name}
          label={words.forwardForm[name]}
          value={form[name]}
          onChange={(event) => set({ [name]: event.currentTarget.value })}
          error={about(name)}
          spellCheck={false}
        />
      ))}
    </div>
  );
}
