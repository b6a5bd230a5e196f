import { useQuery } from "@tanstack/react-query";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { callsQuery } from "./queries.ts";

/** What was sent last: a line each, which unfolds to what was sent and answered. */
export function WebhookCalls({ workspace, webhook }: { readonly workspace: string; readonly webhook: number }) {
  const t = useText().webhook;
  const { data, error, refetch } = useQuery(callsQuery(workspace, webhook));
  return (
    <Section title={t.tab.calls} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={4} />}
      {data?.length === 0 && <EmptyState>{t.noCalls}</EmptyState>}
      <ol className={css.calls}>
        {data?.map((call) => (
          <li key={call.call}>
            <details>
              <summary>
                <Status kind={call.error === null ? "ok" : call.request === null ? "away" : "bad"}>
                  {call.request === null ? t.notice : (call.status ?? t.noAnswer)}
                </Status>{" "}
                {call.request !== null && t.eventsOf(call.events)}
                {call.tries > 1 && <span className="quiet"> {t.tryNo(call.tries)}</span>}
                {call.ms !== null && <span className="quiet"> {Math.round(call.ms)} ms</span>}{" "}
                <span className="quiet">
                  <Ago time={call.time} />
                </span>
              </summary>
              {call.error !== null && <p>{call.error}</p>}
              {call.request !== null && (
                <p className="quiet small">
                  webhook-id <code>{call.request}</code>
                </p>
              )}
              {call.body === null ? (
                call.request !== null && <p className="quiet small">{t.hidden}</p>
              ) : (
                <pre className={css.sent}>{call.body}</pre>
              )}
              {call.answer !== null && call.answer !== "" && (
                <>
                  <p className="quiet small">{t.answered}</p>
                  <pre className={css.sent}>{call.answer}</pre>
                </>
              )}
            </details>
          </li>
        ))}
      </ol>
    </Section>
  );
}
