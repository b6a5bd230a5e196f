import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { Webhook, WebhookTest } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { useAct } from "../../parts/act.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import { RotateSecret } from "./rotate-secret.tsx";
import css from "./integrations.module.css";
import { EVENTS, type EventKind } from "./webhook-form.ts";

interface Props {
  readonly webhook: Webhook;
  readonly may: boolean;
}

/** What one does with a webhook: a test, pause and resume, another secret. */
export function WebhookActions({ webhook, may }: Props) {
  const t = useText();
  const words = t.webhook;
  const { workspace, state, events } = webhook;
  const which = { workspace, webhook: webhook.webhook };
  const [event, setEvent] = useState<EventKind | null>(null);
  const [tested, setTested] = useState<WebhookTest | null>(null);
  const [rotating, setRotating] = useState(false);
  const kind = event ?? events[0] ?? "device_measurement";
  const reload = () => queryClient.invalidateQueries({ queryKey: ["webhooks"] });
  const test = useAct(async () => {
    setTested(null);
    setTested((await api.testWebhook({ ...which, body: { event: kind } })).data);
    await reload();
  });
  const turn = useAct(async () => {
    if (state === "off") await api.updateWebhook({ ...which, if_match: "*", body: { active: true } });
    else await (state === "paused" ? api.resumeWebhook(which) : api.pauseWebhook(which));
    await reload();
  });
  const why = may ? undefined : t.common.needs("integrations");
  return (
    <div className={css.acts}>
      <div className={css.actions}>
        {events.length > 1 && (
          <NativeSelect
            aria-label={words.testEvent}
            value={kind}
            data={EVENTS.filter((one) => events.includes(one)).map((value) => ({ value, label: words.kinds[value] }))}
            onChange={({ currentTarget }) => setEvent(currentTarget.value as EventKind)} // one of EVENTS
          />
        )}
        <Button variant="default" onClick={() => void test.run()} loading={test.busy} disabled={!may} title={why}>
          {words.test}
        </Button>
        <Button variant="default" onClick={() => void turn.run()} loading={turn.busy} disabled={!may} title={why}>
          {state === "off" ? words.switchOn : state === "paused" ? words.resume : words.pause}
        </Button>
        <Button variant="default" onClick={() => setRotating(true)} disabled={!may} title={why}>
          {words.rotate}
        </Button>
      </div>
      <RefusalNote error={test.error ?? turn.error} />
      {tested !== null && <Tested tested={tested} />}
      {rotating && <RotateSecret {...which} onClose={() => setRotating(false)} />}
    </div>
  );
}

/** What came of a test, in words, with what was sent and answered. */
function Tested({ tested }: { readonly tested: WebhookTest }) {
  const t = useText().webhook;
  const { accepted, status, ms, error, request, answer } = tested;
  return (
    <div className={css.tested} role="status">
      <Status kind={accepted ? "ok" : "bad"}>
        {accepted ? t.accepted(status ?? 0, Math.round(ms)) : (error ?? t.failed)}
      </Status>
      {!accepted && <p className="quiet small">{status === null ? t.failedHow.none : t.failedHow.status}</p>}
      <details>
        <summary>{t.testSent}</summary>
        <pre className={css.sent}>
          {Object.entries(request.headers)
            .map(([name, value]) => `${name}: ${value}\n`)
            .join("")}
          {"\n"}
          {request.body}
        </pre>
        {answer !== null && answer !== "" && (
          <>
            <p className="quiet small">{t.answered}</p>
            <pre className={css.sent}>{answer}</pre>
          </>
        )}
      </details>
    </div>
  );
}
