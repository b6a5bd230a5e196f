import { Button, Modal, NativeSelect, NumberInput, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Field } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { KeptState } from "../../parts/kept-state.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { useText } from "../../text/index.ts";
import { bodyOf, type FieldForm, formOf, idOf, NEW_FIELD, ROLES, semanticsOf, TYPES } from "./field-form.ts";
import { FormulaPart } from "./formula-part.tsx";
import css from "./product.module.css";
import { fieldStateQuery } from "./queries.ts";

export interface ModalProps {
  readonly product: string;
  /** Null: a new one. */
  readonly field: Field | null;
  readonly onClose: () => void;
}

/** Makes or changes a field. The identifier and the final topic are seen before it is made: they never change. */
export function FieldModal(props: ModalProps) {
  const { product, field } = props;
  if (field === null) return <FieldFormModal {...props} etag="*" />;
  return (
    <KeptState query={fieldStateQuery(product, field.id)}>
      {(known, etag) => <FieldFormModal {...props} field={known} etag={etag} />}
    </KeptState>
  );
}

function FieldFormModal({ product, field, etag, onClose }: ModalProps & { readonly etag: string }) {
  const t = useText();
  const words = t.product.fields;
  const [form, setForm] = useState<FieldForm>(field === null ? NEW_FIELD : formOf(field));
  const set = (next: Partial<FieldForm>) => setForm((before) => ({ ...before, ...next }));
  const id = form.id ?? idOf(form.name);
  const save = useAct(async () => {
    const body = bodyOf(form);
    if (field === null) await api.createField({ product, body: { ...body, id, type: form.type } });
    else await api.updateField({ product, field: field.id, if_match: etag, body });
    await queryClient.invalidateQueries({ queryKey: ["fields"] });
    onClose();
  });
  const { problem } = save;
  return (
    <Modal
      opened
      onClose={onClose}
      title={field === null ? words.add : words.change(field.id)}
      closeButtonProps={{ "aria-label": t.common.close }}
      size={form.formula === null ? "md" : "lg"}
    >
      <form onSubmit={save.submit} className={css.form}>
        <TextInput
          label={words.name}
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={problem?.about("name")}
          required
          data-autofocus
        />
        {field === null && (
          <>
            <TextInput
              label={words.id}
              description={words.idHelp}
              value={id}
              onChange={(event) => set({ id: event.currentTarget.value.toUpperCase() })}
              error={problem?.about("id")}
              spellCheck={false}
              required
            />
            <NativeSelect
              label={words.type}
              data={TYPES.map((type) => ({ value: type, label: `${type}: ${words.types[type]}` }))}
              value={form.type}
              onChange={({ currentTarget }) =>
                set({ type: TYPES.find((one) => one === currentTarget.value) ?? "NUMERIC", semantic: "" })
              }
            />
            {form.formula === null && (
              <p className={css.topic}>
                {words.topic} <code>{`dtck-pub/${product}/<device>/${id || "…"}`}</code>
              </p>
            )}
          </>
        )}
        <div className={css.two}>
          <TextInput
            label={words.unit}
            value={form.unit}
            onChange={(event) => set({ unit: event.currentTarget.value })}
            error={problem?.about("unit")}
          />
          <NumberInput
            size="xs"
            label={words.decimals}
            min={0}
            max={15}
            allowDecimal={false}
            value={form.decimals}
            onChange={(decimals) => set({ decimals })}
            error={problem?.about("decimals")}
          />
        </div>
        <NativeSelect
          label={words.role}
          data={[{ value: "", label: words.noRole }, ...ROLES.map((value) => ({ value, label: words.roles[value] }))]}
          value={form.role}
          onChange={({ currentTarget }) => set({ role: currentTarget.value })}
          error={problem?.about("role")}
        />
        {semanticsOf(form.type).length > 0 && (
          <NativeSelect
            label={words.semantic}
            description={words.semanticHelp}
            data={[
              { value: "", label: words.noSemantic },
              // what was said over the API may be any
              ...[...new Set([...semanticsOf(form.type), ...(field?.semantic ? [field.semantic] : [])])].map(
                (value) => ({ value, label: t.semantics[value] }),
              ),
            ]}
            value={form.semantic}
            onChange={({ currentTarget }) => set({ semantic: currentTarget.value })}
            error={problem?.about("semantic")}
          />
        )}
        <FormulaPart
          product={product}
          id={id}
          type={form.type}
          formula={form.formula}
          decimals={form.decimals === "" ? null : Number(form.decimals)}
          problem={problem?.about("formula") ?? (form.formula === field?.formula ? field?.formula_problem : null)}
          onChange={(formula) => set({ formula })}
        />
        {form.formula === null && (
          <NativeSelect
            label={words.settable}
            description={words.settableHow}
            data={(["", "yes", "no"] as const).map((value) => ({ value, label: words.settables[value] }))}
            value={form.settable}
            onChange={({ currentTarget: { value } }) =>
              set({ settable: value === "yes" || value === "no" ? value : "" })
            }
            error={problem?.about("settable")}
          />
        )}
        <TextInput
          label={words.description}
          value={form.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
          error={problem?.about("description")}
        />
        {field !== null && (
          <Switch
            label={words.active}
            checked={form.active}
            onChange={(event) => set({ active: event.currentTarget.checked })}
          />
        )}
        <RefusalNote error={save.error} />
        <Button type="submit" loading={save.busy}>
          {field === null ? words.add : t.common.save}
        </Button>
      </form>
    </Modal>
  );
}
