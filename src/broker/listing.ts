import type { Clock } from "../base/types.ts";
import type { BrokerContext } from "./context.ts";
import type { Session } from "./session.ts";
import type { SessionInfo, SessionOrder, SessionPage, SessionPosition, SessionQuery } from "./types.ts";

/** How many are kept beyond the limit before the list is cut again. */
const SLACK = 1000;

/** The sessions that match, in order, up to a limit; only those that are shown are looked at closely. */
export function selectSessions(context: BrokerContext, query: SessionQuery): SessionPage {
  const { principal, limit, sort = "age" } = query;
  const order = ORDERS[sort];
  let best: Session[] = [];
  let total = 0;
  const cut = (): void => {
    best = best.sort(order).slice(0, limit);
  };
  for (const session of principal === undefined ? context.sessions.values() : context.sessions.of(principal)) {
    if (!matches(session, query)) continue;
    total++;
    if (best.push(session) > limit + SLACK) cut();
  }
  cut();
  return { sessions: best.map((session) => describe(session, context.clock)), total };
}

function matches(session: Session, { client, contains, connected, after }: SessionQuery): boolean {
  if (client !== undefined && session.clientId !== client) return false;
  if (contains !== undefined && !session.clientId.includes(contains)) return false;
  if (connected !== undefined && (session.connection !== null) !== connected) return false;
  return after === undefined || byAge(positionOf(session), after) > 0;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
function byAge(a: SessionPosition, b: SessionPosition): number {
  return a.created - b.created || byText(a.principal, b.principal) || byText(a.clientId, b.clientId);
}
function positionOf({ principal, clientId, created }: Session): SessionPosition {
  return { principal: principal.key, clientId, created };
}
const oldest = (a: Session, b: Session): number => byAge(positionOf(a), positionOf(b));
const most =
  (of: (session: Session) => number) =>
  (a: Session, b: Session): number =>
    of(b) - of(a) || oldest(a, b);

const ORDERS: Readonly<Record<SessionOrder, (a: Session, b: Session) => number>> = {
  age: oldest,
  since: most((session) => sinceOf(session) ?? Number.NEGATIVE_INFINITY),
  client: (a, b) => byText(a.clientId, b.clientId) || oldest(a, b),
  subscriptions: most(({ outlet }) => outlet.subscriptions.size),
  "in-flight": most(({ outlet }) => outlet.window.count),
  waiting: most(waitingOf),
  bytes: most(({ connection }) => (connection === null ? 0 : connection.bytesIn + connection.bytesOut)),
};

/** µs of the steady clock; null: a session that never had a connection or lost it. */
function sinceOf({ connection, disconnectedAt }: Session): number | null {
  return connection?.opened ?? disconnectedAt;
}
function waitingOf({ outlet }: Session): number {
  return Math.max(0, outlet.waiting - outlet.window.count);
}

/** One session as lists show it. */
export function describe(session: Session, clock: Clock): SessionInfo {
  const { connection, outlet } = session;
  // nothing came for it yet since its connection opened
  const since = sinceOf(session);
  const untouched = connection !== null && outlet.pause === "offline";
  return {
    ...positionOf(session),
    connected: connection !== null,
    since: since === null ? session.created : clock.wallOf(since),
    remote: connection?.wire.remote ?? null,
    transport: connection?.wire.transport ?? null,
    version: session.version,
    subscriptions: outlet.subscriptions.size,
    inFlight: outlet.window.count,
    waiting: waitingOf(session),
    pause: untouched ? "caught_up" : outlet.pause,
    bytesIn: connection?.bytesIn ?? 0,
    bytesOut: connection?.bytesOut ?? 0,
  };
}
