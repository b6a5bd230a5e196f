import type { Clock } from "../base/types.ts";
import type { Outlet } from "../fanout/outlet.ts";
import { SLOT_RECEIVED } from "../session/window.ts";
import type { BrokerContext } from "./context.ts";
import { describe } from "./listing.ts";
import { nothingThere } from "./nothing.ts";
import { type Session, sessionKey } from "./session.ts";
import type { FilterInfo, SessionDetails, Some, WillInfo } from "./types.ts";

/** What an answer shows of a session's filters: so many, and so many characters of them. */
const MOST_FILTERS = 1000;
const MOST_CHARACTERS = 262_144;
const MOST_IDS = 100;

/** Everything that can be told of one session; null: there is none. @param principal key of its account */
export function inspectSession(context: BrokerContext, principal: string, clientId: string): SessionDetails | null {
  const session = context.sessions.get(sessionKey(principal, clientId));
  if (!session) return null;
  const { connection, outlet } = session;
  return {
    ...describe(session, context.clock),
    tls: connection?.wire.tls ?? null,
    expiry: session.expiry,
    stored: outlet.stored > 0,
    keepAlive: connection?.keepAlive ?? 0,
    lastHeard: connection === null ? null : context.clock.wallOf(connection.lastSeen),
    packetsIn: connection?.packetsIn ?? 0,
    packetsOut: connection?.box.packets ?? 0,
    unsent: connection?.box.unsent ?? 0,
    filters: filtersOf(context, outlet),
    incoming: connection?.inbound.inFlight ?? 0,
    incomingUnreleased: some(session.received),
    maxInFlight: outlet.maxInflight,
    outgoingUnreleased: some(unreleased(outlet)),
    waitingBytes: (outlet.queue?.bytes ?? 0) + outlet.backlog.bytes,
    storedChunks: outlet.backlog.chunkCount,
    dropped: outlet.dropped,
    will: willOf(session, context.clock),
    bridge: connection?.bridge ?? false,
    ...sizeOf(session),
    lastRefusal: session.lastRefusal,
    lastEnd: session.lastEnd,
  };
}

function sizeOf({ connection }: Session): Pick<SessionDetails, "maxPacket" | "tooLarge"> {
  if (connection === null) return { maxPacket: null, tooLarge: { count: 0, least: 0 } };
  const { maxPacket, oversize } = connection;
  return {
    maxPacket: Number.isFinite(maxPacket) ? maxPacket : null,
    tooLarge: oversize.count === 0 ? { count: 0, least: 0 } : { ...oversize },
  };
}
function filtersOf(context: BrokerContext, outlet: Outlet): FilterInfo[] {
  const shown: FilterInfo[] = [];
  let characters = 0;
  for (const s of outlet.subscriptions.values()) {
    characters += s.filter.length + s.canonical.length;
    if (shown.length >= MOST_FILTERS || characters > MOST_CHARACTERS) break;
    const { filter, canonical, qos, noLocal, retainAsPublished, retainHandling, identifier } = s;
    const note = nothingThere(context.topics, context.directory, outlet.principal, canonical, false);
    shown.push({ filter, canonical, qos, noLocal, retainAsPublished, retainHandling, identifier, note });
  }
  return shown;
}
function* unreleased({ window }: Outlet): Generator<number> {
  for (let i = 0; i < window.count; i++) if (window.stateAt(i) === SLOT_RECEIVED) yield window.packetId(i);
}
function some(all: Iterable<number>): Some {
  const ids: number[] = [];
  let count = 0;
  for (const id of all) if (count++ < MOST_IDS) ids.push(id);
  return { count, ids };
}
function willOf({ will, willDue }: Session, clock: Clock): WillInfo | null {
  if (will === null) return null;
  const { topic, qos, retain, delay, payload } = will;
  return {
    topic,
    qos,
    retain,
    delay,
    payloadBytes: payload.length,
    due: willDue === null ? null : clock.wallOf(willDue),
  };
}
