import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queryClient } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./account.module.css";
import { agentText } from "./agent.ts";

const again = () => queryClient.invalidateQueries({ queryKey: ["browsers"] });

/** Where one is signed in. */
export function Browsers() {
  const t = useText().account.sessions;
  const { data, error, refetch } = useQuery({
    queryKey: ["browsers"],
    queryFn: async ({ signal }) => (await api.listBrowserSessions({ signal })).data.items,
  });
  const end = useMutation({ mutationFn: (session: string) => api.endBrowserSession({ session }), onSettled: again });
  const others = useMutation({
    mutationFn: () => api.signOutEverywhere({ body: { keep_this: true } }),
    onSettled: again,
  });
  return (
    <Section
      title={t.title}
      flush
      actions={
        (data?.length ?? 0) > 1 && (
          <Button variant="default" loading={others.isPending} onClick={() => others.mutate()}>
            {t.others}
          </Button>
        )
      }
    >
      <RefusalNote error={error ?? end.error ?? others.error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton rows={2} />}
      <ul className={css.list}>
        {data?.map(({ id, current, agent, address, last_used }) => (
          <li key={id}>
            <span className={css.main} title={agent}>
              {agentText(agent)} {current && <Status kind="ok">{t.current}</Status>}
              <span className="quiet small">
                <br />
                {t.used} <Ago time={last_used} />, {t.from(address)}
              </span>
            </span>
            {!current && (
              <Button
                variant="default"
                size="compact-xs"
                aria-label={t.endWhich(agentText(agent))}
                onClick={() => end.mutate(id)}
              >
                {t.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
