import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../api/index.ts";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { EVENTS, type EventKind, previewBodyOf, type WebhookForm } from "./webhook-form.ts";

interface Props {
  readonly workspace: string;
  readonly form: WebhookForm;
}

/** What a request would hold, as one types, over the newest measurement that it would tell of. */
export function WebhookPreview({ workspace, form }: Props) {
  const t = useText().webhook;
  const [wanted, setWanted] = useState<EventKind | null>(null);
  const event = wanted !== null && form.events.includes(wanted) ? wanted : (form.events[0] ?? "device_measurement");
  const body = useSettled(JSON.stringify(previewBodyOf(form, event)));
  const { data, error } = useQuery({
    queryKey: ["webhooks", "preview", workspace, body],
    queryFn: async ({ signal }) => (await api.previewWebhook({ workspace, body: JSON.parse(body), signal })).data,
    enabled: form.events.length > 0,
    retry: false,
    placeholderData: (before) => before,
  });
  return (
    <Section
      title={t.preview}
      actions={
        form.events.length > 1 && (
          <NativeSelect
            aria-label={t.previewEvent}
            value={event}
            data={EVENTS.filter((one) => form.events.includes(one)).map((value) => ({ value, label: t.kinds[value] }))}
            onChange={({ currentTarget }) => setWanted(currentTarget.value as EventKind)} // one of EVENTS
          />
        )
      }
    >
      <div className={css.preview} aria-live="polite">
        <RefusalNote error={error} />
        {data !== undefined && error === null && (
          <>
            <p>
              <Status kind={data.real ? "ok" : "away"}>{data.real ? t.previewReal : t.previewMade}</Status>
            </p>
            <pre className={css.sent}>
              {Object.entries(data.headers)
                .map(([name, value]) => `${name}: ${value}\n`)
                .join("")}
              {"\n"}
              {data.body}
            </pre>
            <details>
              <summary>{t.previewSees}</summary>
              <pre className={css.sent}>{JSON.stringify(data.event, null, 2)}</pre>
            </details>
          </>
        )}
      </div>
    </Section>
  );
}

/** A text that has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
