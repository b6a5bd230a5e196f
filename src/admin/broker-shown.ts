import type { Broker } from "../fleet/types.ts";
import type { BrokerEvent } from "../integrations/brokers/types.ts";
import { printTime } from "../measure/time.ts";
import type { AdminDeps } from "./types.ts";

/** As answers have it: whether there are secrets, never which. */
export function showBroker({ directory, brokers }: Pick<AdminDeps, "directory" | "brokers">, row: Broker) {
  const { uid, workspace, password, key, account, created, paused } = row;
  const status = brokers?.status(uid) ?? null;
  const {
    serverName,
    clientId,
    keepAlive,
    sessionExpiry,
    name,
    description,
    protocol,
    username,
    ca,
    certificate,
    hops,
  } = row;
  return {
    broker: uid,
    workspace: directory.workspace(workspace)?.slug ?? "",
    ...{ name, description, addresses: [...row.addresses], protocol, username, ca, certificate },
    ...{
      server_name: serverName,
      client_id: clientId,
      keep_alive: keepAlive,
      session_expiry: sessionExpiry,
      hops,
      paused,
    },
    routes: [...row.routes],
    account: directory.apiUser(account)?.name ?? null,
    has_password: password !== null,
    has_key: key !== null,
    created: printTime(created),
    state: status?.state ?? (paused ? ("paused" as const) : ("pending" as const)),
    reason: status?.reason ?? null,
    since: status === null ? null : printTime(status.since),
    address: status?.address ?? null,
    connected_protocol: status?.protocol ?? null,
    next_try: status === null || status.nextTry === null ? null : printTime(status.nextTry),
    messages_in: status?.messagesIn ?? 0,
    messages_out: status?.messagesOut ?? 0,
    refused_in: status?.refusedIn ?? 0,
    refused_out: status?.refusedOut ?? 0,
    dropped: status?.dropped ?? 0,
    in_flight: status?.inFlight ?? 0,
    lag_rows: status?.lagRows ?? 0,
    lag_seconds: Math.round((status?.lagAge ?? 0) / 1e6),
    troubles: [...(status?.troubles ?? [])],
  };
}
export const showEvent = ({ time, ...event }: BrokerEvent) => ({ ...event, time: printTime(time) });
