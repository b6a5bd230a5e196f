import type { Pause } from "../fanout/outlet.ts";
import type { Broker } from "./broker.ts";
import type { Session } from "./session.ts";
import type { Wire } from "./wire.ts";

/** A session as it is at this moment, for people. Plain JSON. */
export interface SessionInfo {
  /** Key of the account: "u:<user uid>" or "a:<api user uid>". */
  readonly principal: string;
  readonly clientId: string;
  readonly connected: boolean;
  /** µs: since when it is connected, or away. */
  readonly since: number;
  /** µs: when the session began. */
  readonly created: number;
  /** Address and transport of its connection; null while away. */
  readonly remote: string | null;
  readonly transport: Wire["transport"] | null;
  /** Protocol version: 3 is 3.1, 4 is 3.1.1, 5 is 5.0; while away that of the last connection. */
  readonly version: 3 | 4 | 5;
  readonly subscriptions: number;
  /** QoS 1 and 2 deliveries that await their answer. */
  readonly inFlight: number;
  /** Those that wait behind them. */
  readonly waiting: number;
  /** Why nothing is sent at the moment. */
  readonly pause: Pause;
}

/** The sessions there are, oldest first; those of one account only, with its key. */
export function* listSessions(broker: Broker, principal?: string): Generator<SessionInfo> {
  const sessions = principal === undefined ? broker.sessions.values() : broker.sessions.of(principal);
  for (const session of sessions) yield describe(session);
}

function describe({ principal, clientId, connection, created, disconnectedAt, version, outlet }: Session): SessionInfo {
  const inFlight = outlet.window.count;
  // nothing came for it yet since its connection opened
  const untouched = connection !== null && outlet.pause === "offline";
  return {
    principal: principal.key,
    clientId,
    connected: connection !== null,
    since: connection?.opened ?? disconnectedAt ?? created,
    created,
    remote: connection?.wire.remote ?? null,
    transport: connection?.wire.transport ?? null,
    version,
    subscriptions: outlet.subscriptions.size,
    inFlight,
    waiting: Math.max(0, outlet.waiting - inFlight),
    pause: untouched ? "caught_up" : outlet.pause,
  };
}
