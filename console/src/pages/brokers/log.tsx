import { useQuery } from "@tanstack/react-query";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import list from "../../parts/list.module.css";
import { eventsQuery } from "./queries.ts";

const KINDS = {
  connected: "ok",
  resumed: "ok",
  note: "away",
  paused: "away",
  disconnected: "warn",
  dropped: "warn",
  error: "bad",
  refused: "bad",
} as const;

/** What happened to the connection, the newest first. */
export function Log({ workspace, broker }: { readonly workspace: string; readonly broker: string }) {
  const words = useText().brokers;
  const { data, error, refetch } = useQuery(eventsQuery(workspace, broker));
  return (
    <Section title={words.log} flush>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={3} />
      ) : data.length === 0 ? (
        <EmptyState>{words.noLog}</EmptyState>
      ) : (
        <ol className={list.list}>
          {data.map(({ event, time, what, text }) => (
            <li key={event}>
              <div className={list.head}>
                <Status kind={KINDS[what]}>{words.events[what]}</Status>
                <span className={list.what}>{text}</span>
                <span className="quiet small">
                  <Ago time={time} />
                </span>
              </div>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
