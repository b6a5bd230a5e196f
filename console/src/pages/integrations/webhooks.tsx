import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Webhook, WebhookTest } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useMay } from "../../api/session.ts";
import { useAct } from "../../parts/act.ts";
import { Ago } from "../../parts/ago.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { Copyable } from "../../parts/copy-button.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { callsQuery, webhooksQuery } from "./queries.ts";

const EVENTS = ["device_measurement", "decoder_output", "downlink", "device_online", "device_offline"] as const;
const KINDS = { active: "ok", failing: "bad", paused: "away", off: "away" } as const;
const reload = () => queryClient.invalidateQueries({ queryKey: ["webhooks"] });

/** What is sent elsewhere, and how that goes. */
export function Webhooks({ workspace, open }: { readonly workspace: string; readonly open: number | undefined }) {
  const t = useText();
  const words = t.integrations;
  const { data, error, refetch } = useQuery(webhooksQuery(workspace));
  const may = useMay(workspace, "integrations");
  const [making, setMaking] = useState(false);
  const create = (
    <Button onClick={() => setMaking(true)} disabled={!may} title={may ? undefined : t.common.needs("integrations")}>
      {words.createWebhook}
    </Button>
  );
  return (
    <Section title={words.webhooks} flush actions={create}>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={3} />
      ) : data.length === 0 ? (
        <EmptyState>{words.noWebhooks}</EmptyState>
      ) : (
        <ul className={css.list}>
          {data.map((webhook) => (
            <Item
              key={webhook.webhook}
              workspace={workspace}
              webhook={webhook}
              open={open === webhook.webhook}
              may={may}
            />
          ))}
        </ul>
      )}
      {making && <CreateWebhook workspace={workspace} onClose={() => setMaking(false)} />}
    </Section>
  );
}

interface ItemProps {
  readonly workspace: string;
  readonly webhook: Webhook;
  readonly open: boolean;
  readonly may: boolean;
}

function Item({ workspace, webhook, open, may }: ItemProps) {
  const t = useText();
  const words = t.integrations;
  const { webhook: number, name, url, state, reason, since, calls, error_rate, dead_letters, lag_seconds } = webhook;
  const [tested, setTested] = useState<WebhookTest | null>(null);
  const [going, setGoing] = useState(false);
  const which = { workspace, webhook: number };
  const test = useAct(async () => setTested((await api.testWebhook({ ...which, body: {} })).data));
  const pause = useAct(async () => {
    await (state === "paused" ? api.resumeWebhook(which) : api.pauseWebhook(which));
    await reload();
  });
  return (
    <li>
      <div className={css.head}>
        <Status kind={KINDS[state]}>{words.states[state]}</Status>
        <span className={css.what}>
          <strong>{name}</strong> <code>{url}</code>
        </span>
        <span className={css.actions}>
          <Button variant="default" onClick={() => void test.run()} loading={test.busy} disabled={!may}>
            {words.test}
            <span className="sr-only"> {name}</span>
          </Button>
          <Button variant="default" onClick={() => void pause.run()} loading={pause.busy} disabled={!may}>
            {state === "paused" ? words.resume : words.pause}
            <span className="sr-only"> {name}</span>
          </Button>
          <Button variant="subtle" color="gray" onClick={() => setGoing(true)} disabled={!may}>
            {t.common.delete}
            <span className="sr-only"> {name}</span>
          </Button>
        </span>
      </div>
      <p className="quiet small">
        {words.calls(calls, Math.round(error_rate * 1000) / 10)}
        {dead_letters > 0 && ` ${words.dead(dead_letters)}`}
        {lag_seconds > 1 && ` ${words.behind(Math.round(lag_seconds))}`}{" "}
        <Link to="/w/$workspace/integrations" params={{ workspace }} search={open ? {} : { webhook: number }}>
          {open ? words.hideCalls : words.showCalls}
        </Link>
      </p>
      {reason !== null && (
        <p>
          {reason} {since !== null && <Ago time={since} />}
        </p>
      )}
      <RefusalNote error={test.error ?? pause.error} />
      {tested !== null && (
        <p role="status">
          <Status kind={tested.accepted ? "ok" : "bad"}>
            {tested.accepted
              ? words.accepted(tested.status ?? 0, Math.round(tested.ms))
              : (tested.error ?? words.failed)}
          </Status>
        </p>
      )}
      {open && <Calls {...which} />}
      <ConfirmName
        opened={going}
        onClose={() => setGoing(false)}
        title={words.deleteWebhook(name)}
        name={name}
        action={t.common.delete}
        run={async () => {
          await api.deleteWebhook(which);
          await reload();
        }}
      >
        <p>{words.deleteHow}</p>
      </ConfirmName>
    </li>
  );
}

/** What was sent last: a line each, which unfolds to what was sent and answered. */
function Calls({ workspace, webhook }: { readonly workspace: string; readonly webhook: number }) {
  const words = useText().integrations;
  const { data, error } = useQuery(callsQuery(workspace, webhook));
  return (
    <>
      <RefusalNote error={error} />
      {data?.length === 0 && <p className="quiet">{words.noCalls}</p>}
      <ol className={css.calls}>
        {data?.map((call) => (
          <li key={call.call}>
            <details>
              <summary>
                <Status kind={call.error === null ? "ok" : "bad"}>{call.status ?? words.noAnswer}</Status>{" "}
                {words.events(call.events)} <span className="quiet">{words.tries(call.tries)}</span>{" "}
                <Ago time={call.time} />
              </summary>
              {call.error !== null && <p>{call.error}</p>}
              {call.body !== null && <pre>{call.body}</pre>}
              {call.answer !== null && call.answer !== "" && <pre>{call.answer}</pre>}
            </details>
          </li>
        ))}
      </ol>
    </>
  );
}

function CreateWebhook({ workspace, onClose }: { readonly workspace: string; readonly onClose: () => void }) {
  const t = useText();
  const words = t.integrations;
  const [form, setForm] = useState({ name: "", url: "https://", events: ["device_measurement"] as string[] });
  const [secret, setSecret] = useState<string | null>(null);
  const create = useAct(async () => {
    const events = EVENTS.filter((one) => form.events.includes(one));
    const { data } = await api.createWebhook({ workspace, body: { name: form.name, url: form.url, events } });
    await reload();
    setSecret(data.secret);
  });
  return (
    <Modal opened onClose={onClose} title={words.createWebhook} closeButtonProps={{ "aria-label": t.common.close }}>
      {secret !== null ? (
        <div className={css.form}>
          <p>{words.secretOnce}</p>
          <Copyable text={secret} what={words.secret} />
          <Button onClick={onClose}>{t.common.close}</Button>
        </div>
      ) : (
        <form onSubmit={create.submit} className={css.form}>
          <TextInput
            label={words.name}
            value={form.name}
            onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
            error={create.problem?.about("name")}
            required
            data-autofocus
          />
          <TextInput
            label={words.url}
            value={form.url}
            onChange={(event) => setForm({ ...form, url: event.currentTarget.value })}
            error={create.problem?.about("url")}
            spellCheck={false}
            required
          />
          <Checkbox.Group label={words.what} value={form.events} onChange={(events) => setForm({ ...form, events })}>
            <div className={css.ticks}>
              {EVENTS.map((event) => (
                <Checkbox key={event} value={event} label={words.kinds[event]} />
              ))}
            </div>
          </Checkbox.Group>
          <RefusalNote error={create.error} />
          <Button type="submit" loading={create.busy}>
            {words.createWebhook}
          </Button>
        </form>
      )}
    </Modal>
  );
}
