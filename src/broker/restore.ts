import { unpackState } from "../fanout/checkpoint.ts";
import { Outlet } from "../fanout/outlet.ts";
import { subscriptionOf } from "../fanout/subscription.ts";
import { unpackWill } from "../session/will.ts";
import { SLOT_ASSIGNED, SLOT_SENT } from "../session/window.ts";
import type { RecoveredSession, Seq } from "../store/ports.ts";
import type { BrokerContext } from "./context.ts";
import type { Known } from "./hearers.ts";
import { Session, sessionKey } from "./session.ts";

/** What of the log is in a session's state or chunks; what it had in memory before its first chunk is not. */
export function knownOf({ floor, queued, chunks }: RecoveredSession): Known {
  return { floor, from: chunks[0]?.firstSeq ?? 0, to: queued };
}

/** A session as it was stored, with subscriptions that nothing knows of yet; null: nobody can come back to it. */
export function restoreSession(context: BrokerContext, stored: RecoveredSession): Session | null {
  const { session: row } = stored;
  const principal = context.authority.principalOf(row.principal);
  if (!principal) return null;
  const key = sessionKey(row.principal, row.clientId);
  const outlet = new Outlet(key, principal, context.hub);
  const session = new Session(key, row.clientId, principal, outlet, row.created);
  session.version = row.version;
  session.expiry = row.expiry;
  session.disconnectedAt = row.disconnectedAt;
  session.will = principal.mqtt ? unpackWill(row.will) : null;
  outlet.stored = row.id;
  outlet.version = row.version;
  for (const s of stored.subscriptions) outlet.subscriptions.set(s.filter, subscriptionOf(context.topics, outlet, s));
  if (stored.state !== null) {
    const { received, token } = unpackState(outlet, stored.state, (number) => context.hub.shares.partOf(number));
    session.received = received;
    session.tokenUid = token;
    if (isDiscarded(context, session)) return null;
  }
  outlet.backlog.recover(stored.chunks);
  return session;
}
/** Its account is gone, or its token was revoked while nobody had it: all of it is discarded. */
export function isDiscarded({ authority, directory }: BrokerContext, { principal, tokenUid }: Session): boolean {
  return authority.principalOf(principal.key) !== principal || (tokenUid > 0 && !directory.token(tokenUid));
}

/**
 * A session that was connected when its server went down counts as disconnected now.
 * @param newest of all rows in the log
 */
export function settle(session: Session, now: number, newest: Seq): void {
  const { outlet } = session;
  const { window } = outlet;
  for (let i = 0; i < window.count; i++) if (window.stateAt(i) === SLOT_ASSIGNED) window.setState(i, SLOT_SENT);
  if (session.disconnectedAt === null) outlet.crashed(newest);
  outlet.trim();
  // never later than now: what says when a session ends must not be put off by a clock that was ahead
  const since = Math.min(session.disconnectedAt ?? now, now);
  session.disconnectedAt = since;
  if (session.will !== null) session.willDue = since + Math.min(session.will.delay, session.expiry) * 1e6;
}
