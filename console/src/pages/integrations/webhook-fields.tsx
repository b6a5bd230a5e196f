import { Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import type { ApiProblem } from "../../api/problem.ts";
import { HeaderRows } from "../../parts/header-rows.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import {
  EVENTS,
  type EventKind,
  FORMS,
  type FormKind,
  reformed,
  SIGNATURES,
  type WebhookForm,
} from "./webhook-form.ts";
import { WebhookFilter } from "./webhook-filter.tsx";

export interface FieldsProps {
  readonly workspace: string;
  readonly form: WebhookForm;
  readonly set: (next: Partial<WebhookForm>) => void;
  readonly problem: ApiProblem | null;
}

/** Everything that is said of a webhook: where to, what of, in which form. */
export function WebhookFields(props: FieldsProps) {
  const t = useText().webhook;
  const { form, set, problem } = props;
  return (
    <>
      <TextInput
        label={t.name}
        value={form.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={problem?.about("name")}
        required
      />
      <TextInput
        label={t.url}
        description={t.urlHelp}
        value={form.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        error={problem?.about("url")}
        spellCheck={false}
        inputMode="url"
        required
      />
      <Checkbox.Group
        label={t.events}
        value={[...form.events]}
        onChange={(events) => set({ events: events as EventKind[] })} // the boxes below
        error={problem?.about("events")}
      >
        <div className={css.ticks}>
          {EVENTS.map((event) => (
            <Checkbox key={event} value={event} label={t.kinds[event]} />
          ))}
        </div>
      </Checkbox.Group>
      <WebhookFilter {...props} />
      <Shape {...props} />
      <HeaderRows
        path="headers"
        headers={form.headers}
        onChange={(headers) => set({ headers })}
        areTemplates={form.form === "template"}
        problem={problem}
      />
      <NativeSelect
        label={t.signature}
        description={t.signatureHelp}
        value={form.signature}
        data={SIGNATURES.map((value) => ({ value, label: t.signatures[value] }))}
        onChange={({ currentTarget }) =>
          set({ signature: SIGNATURES.find((one) => one === currentTarget.value) ?? "standard" })
        }
      />
      <TextInput
        label={t.description}
        value={form.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        error={problem?.about("description")}
      />
    </>
  );
}

/** What a request holds. */
function Shape({ form, set, problem }: FieldsProps) {
  const t = useText().webhook;
  return (
    <>
      <NativeSelect
        label={t.form}
        value={form.form}
        data={FORMS.map((value) => ({ value, label: t.forms[value] }))}
        onChange={({ currentTarget }) => set(reformed(form, currentTarget.value as FormKind))} // one of FORMS
        error={problem?.about("form")}
      />
      {form.form === "template" && (
        <Textarea
          label={t.template}
          description={t.templateHelp}
          className={css.code}
          rows={7}
          value={form.template}
          onChange={(event) => set({ template: event.currentTarget.value })}
          error={problem?.about("template")}
          spellCheck={false}
        />
      )}
      {form.form !== "original" && (
        <div className={css.two}>
          <NumberInput
            size="xs"
            label={t.batchMax}
            min={1}
            max={5000}
            allowDecimal={false}
            value={form.batchMax}
            onChange={(batchMax) => set({ batchMax })}
            error={problem?.about("batch") ?? problem?.about("batch.max")}
          />
          <NumberInput
            size="xs"
            label={t.batchWait}
            min={0}
            max={3600}
            allowDecimal={false}
            value={form.batchWait}
            onChange={(batchWait) => set({ batchWait })}
            error={problem?.about("batch.wait")}
          />
        </div>
      )}
    </>
  );
}
