import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ApiUser } from "../../../../sdk/operations.js";
import { accountsQuery } from "../../api/accounts.ts";
import { Ago } from "../../parts/ago.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Section } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./integrations.module.css";
import { accountSessionsQuery } from "./queries.ts";

/** Those that are asked how they are. */
const MOST = 20;

/** Home Assistants in which devices appear: each is an API user, and connected or not. */
export function HomeAssistants({ workspace }: { readonly workspace: string }) {
  const words = useText().integrations.homeAssistants;
  const { data, error, refetch } = useQuery(accountsQuery(workspace));
  const all = (data ?? []).filter(({ home_assistant }) => home_assistant !== null);
  const sessions = useQueries({ queries: all.slice(0, MOST).map(({ api_user }) => accountSessionsQuery(api_user)) });
  return (
    <Section
      title="Home Assistant"
      flush
      actions={
        <Link to="/w/$workspace/access" params={{ workspace }} search={{ tab: "api-users" }}>
          {words.setUp}
        </Link>
      }
    >
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={2} />
      ) : all.length === 0 ? (
        <EmptyState code='bin/fieldcast api-user create "home assistant" --can view,record_measurements --home-assistant'>
          {words.none}
        </EmptyState>
      ) : (
        <ul className={css.list}>
          {all.map((one, n) => (
            <Item key={one.api_user} {...{ workspace }} apiUser={one} sessions={sessions[n]?.data} />
          ))}
        </ul>
      )}
    </Section>
  );
}

interface ItemProps {
  readonly workspace: string;
  readonly apiUser: ApiUser;
  /** Undefined: not known, or not for who looks. */
  readonly sessions:
    | readonly { readonly connected: boolean; readonly since: string; readonly remote: string | null }[]
    | undefined;
}

function Item({ workspace, apiUser: { name, api_user, home_assistant, mqtt }, sessions }: ItemProps) {
  const words = useText().integrations.homeAssistants;
  const there = sessions?.find(({ connected }) => connected);
  const away = sessions?.at(-1);
  return (
    <li>
      <div className={css.head}>
        {there !== undefined ? (
          <Status kind="ok">{words.connected}</Status>
        ) : (
          sessions !== undefined && <Status kind={mqtt ? "away" : "warn"}>{words.away}</Status>
        )}
        <span className={css.what}>
          <Link
            to="/w/$workspace/access/api-users/$apiUser"
            params={{ workspace, apiUser: String(api_user) }}
            className={css.name}
          >
            {name}
          </Link>
          <code>{home_assistant}</code>
        </span>
        {(there ?? away) !== undefined && (
          <span className="quiet small">
            {there?.remote} <Ago time={(there ?? away)?.since ?? null} />
          </span>
        )}
      </div>
      {!mqtt && <p>{words.noMqtt}</p>}
      {mqtt && sessions !== undefined && there === undefined && (
        <p className="quiet small">{away === undefined ? words.never : words.awayHow}</p>
      )}
      <p className="small">
        <Link to="/w/$workspace/live" params={{ workspace }} search={{ tab: "events", account: `a:${api_user}` }}>
          {words.events}
        </Link>
      </p>
    </li>
  );
}
