import { Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ConfigurationField } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { useText } from "../../text/index.ts";
import css from "./product.module.css";
import type { TabProps } from "./product-page.tsx";
import { configurationQuery } from "./queries.ts";

const TYPES = ["number", "text", "boolean"] as const;
const reload = () => queryClient.invalidateQueries({ queryKey: ["configuration"] });

/** What decoders and encoders may know of each device: a default here, a value of its own at the device. */
export default function ConfigurationTab({ workspace, product }: TabProps) {
  const t = useText();
  const words = t.product.configuration;
  const { data, error, refetch } = useQuery(configurationQuery(product));
  const may = useMay(workspace, "devices");
  const [open, setOpen] = useState<ConfigurationField | "new" | null>(null);
  const [going, setGoing] = useState<ConfigurationField | null>(null);
  return (
    <Section
      title={words.title}
      flush
      actions={
        <Button onClick={() => setOpen("new")} disabled={!may} title={may ? undefined : t.common.needs("devices")}>
          {words.add}
        </Button>
      }
    >
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={3} />
      ) : data.length === 0 ? (
        <EmptyState code="configurationValues.depth">{words.empty}</EmptyState>
      ) : (
        <div className={css.scroll}>
          <table className={css.table}>
            <thead>
              <tr>
                <th>{words.id}</th>
                <th data-less>{words.name}</th>
                <th data-less>{words.type}</th>
                <th>{words.default}</th>
                <th>
                  <span className="sr-only">{t.product.fields.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((field) => (
                <tr key={field.id}>
                  <td>
                    <code>{field.id}</code>
                  </td>
                  <td data-less>{field.name}</td>
                  <td data-less>{words.types[field.type]}</td>
                  <td>
                    {field.default === null ? <span className="quiet">–</span> : String(field.default)} {field.unit}
                  </td>
                  <td className={css.rowActions}>
                    <Button variant="subtle" color="gray" disabled={!may} onClick={() => setOpen(field)}>
                      {t.common.edit}
                      <span className="sr-only"> {field.id}</span>
                    </Button>
                    <Button variant="subtle" color="gray" disabled={!may} onClick={() => setGoing(field)}>
                      {t.common.delete}
                      <span className="sr-only"> {field.id}</span>
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open !== null && (
        <FieldModal product={product} field={open === "new" ? null : open} onClose={() => setOpen(null)} />
      )}
      {going !== null && (
        <ConfirmName
          opened
          onClose={() => setGoing(null)}
          title={words.deleteTitle(going.id)}
          name={going.id}
          action={t.common.delete}
          run={async () => {
            await api.deleteConfigurationField({ product, configuration_field: going.id });
            await reload();
          }}
        >
          <p>{words.deleteHow}</p>
        </ConfirmName>
      )}
    </Section>
  );
}

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

function FieldModal({ product, field, onClose }: ModalProps) {
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
    else await api.updateConfigurationField({ product, configuration_field: field.id, if_match: "*", body });
    await reload();
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
