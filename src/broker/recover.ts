import { apiUserOfSpace } from "../auth/free.ts";
import { unpackState } from "../fanout/checkpoint.ts";
import { isGroup } from "../fanout/shares.ts";
import { subscriptionOf } from "../fanout/subscription.ts";
import type { Directory } from "../fleet/directory.ts";
import { unpackWill } from "../session/will.ts";
import { SLOT_ASSIGNED, SLOT_SENT } from "../session/window.ts";
import type { DeviceLogStore, LogStore, RecoveredSession, RetainedStore, Seq, SessionStore } from "../store/ports.ts";
import type { BrokerContext } from "./context.ts";
import { endSession } from "./departures.ts";
import { type Floors, type Known, Replay, type Restored } from "./replay.ts";
import { type Session, sessionKey } from "./session.ts";

/** The broker, when it starts. */
interface Recovering extends BrokerContext {
  /** Looks after what is due. */
  tick(): void;
}
/** What a start reads of the store. */
type Stored = Pick<LogStore, "replay"> &
  Pick<SessionStore, "sessions"> &
  Pick<RetainedStore, "retained"> &
  Pick<DeviceLogStore, "presence">;

/**
 * Brings the stored sessions back: subscriptions and checkpointed state first, then the log rows after each session's
 * floor are matched once more and the session operations among them are applied (docs/engine.md section 4).
 * Nothing is committed meanwhile: a checkpoint of what is half there would say that the rest was dealt with.
 * @param newest number of the log's last row @param now µs of the steady clock
 */
export async function recoverSessions(context: Recovering, store: Stored, newest: Seq, now: number): Promise<void> {
  const release = context.ingest.commits.batcher.hold();
  try {
    await recover(context, store, newest, now);
  } finally {
    release();
  }
}

/** Whether those are there whose free topics have this number. */
function hasOwner(directory: Directory, space: number): boolean {
  const apiUser = apiUserOfSpace(space);
  return (apiUser === null ? directory.workspace(space) : directory.apiUser(apiUser)) !== undefined;
}
async function recover(context: Recovering, store: Stored, newest: Seq, now: number): Promise<void> {
  const { retained } = context.hub;
  for await (const piece of store.retained()) retained.load([piece]);
  for (const uid of retained.workspaces) if (!hasOwner(context.directory, uid)) retained.forget(uid);
  const restored = new Map<number, Restored>();
  const floors: Floors = { rows: new Map(), groups: new Map() };
  // first the shared subscriptions, which the sessions join
  const sessions: RecoveredSession[] = [];
  let lowest = newest;
  for await (const piece of store.sessions())
    for (const stored of piece) {
      lowest = Math.min(lowest, stored.floor);
      if (isGroup(stored.session)) restoreGroup(context, stored, floors);
      else sessions.push(stored);
    }
  for (const stored of sessions) {
    const session = restore(context, stored);
    if (session) {
      restored.set(stored.session.id, { session, floor: stored.floor });
      floors.rows.set(session.outlet, knownOf(stored));
    } else context.hub.operation({ op: "session_delete", id: stored.session.id });
  }
  context.hub.shares.settle();
  if (restored.size > 0) {
    context.hub.recovering = true;
    const replay = new Replay(context, restored, floors);
    for await (const record of store.replay(lowest)) replay.record(record);
    context.hub.recovering = false;
  }
  for (const { session } of restored.values()) settle(session, now, newest);
  for (const group of context.hub.shares.values()) group.trim();
  context.hub.ledger.settled();
  for await (const rows of store.presence()) context.presence.load(rows, context.clock.wallOf(now));
  // whose time is over, or that ended with the connection that the server's end closed, does not come back
  context.tick();
}

function restoreGroup(context: BrokerContext, stored: RecoveredSession, floors: Floors): void {
  const { session: row, state, chunks, floor } = stored;
  const group = context.hub.shares.restore(context.topics, row, state, chunks);
  floors.groups.set(group, floor);
  floors.rows.set(group, knownOf(stored));
}
/** What of the log is in a session's state or chunks; what it had in memory before its first chunk is not. */
function knownOf({ floor, queued, chunks }: RecoveredSession): Known {
  return { floor, from: chunks[0]?.firstSeq ?? 0, to: queued };
}
function restore(context: BrokerContext, stored: RecoveredSession): Session | null {
  const { session: row } = stored;
  const principal = context.authority.principalOf(row.principal);
  if (!principal) return null;
  const session = context.sessions.create(
    sessionKey(row.principal, row.clientId),
    row.clientId,
    principal,
    row.created,
  );
  const { outlet } = session;
  session.version = row.version;
  session.expiry = row.expiry;
  session.disconnectedAt = row.disconnectedAt;
  session.will = principal.mqtt ? unpackWill(row.will) : null;
  outlet.stored = row.id;
  outlet.version = row.version;
  for (const s of stored.subscriptions) {
    const subscription = subscriptionOf(context.topics, outlet, s);
    outlet.subscriptions.set(s.filter, subscription);
    context.hub.subscribe(subscription);
  }
  if (stored.state !== null) {
    const { received, token } = unpackState(outlet, stored.state, (number) => context.hub.shares.stored(number));
    session.received = received;
    session.tokenUid = token;
    // revoked while the server was down: all of the session is discarded
    if (token > 0 && !context.directory.token(token)) {
      outlet.stored = 0; // the caller deletes it
      endSession(context, session);
      return null;
    }
  }
  outlet.backlog.recover(stored.chunks);
  return session;
}

/**
 * A session that was connected when the server went down counts as disconnected now.
 * @param newest of all rows in the log
 */
function settle(session: Session, now: number, newest: Seq): void {
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
