import { Button, Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SentDownlink } from "../../../../sdk/operations.js";
import type { Downlink } from "../../api/fleet.ts";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { DownlinkContent } from "../../parts/downlink-content.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { ComposeBytes } from "./compose-bytes.tsx";
import css from "./device.module.css";
import { type DownlinkForm, fieldsOf, formFor, sendBodyOf } from "./downlink-wish.ts";
import type { Shared } from "./shared.ts";

interface Props extends Shared {
  readonly downlinks: readonly Downlink[];
}

/** Sends a downlink: one of the product through its encoder, or bytes. It can be tried first: then nothing goes out. */
export function Compose({ device, fields, downlinks }: Props) {
  const t = useText();
  const words = t.downlinks;
  const [form, setForm] = useState<DownlinkForm>(() => formFor(downlinks[0] ?? null));
  const [answer, setAnswer] = useState<SentDownlink | null>(null);
  const [isNoJson, setNoJson] = useState(false);
  const set = (next: Partial<DownlinkForm>) => setForm((before) => ({ ...before, ...next }));
  const chosen = downlinks.find(({ name }) => name === form.downlink);
  const ask = async (dry: boolean) => {
    setAnswer(null);
    const body = sendBodyOf(form, fields);
    setNoJson(body === null);
    if (body === null) return;
    const where = { product: device.product, device: device.id };
    setAnswer((await api.sendDownlink({ ...where, body: { ...body, ...(dry && { dry_run: true }) } })).data);
    await queryClient.invalidateQueries({ queryKey: ["downlinks"] });
  };
  const send = useAct(() => ask(false));
  const attempt = useAct(() => ask(true));
  const problem = send.problem ?? attempt.problem;
  return (
    <Section title={words.compose}>
      <form onSubmit={send.submit} className={css.downlinkForm}>
        <NativeSelect
          label={words.what}
          value={form.downlink ?? ""}
          data={[...downlinks.map(({ name }) => ({ value: name, label: name })), { value: "", label: words.rawBytes }]}
          onChange={({ currentTarget }) => {
            setForm(formFor(downlinks.find(({ name }) => name === currentTarget.value) ?? null));
            setAnswer(null);
          }}
        />
        {chosen === undefined ? (
          <ComposeBytes form={form} set={set} about={(path) => problem?.about(path)} />
        ) : (
          <>
            {chosen.description !== "" && <p className="quiet small">{chosen.description}</p>}
            {form.json === null ? (
              fieldsOf(chosen).map((id) => (
                <TextInput
                  key={id}
                  label={fields.find((field) => field.id === id)?.name ?? id}
                  placeholder={words.current}
                  value={form.values[id] ?? ""}
                  onChange={(event) => set({ values: { ...form.values, [id]: event.currentTarget.value } })}
                  autoComplete="off"
                />
              ))
            ) : (
              <Textarea
                label={words.json}
                description={words.jsonHelp}
                rows={4}
                value={form.json}
                onChange={(event) => set({ json: event.currentTarget.value })}
                error={isNoJson ? words.noJson : undefined}
                spellCheck={false}
              />
            )}
            <Checkbox
              label={words.asJson}
              checked={form.json !== null}
              onChange={(event) => set({ json: event.currentTarget.checked ? jsonOf(form, fieldsOf(chosen)) : null })}
            />
          </>
        )}
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
        <NumberInput
          size="xs"
          label={words.wait}
          description={words.waitHelp}
          min={0}
          value={form.wait}
          onChange={(wait) => set({ wait })}
          error={problem?.about("wait")}
        />
        <RefusalNote error={send.error ?? attempt.error} />
        <div className={css.downlinkActions}>
          <Button variant="default" onClick={() => void attempt.run()} loading={attempt.busy}>
            {words.attempt}
          </Button>
          <Button type="submit" loading={send.busy}>
            {words.send}
          </Button>
        </div>
        {answer !== null && (
          <div role="status" className={css.downlinkAnswer}>
            <Status kind={answer.sent === null ? "away" : "ok"}>
              {answer.sent === null ? words.wouldSend : words.isQueued}
            </Status>
            <DownlinkContent content={answer.content} />
            {answer.log.length > 0 && <pre>{answer.log.join("\n")}</pre>}
          </div>
        )}
      </form>
    </Section>
  );
}

/** What was typed so far, as an object to go on with. */
function jsonOf({ values }: DownlinkForm, ids: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(ids.map((id) => [id, values[id] ?? ""])), null, 2);
}
