import { apiUserOfSpace } from "../auth/free.ts";
import { isGroup } from "../fanout/share-rows.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceLogStore, LogStore, RecoveredSession, RetainedStore, Seq, SessionStore } from "../store/ports.ts";
import type { BrokerContext } from "./context.ts";
import type { Floors, Restored } from "./hearers.ts";
import { mergeParts, restoreShare } from "./merge-parts.ts";
import { Replay } from "./replay.ts";
import { knownOf, restoreSession, settle } from "./restore.ts";
import type { Session } from "./session.ts";

/** The broker, when it starts. */
interface Recovering extends BrokerContext {
  /** Looks after what is due. */
  tick(): void;
}
/** What a start reads of the store. */
type Stored = Pick<LogStore, "replay"> &
  Pick<SessionStore, "sessions" | "owners"> &
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
  const { elsewhere, hub } = context;
  if (elsewhere)
    for await (const piece of store.owners()) {
      elsewhere.load(piece);
      for (const row of piece) if (isGroup(row)) hub.shares.parts?.found.push(row.id);
    }
  const restored = new Map<number, Restored>();
  const floors: Floors = { rows: new Map(), groups: new Map() };
  // first the shared subscriptions, which the sessions join
  const sessions: RecoveredSession[] = [];
  let lowest = newest;
  for await (const piece of store.sessions())
    for (const stored of piece) {
      if (elsewhere?.brings(stored) === false) continue;
      lowest = Math.min(lowest, stored.floor);
      if (isGroup(stored.session)) restoreGroup(context, stored, floors);
      else sessions.push(stored);
    }
  for (const stored of sessions) {
    const session = restoreSession(context, stored);
    if (session) {
      enter(context, session);
      restored.set(stored.session.id, { session, floor: stored.floor });
      floors.rows.set(session.outlet, knownOf(stored));
    } else context.hub.operation({ op: "session_delete", id: stored.session.id });
  }
  // among several nodes members may be elsewhere
  if (elsewhere === null) context.hub.shares.settle();
  if (restored.size > 0) {
    context.hub.recovering = true;
    const replay = new Replay(context, restored, floors);
    for await (const record of store.replay(lowest)) replay.record(record);
    context.hub.recovering = false;
  }
  if (elsewhere === null) await mergeParts(context);
  for (const { session } of restored.values()) settle(session, now, newest);
  for (const group of context.hub.shares.values()) group.trim();
  context.hub.ledger.settled();
  for await (const rows of store.presence()) context.presence.load(rows, context.clock.wallOf(now));
  // whose time is over, or that ended with the connection that the server's end closed, does not come back
  context.tick();
}

function enter({ sessions, hub, elsewhere }: BrokerContext, session: Session): void {
  sessions.add(session);
  for (const s of session.outlet.subscriptions.values()) hub.subscribe(s);
  // another node may hear of a later login than this one has
  if (elsewhere !== null) session.loginSeq = 0;
}
function restoreGroup(context: BrokerContext, stored: RecoveredSession, floors: Floors): void {
  const group = restoreShare(context, stored);
  floors.groups.set(group, stored.floor);
  floors.rows.set(group, knownOf(stored));
}
