import {
  replayAcked,
  replayAssigned,
  replayDone,
  replayPassed,
  replayReceived,
  replayTaken,
  unpackState,
} from "../fanout/checkpoint.ts";
import { targetFor } from "../fanout/free-routes.ts";
import type { Keeper } from "../fanout/host.ts";
import { isGroup } from "../fanout/shares.ts";
import { subscriptionOf } from "../fanout/subscription.ts";
import { printValue } from "../measure/index.ts";
import { unpackWill } from "../session/will.ts";
import { SLOT_ASSIGNED, SLOT_SENT } from "../session/window.ts";
import type { DeviceLogStore, LogStore, RecoveredSession, RetainedStore, Seq, SessionStore } from "../store/ports.ts";
import { Kind, RecordReader, TAG_PUBLISHED } from "../store/record.ts";
import type { Broker } from "./broker.ts";
import { endSession } from "./departures.ts";
import { type Session, sessionKey } from "./session.ts";

/** What is told up to these is known already. */
interface Floors {
  /** Of messages to be queued: those in the state, and those that were in chunks. */
  readonly rows: Map<Keeper, Seq>;
  /** Of what became of a group's messages. */
  readonly groups: Map<Keeper, Seq>;
}
interface Restored {
  readonly session: Session;
  readonly floor: Seq;
}
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** What a start reads of the store. */
export type Stored = Pick<LogStore, "replay"> &
  Pick<SessionStore, "sessions"> &
  Pick<RetainedStore, "retained"> &
  Pick<DeviceLogStore, "presence">;

/**
 * Brings the stored sessions back: subscriptions and checkpointed state first, then the log rows after each session's
 * floor are matched once more and the session operations among them are applied (docs/engine.md section 4).
 * Nothing is committed meanwhile: a checkpoint of what is half there would say that the rest was dealt with.
 * @param newest number of the log's last row @param now µs of the steady clock
 */
export async function recoverSessions(broker: Broker, store: Stored, newest: Seq, now: number): Promise<void> {
  const release = broker.ingest.commits.batcher.hold();
  try {
    await recover(broker, store, newest, now);
  } finally {
    release();
  }
}

async function recover(broker: Broker, store: Stored, newest: Seq, now: number): Promise<void> {
  const { retained } = broker.hub;
  for await (const piece of store.retained()) retained.load([piece]);
  for (const uid of retained.workspaces) if (!broker.directory.workspace(uid)) retained.forget(uid);
  const restored = new Map<number, Restored>();
  const floors: Floors = { rows: new Map(), groups: new Map() };
  // first the shared subscriptions, which the sessions join
  const sessions: RecoveredSession[] = [];
  let lowest = newest;
  for await (const piece of store.sessions())
    for (const stored of piece) {
      lowest = Math.min(lowest, stored.floor);
      if (isGroup(stored.session)) restoreGroup(broker, stored, floors);
      else sessions.push(stored);
    }
  for (const stored of sessions) {
    const session = restore(broker, stored);
    if (session) {
      restored.set(stored.session.id, { session, floor: stored.floor });
      floors.rows.set(session.outlet, Math.max(stored.floor, stored.queued));
    } else broker.hub.operation({ op: "session_delete", id: stored.session.id });
  }
  broker.hub.shares.settle();
  if (restored.size > 0) {
    broker.hub.recovering = true;
    for await (const record of store.replay(lowest))
      replay(broker, restored, floors, new RecordReader(record.body, record.firstSeq));
    broker.hub.recovering = false;
  }
  for (const { session } of restored.values()) settle(session, now, newest);
  for (const group of broker.hub.shares.values()) group.trim();
  broker.hub.ledger.settled();
  for await (const rows of store.presence()) broker.presence.load(rows, broker.clock.wallOf(now));
  // whose time is over, or that ended with the connection that the server's end closed, does not come back
  broker.tick();
}

function restoreGroup(broker: Broker, stored: RecoveredSession, floors: Floors): void {
  const { session: row, state, chunks, floor, queued } = stored;
  const group = broker.hub.shares.restore(broker.needs.topics, row, state, chunks);
  floors.groups.set(group, floor);
  floors.rows.set(group, Math.max(floor, queued));
}
function restore(broker: Broker, stored: RecoveredSession): Session | null {
  const { session: row } = stored;
  const principal = broker.needs.authority.principalOf(row.principal);
  if (!principal) return null;
  const session = broker.sessions.create(sessionKey(row.principal, row.clientId), row.clientId, principal, row.created);
  const { outlet } = session;
  session.version = row.version;
  session.expiry = row.expiry;
  session.disconnectedAt = row.disconnectedAt;
  session.will = principal.mqtt ? unpackWill(row.will) : null;
  outlet.stored = row.id;
  outlet.version = row.version;
  for (const s of stored.subscriptions) {
    const subscription = subscriptionOf(broker.needs.topics, outlet, s);
    outlet.subscriptions.set(s.filter, subscription);
    broker.hub.subscribe(subscription);
  }
  if (stored.state !== null) {
    const { received, token } = unpackState(outlet, stored.state, (number) => broker.hub.shares.stored(number));
    session.received = received;
    session.tokenUid = token;
    // revoked while the server was down: all of the session is discarded
    if (token > 0 && !broker.directory.token(token)) {
      outlet.stored = 0; // the caller deletes it
      endSession(broker, session);
      return null;
    }
  }
  outlet.backlog.recover(stored.chunks);
  return session;
}

