import { Checkbox, MultiSelect, NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { fieldsQuery } from "../../api/fleet.ts";
import { Skeleton } from "../../parts/page.tsx";
import { useText } from "../../text/index.ts";
import type { DownlinkForm } from "./downlink-form.ts";
import css from "./product.module.css";

const CodeEditor = lazy(() => import("./code-editor.tsx"));

interface PartProps {
  readonly product: string;
  readonly form: DownlinkForm;
  readonly set: (next: Partial<DownlinkForm>) => void;
  readonly about: (path: string) => string | undefined;
}

/** What it is made of. */
export function DownlinkContents({ form, set, about, may, product }: PartProps & { readonly may: boolean }) {
  const words = useText().downlinks;
  const { data = [] } = useQuery(fieldsQuery(product));
  const { madeBy, content } = form;
  const fill = (text: string) => set({ content: { ...content, [madeBy]: text } });
  if (madeBy === "encoder")
    return (
      <div className={css.encoder}>
        <Suspense fallback={<Skeleton rows={8} />}>
          <CodeEditor code={content.encoder} label={words.made.encoder} readOnly={!may} onChange={fill} />
        </Suspense>
        {about("encoder") !== undefined && <p className={css.changed}>{about("encoder")}</p>}
      </div>
    );
  if (madeBy === "field")
    return (
      <NativeSelect
        label={words.ofField}
        value={content.field}
        data={["", ...data.map(({ id }) => id)]}
        onChange={({ currentTarget }) => fill(currentTarget.value)}
        error={about("field")}
      />
    );
  return (
    <TextInput
      label={words.made[madeBy]}
      placeholder={madeBy === "hex" ? "ff 01" : ""}
      value={content[madeBy]}
      onChange={(event) => fill(event.currentTarget.value)}
      error={about(madeBy)}
      spellCheck={false}
    />
  );
}

/** How it travels, and when it goes by itself. */
export function DownlinkWays({ form, set, about, product }: PartProps) {
  const words = useText().downlinks;
  const { data = [] } = useQuery(fieldsQuery(product));
  const names = data.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }));
  const many = { size: "xs", searchable: true, data: names } as const;
  return (
    <>
      {(form.sentBy === "field" || form.sentBy === "sparkplug") && (
        <NativeSelect
          label={words.target}
          value={form.target}
          data={[{ value: "", label: words.byEncoder }, ...names]}
          onChange={({ currentTarget }) => set({ target: currentTarget.value })}
          error={about("target")}
        />
      )}
      <MultiSelect
        {...many}
        label={words.fields}
        value={[...form.fields]}
        onChange={(fields) => set({ fields })}
        error={about("fields")}
      />
      <MultiSelect
        {...many}
        label={words.triggers}
        description={words.triggersHelp}
        value={[...form.triggers]}
        onChange={(triggers) => set({ triggers })}
        error={about("triggers")}
      />
      {form.triggers.length > 0 && (
        <Switch
          label={words.active}
          checked={form.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
        />
      )}
      <div className={css.two}>
        <NumberInput
          size="xs"
          label={words.port}
          min={1}
          max={223}
          allowDecimal={false}
          value={form.port}
          onChange={(port) => set({ port })}
          error={about("port")}
        />
        <NumberInput
          size="xs"
          label={words.wait}
          min={0}
          value={form.wait}
          onChange={(wait) => set({ wait })}
          error={about("wait")}
        />
      </div>
      <Checkbox
        label={words.confirmed}
        checked={form.confirmed}
        onChange={(event) => set({ confirmed: event.currentTarget.checked })}
      />
      <Checkbox
        label={words.replace}
        checked={form.replace}
        onChange={(event) => set({ replace: event.currentTarget.checked })}
      />
    </>
  );
}
