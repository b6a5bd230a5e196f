import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ExternalBroker } from "../../../sdk/operations.js";
import { api } from "../api/index.ts";
import { useText } from "../text/index.ts";
import { Ago } from "./ago.tsx";
import css from "./list.module.css";
import { EmptyState } from "./empty-state.tsx";
import { Skeleton } from "./page.tsx";
import { RefusalNote } from "./refusal-note.tsx";
import { Status } from "./status.tsx";

/** External brokers change by themselves: they connect, and fall behind. */
function brokersQuery(workspace: string) {
  return queryOptions({
    queryKey: ["brokers", workspace],
    queryFn: async ({ signal }) => (await api.listBrokers({ workspace, limit: 1000, signal })).data.items,
    refetchInterval: 5000,
  });
}

const KINDS = { pending: "warn", connected: "ok", error: "bad", paused: "away" } as const;

/** How the connection with a broker is. */
export function BrokerState({ state }: Pick<ExternalBroker, "state">) {
  return <Status kind={KINDS[state]}>{useText().brokers.states[state]}</Status>;
}

/** The external brokers of a workspace, with how each is, why one fails, and what it is behind. */
export function BrokerList({ workspace }: { readonly workspace: string }) {
  const words = useText().brokers;
  const { data, error, refetch } = useQuery(brokersQuery(workspace));
  return (
    <>
      <RefusalNote error={error} again={() => void refetch()} />
      {data === undefined ? (
        error === null && <Skeleton rows={3} />
      ) : data.length === 0 ? (
        <EmptyState code="bin/fieldcast broker create plant mqtts://broker.example.com --account bridge">
          {words.none}
        </EmptyState>
      ) : (
        <ul className={css.list}>
          {data.map((one) => (
            <Item key={one.broker} workspace={workspace} broker={one} />
          ))}
        </ul>
      )}
    </>
  );
}

function Item({ workspace, broker }: { readonly workspace: string; readonly broker: ExternalBroker }) {
  const words = useText().brokers;
  const { name, state, reason, since, address, addresses, messages_in, messages_out, lag_rows, lag_seconds } = broker;
  return (
    <li>
      <div className={css.head}>
        <BrokerState state={state} />
        <span className={css.what}>
          <Link to="/w/$workspace/brokers/$broker" params={{ workspace, broker: String(broker.broker) }}>
            {name}
          </Link>
        </span>
        <span className="quiet small">{since !== null && <Ago time={since} />}</span>
      </div>
      {reason !== null && <p>{reason}</p>}
      <p className="quiet small">
        <code>{address ?? addresses[0]}</code> {words.counts(broker.routes.length, messages_in, messages_out)}{" "}
        {lag_rows > 0 && words.behind(lag_rows, Math.round(lag_seconds))}
      </p>
    </li>
  );
}
