import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ConfigurationField } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { KeptState } from "../../parts/kept-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";
import { configurationStateQuery } from "./queries.ts";

const TYPES = ["number", "text", "boolean"] as const;

/** What is typed as the API takes it; empty: nothing holds. */
function defaultOf(type: (typeof TYPES)[number], text: string): number | string | boolean | null {
  if (text.trim() === "") return null;
  if (type === "text") return text;
  if (type === "boolean") return text.trim().toLowerCase() === "true";
  return Number(text);
}

interface ModalProps {
  readonly product: string;
  readonly field: ConfigurationField | null;
  readonly onClose: () => void;
}

/** Makes or changes a configuration field. */
export function ConfigurationModal(props: ModalProps) {
  const { product, field } = props;
  if (field === null) return <ConfigurationForm {...props} etag="*" />;
  return (
    <KeptState query={configurationStateQuery(product, field.id)}>
      {(known, etag) => <ConfigurationForm {...props} field={known} etag={etag} />}
    </KeptState>
  );
}

function ConfigurationForm({ product, field, etag, onClose }: ModalProps & { readonly etag: string }) {
  const t = useText();
  const words = t.product.configuration;
  const [form, setForm] = useState({
    id: field?.id ?? "",
    name: field?.name ?? "",
    type: field?.type ?? ("number" as const),
    default: field?.default === null || field === null ? "" : String(field.default),
    unit: field?.unit ?? "",
  });
  const set = (next: Partial<typeof form>) => setForm((before) => ({ ...before, ...next }));
  const save = useAct(async () => {
    const { id, type, name } = form;
    const body = {
      ...(name !== "" && { name }),
      default: defaultOf(type, form.default),
      unit: form.unit === "" ? null : form.unit,
    };
    if (field === null) await api.createConfigurationField({ product, body: { id, type, ...body } });
    else await api.updateConfigurationField({ product, configuration_field: field.id, if_match: etag, body });
    await queryClient.invalidateQueries({ queryKey: ["configuration"] });
    onClose();
  });
  const { problem } = save;
  return (
    <Modal
      opened
      onClose={onClose}
      title={field === null ? words.add : field.id}
      closeButtonProps={{ "aria-label": t.common.close }}
    >
      <form onSubmit={save.submit} className={css.form}>
        {field === null && (
          <>
            <TextInput
              label={words.id}
              description={words.idHelp}
              value={form.id}
              onChange={(event) => set({ id: event.currentTarget.value })}
              error={problem?.about("id")}
              spellCheck={false}
              required
              data-autofocus
            />
            <NativeSelect
              label={words.type}
              data={TYPES.map((value) => ({ value, label: words.types[value] }))}
              value={form.type}
              onChange={({ currentTarget }) =>
                set({ type: TYPES.find((one) => one === currentTarget.value) ?? "number" })
              }
            />
          </>
        )}
        <TextInput
          label={words.name}
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={problem?.about("name")}
        />
        <div className={css.two}>
          {form.type === "boolean" ? (
            <NativeSelect
              label={words.default}
              data={["", "true", "false"]}
              value={form.default}
              onChange={({ currentTarget }) => set({ default: currentTarget.value })}
            />
          ) : (
            <TextInput
              label={words.default}
              value={form.default}
              inputMode={form.type === "number" ? "decimal" : undefined}
              onChange={(event) => set({ default: event.currentTarget.value })}
              error={problem?.about("default")}
            />
          )}
          <TextInput
            label={words.unit}
            value={form.unit}
            onChange={(event) => set({ unit: event.currentTarget.value })}
            error={problem?.about("unit")}
          />
        </div>
        <RefusalNote error={save.error} />
        <Button type="submit" loading={save.busy}>
          {field === null ? words.add : t.common.save}
        </Button>
      </form>
    </Modal>
  );
}
