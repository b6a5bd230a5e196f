import { Button, Stack } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { SessionDetails } from "../../../../sdk/operations.js";
import { api, queryClient } from "../../api/index.ts";
import { Ago } from "../../parts/ago.tsx";
import { Skeleton } from "../../parts/page.tsx";
import { RefusalNote } from "../../parts/refusal-note.tsx";
import { Fact, Facts } from "../../parts/section.tsx";
import { Status } from "../../parts/status.tsx";
import { useText } from "../../text/index.ts";
import css from "./live.module.css";
import { PacketTrace } from "./packet-trace.tsx";

/** One session: what it subscribes to, what waits, why it ended last, what it does now; and ending its connection. */
export function SessionSheet({ id }: { readonly id: string }) {
  const t = useText().live.connections;
  const { data, error, refetch } = useQuery({
    queryKey: ["sessions", "one", id],
    queryFn: async ({ signal }) => (await api.getSession({ client_session: id, signal })).data,
    refetchInterval: 3000,
  });
  const disconnect = useMutation({
    mutationFn: async () => (await api.disconnectSession({ client_session: id })).data,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["sessions"] }),
  });
  if (data === undefined)
    return error === null ? <Skeleton rows={8} /> : <RefusalNote error={error} again={() => void refetch()} />;
  return (
    <Stack gap="lg">
      <RefusalNote error={error ?? disconnect.error} again={() => void refetch()} />
      <SessionFacts session={data} />
      <Filters session={data} />
      <PacketTrace id={id} account={data.account_key} client={data.client_id} />
      {data.connected ? (
        <Stack gap="sm" align="flex-start">
          <p className="quiet small">{t.disconnectHow}</p>
          <Button color="red" variant="outline" loading={disconnect.isPending} onClick={() => disconnect.mutate()}>
            {t.disconnect}
          </Button>
        </Stack>
      ) : (
        disconnect.isSuccess && <p role="status">{t.disconnected}</p>
      )}
    </Stack>
  );
}

function SessionFacts({ session }: { readonly session: SessionDetails }) {
  const t = useText().live.connections;
  const { last_refusal: refusal, last_end: end, will } = session;
  return (
    <Facts>
      <Fact name={t.state}>
        {session.connected ? <Status kind="ok">{t.online}</Status> : <Status kind="away">{t.away}</Status>}{" "}
        <Ago time={session.since} />
      </Fact>
      <Fact name={t.account}>{session.account}</Fact>
      <Fact name={t.how}>
        MQTT {session.protocol}
        {session.transport !== null && `, ${session.transport}`}
        {session.tls !== null && `, ${session.tls}`}
      </Fact>
      <Fact name={t.remote}>{session.remote ?? "–"}</Fact>
      <Fact name={t.keepAlive}>{t.seconds(session.keep_alive)}</Fact>
      <Fact name={t.expiry}>{t.seconds(session.session_expiry)}</Fact>
      <Fact name={t.heard}>
        <Ago time={session.last_heard} />
      </Fact>
      <Fact name={t.inFlight}>
        {session.in_flight} / {session.max_in_flight}
      </Fact>
      <Fact name={t.waiting}>{session.waiting}</Fact>
      <Fact name={t.pause}>{session.pause}</Fact>
      <Fact name={t.dropped}>{session.dropped}</Fact>
      <Fact name={t.will}>{will === null ? <span className="quiet">{t.noWill}</span> : <code>{will.topic}</code>}</Fact>
      {refusal !== null && (
        <Fact name={t.lastRefusal}>
          {refusal.message} (<Ago time={refusal.time} />)
        </Fact>
      )}
      {end !== null && (
        <Fact name={t.lastEnd}>
          {end.message ?? end.why} (<Ago time={end.time} />)
        </Fact>
      )}
    </Facts>
  );
}

function Filters({ session }: { readonly session: SessionDetails }) {
  const t = useText().live.connections;
  return (
    <div>
      <h3>{t.filters}</h3>
      {session.filters.length === 0 && <p className="quiet">{t.noFilters}</p>}
      <ul className={css.filters}>
        {session.filters.map(({ filter, qos, note }) => (
          <li key={filter}>
            <code>{filter}</code> <span className="quiet">QoS {qos}</span>
            {note !== null && <p className="quiet small">{note}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}