function replay(broker: Broker, restored: ReadonlyMap<number, Restored>, floors: Floors, reader: RecordReader): void {
  while (reader.next()) {
    if (reader.isMeasurement) {
      if (reader.flags & TAG_PUBLISHED) replayRow(broker, floors.rows, reader);
      continue;
    }
    if (reader.isMessage) {
      replayMessage(broker, restored, floors.rows, reader);
      continue;
    }
    if (reader.kind === Kind.Taken) {
      replayTake(broker, restored, floors.groups, reader);
      continue;
    }
    const one = restored.get(reader.id);
    if (!one && reader.kind === Kind.Passed) replayOverflow(broker, floors.groups, reader);
    if (!one || reader.seq <= one.floor) continue;
    const { session } = one;
    switch (reader.kind) {
      case Kind.In2Received:
        session.received.add(reader.a);
        break;
      case Kind.In2Released:
        session.received.delete(reader.a);
        break;
      case Kind.OutAssigned:
        replayAssigned(session.outlet, reader.a, reader.b);
        break;
      case Kind.Passed:
        replayPassed(session.outlet, reader.a, reader.b);
        break;
      case Kind.OutReceived:
        replayReceived(session.outlet, reader.a);
        break;
      case Kind.OutDone:
        replayDone(session.outlet, reader.a);
        break;
      case Kind.Acked:
        replayAcked(session.outlet, reader.a);
        break;
    }
  }
}
/** The queue of a shared subscription overflowed. */
function replayOverflow(broker: Broker, floors: ReadonlyMap<Keeper, Seq>, { id, a, seq }: RecordReader): void {
  const group = broker.hub.shares.stored(id);
  if (group && seq > (floors.get(group) ?? Number.POSITIVE_INFINITY)) group.replayPassed(a);
}
/** A message went from a shared subscription to a session. */
function replayTake(
  broker: Broker,
  restored: ReadonlyMap<number, Restored>,
  floors: ReadonlyMap<Keeper, Seq>,
  { taken, seq }: RecordReader,
): void {
  const group = broker.hub.shares.stored(taken.group);
  if (group && seq > (floors.get(group) ?? Number.POSITIVE_INFINITY)) group.replayTaken(taken.seq, taken.groupTakes);
  const one = restored.get(taken.session);
  if (one && seq > one.floor) replayTaken(one.session.outlet, taken, group);
}
function replayRow(broker: Broker, floors: ReadonlyMap<Keeper, Seq>, reader: RecordReader): void {
  const { series } = broker.needs;
  const device = series.device(reader.id);
  const field = series.field(reader.id);
  if (!device || !field) return;
  let payload: Uint8Array | null = null;
  for (const m of broker.hub.routes.merge(device, field, reader.seq).values()) {
    if (m.qos === 0 || reader.seq <= (floors.get(m.outlet) ?? Number.POSITIVE_INFINITY)) continue;
    payload ??= utf8.encode(printValue(field.row.type, reader.value, device.product.row.boolText));
    const { time, deadline, seq, id } = reader;
    m.outlet.enqueue(m.qos, m.retain, seq, id, time, deadline, m.ids, null, payload, 0, payload.length);
  }
  for (const { group, retain } of broker.hub.routes.sharesOfSeries(device, field)) {
    if (!group.queues || reader.seq <= (floors.get(group) ?? Number.POSITIVE_INFINITY)) continue;
    payload ??= utf8.encode(printValue(field.row.type, reader.value, device.product.row.boolText));
    const { time, deadline, seq, id } = reader;
    group.enqueue(2, retain, seq, id, time, deadline, null, null, payload, 0, payload.length);
  }
}

/** The same for a message on a free topic. */
function replayMessage(
  broker: Broker,
  restored: ReadonlyMap<number, Restored>,
  floors: ReadonlyMap<Keeper, Seq>,
  reader: RecordReader,
): void {
  const { buf, id: workspace, seq, b: qos, deadline, propsAt, payloadAt, payloadEnd } = reader;
  if (qos === 0) return;
  const topic = buf.subarray(reader.topicAt, propsAt);
  const name = text.decode(topic);
  const sender = restored.get(reader.a)?.session.outlet ?? null;
  for (const one of broker.hub.routes.free.make(workspace, name, name.split("/"), seq)) {
    const target = targetFor(one, sender);
    const level = Math.min(qos, target?.qos ?? 0);
    if (target === null || level === 0 || seq <= (floors.get(target.outlet) ?? Number.POSITIVE_INFINITY)) continue;
    const retain = reader.retain && target.retainAsPublished;
    const props = payloadAt - propsAt;
    target.outlet.enqueue(level, retain, seq, props, workspace, deadline, target.ids, topic, buf, propsAt, payloadEnd);
  }
  for (const group of broker.hub.routes.free.shares(workspace, name, name.split("/"))) {
    if (!group.queues || seq <= (floors.get(group) ?? Number.POSITIVE_INFINITY)) continue;
    const props = payloadAt - propsAt;
    group.enqueue(qos, reader.retain, seq, props, workspace, deadline, null, topic, buf, propsAt, payloadEnd);
  }
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
