import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queryClient } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { ConfirmName } from "../../parts/confirm-name.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { lettersQuery } from "./queries.ts";

interface Props {
  readonly workspace: string;
  readonly webhook: number;
  readonly name: string;
  readonly may: boolean;
}

/** Requests that were given up: sent again, one or all in their order, or forgotten. */
export function WebhookLetters({ may, name, ...which }: Props) {
  const t = useText();
  const words = t.webhook;
  const { data, error, refetch } = useQuery(lettersQuery(which.workspace, which.webhook));
  const [discarding, setDiscarding] = useState<number | "all" | null>(null);
  const [going, setGoing] = useState<number | null>(null);
  const reload = () => queryClient.invalidateQueries({ queryKey: ["webhooks"] });
  const replay = useMutation({
    mutationFn: (letter: number | null) =>
      api.replayWebhookDeadLetters({ ...which, body: letter === null ? {} : { letter } }),
    onSuccess: async ({ data: { letters } }) => {
      setGoing(letters);
      await reload();
    },
  });
  const why = may ? undefined : t.common.needs("integrations");
  return (
    <Section
      title={words.tab.letters}
      flush
      actions={
        data !== undefined &&
        data.length > 0 && (
          <span className={css.actions}>
            <Button loading={replay.isPending} disabled={!may} title={why} onClick={() => replay.mutate(null)}>
              {words.replayAll}
            </Button>
            <Button variant="default" disabled={!may} title={why} onClick={() => setDiscarding("all")}>
              {words.discardAll}
            </Button>
          </span>
        )
      }
    >
      <RefusalNote error={error ?? replay.error} again={() => void refetch()} />
      {going !== null && (
        <p className={css.note} role="status">
          {words.replaying(going)}
        </p>
      )}
      {data === undefined && error === null && <Skeleton rows={3} />}
      {data?.length === 0 && <EmptyState>{words.noLetters}</EmptyState>}
      <ol className={css.calls}>
        {data?.map((letter) => (
          <li key={letter.letter}>
            <details>
              <summary>
                <Status kind="bad">{words.eventsOf(letter.events)}</Status>{" "}
                <span className="quiet">{words.triesOf(letter.tries)}</span> {letter.error}{" "}
                <span className="quiet">
                  <Ago time={letter.time} />
                </span>
              </summary>
              <p className="quiet small">
                webhook-id <code>{letter.request}</code>
              </p>
              {letter.body === null ? (
                <p className="quiet small">{words.hidden}</p>
              ) : (
                <pre className={css.sent}>{letter.body}</pre>
              )}
              <span className={css.actions}>
                <Button variant="default" disabled={!may} title={why} onClick={() => replay.mutate(letter.letter)}>
                  {words.replay}
                </Button>
                <Button variant="default" disabled={!may} title={why} onClick={() => setDiscarding(letter.letter)}>
                  {words.discard}
                </Button>
              </span>
            </details>
          </li>
        ))}
      </ol>
      <ConfirmName
        opened={discarding !== null}
        onClose={() => setDiscarding(null)}
        title={words.discard}
        // one can be read before it goes; all of them cannot
        name={discarding === "all" ? name : null}
        action={words.discard}
        run={async () => {
          const body = typeof discarding === "number" ? { letter: discarding } : {};
          await api.discardWebhookDeadLetters({ ...which, body });
          await reload();
        }}
      >
        <p>{words.discardHow(discarding === "all" ? (data?.length ?? 0) : 1)}</p>
      </ConfirmName>
    </Section>
  );
}
