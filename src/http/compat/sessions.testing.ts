import type { SessionDetails, SessionPage, SessionQuery, TraceLines, TraceWish } from "../../broker/types.ts";
import type { SessionTable } from "../../admin/types.ts";

/** A session of which nothing is known but who it is. */
export function sessionOf(
  principal: string,
  clientId: string,
  created: number,
  more: Partial<SessionDetails> = {},
): SessionDetails {
  return {
    principal,
    clientId,
    created,
    connected: true,
    since: created,
    remote: "192.0.2.7",
    transport: "tls",
    version: 5,
    subscriptions: 0,
    inFlight: 0,
    waiting: 0,
    pause: "caught_up",
    bytesIn: 0,
    bytesOut: 0,
    tls: "TLSv1.3",
    expiry: 0,
    stored: false,
    keepAlive: 60,
    lastHeard: created,
    packetsIn: 0,
    packetsOut: 0,
    unsent: 0,
    filters: [],
    incoming: 0,
    incomingUnreleased: { count: 0, ids: [] },
    maxInFlight: 20,
    outgoingUnreleased: { count: 0, ids: [] },
    waitingBytes: 0,
    storedChunks: 0,
    dropped: 0,
    will: null,
    bridge: false,
    maxPacket: null,
    tooLarge: { count: 0, least: 0 },
    lastRefusal: null,
    lastEnd: null,
    ...more,
  };
}

/** A table of sessions in which nothing happens by itself. */
export class MemorySessions implements SessionTable {
  all: SessionDetails[] = [];
  /** Queries that came. */
  readonly queries: SessionQuery[] = [];
  /** Clients whose connection was ended. */
  readonly cut: string[] = [];

  /** Traces that were asked for, and the lines that each of them has; then it is over. */
  readonly traces: TraceWish[] = [];
  lines: string[] = [];
  closed = 0;

  trace(wish: TraceWish): TraceLines {
    this.traces.push(wish);
    const waiting = [...this.lines];
    return { next: async () => waiting.shift() ?? null, close: () => void this.closed++ };
  }
  select(query: SessionQuery): SessionPage {
    this.queries.push(query);
    const { principal, client, connected, after, limit } = query;
    const found = this.all.filter(
      (s) =>
        (principal === undefined || s.principal === principal) &&
        (client === undefined || s.clientId === client) &&
        (connected === undefined || s.connected === connected) &&
        (after === undefined || s.created > after.created),
    );
    return { sessions: found.slice(0, limit), total: found.length };
  }
  inspect(principal: string, clientId: string): SessionDetails | null {
    return this.all.find((s) => s.principal === principal && s.clientId === clientId) ?? null;
  }
  disconnect(principal: string, clientId: string): boolean {
    const found = this.inspect(principal, clientId)?.connected === true;
    if (found) this.cut.push(`${principal} ${clientId}`);
    return found;
  }
  disconnectAll(principal: string): number {
    return this.all.filter((s) => s.principal === principal && this.disconnect(principal, s.clientId)).length;
  }
}
