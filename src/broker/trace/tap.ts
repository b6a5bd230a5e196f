import type { Micros } from "../../base/types.ts";
import type { Sink } from "../../fanout/outbox.ts";
import type { OutboundAliases } from "../../session/outbound.ts";
import type { Owner, Phase } from "../channel.ts";
import type { Wire } from "../wire.ts";
import { Cutter } from "./cutter.ts";
import { type Facts, factsOf, seePacket, type Seen } from "./packets.ts";
import type { Seer, Trace } from "./trace.ts";

const text = new TextDecoder();

/** The connection that a tap is on. */
export interface Tapped {
  readonly wire: Pick<Wire, "remote" | "write">;
  readonly phase: Phase;
  readonly version: 3 | 4 | 5;
  readonly session: Pick<Owner, "clientId" | "principal"> | null;
  readonly aliases: OutboundAliases | null;
  readonly tap: Tap | null;
  /** Lets a tap see what comes and leaves from now on; null: not any more. */
  tapWith(tap: Tap | null): void;
}
/** The traces that are on. */
interface TapHost {
  readonly traces: Iterable<Trace>;
  /** µs, of the wall clock. */
  now(): Micros;
  /** A mistake of ours. */
  failed(connection: Tapped, error: unknown): void;
}

/** What was seen before it is known whether a trace wants it. */
const MOST_HELD = 20;

interface Held {
  readonly time: number;
  /** @param payload whether payloads are shown */
  readonly facts: (payload: boolean) => Facts;
  /** Traces that have it already. */
  readonly told: Set<Trace>;
}

/**
 * Stands between a connection and its stream while somebody traces it: sees the bytes of both directions, and changes
 * nothing. A mistake in here ends the tap, never the connection.
 */
export class Tap implements Sink, Seer {
  readonly remote: string;
  client: string | null = null;
  principal: string | null = null;
  private version: 0 | 3 | 4 | 5 = 0;
  private held: Held[] = [];
  private readonly incoming: Cutter;
  private readonly outgoing: Cutter;

  /** @param unfinished bytes still to leave of a packet whose beginning has left */
  constructor(
    private readonly connection: Tapped,
    private readonly tracing: TapHost,
    unfinished: number,
  ) {
    this.remote = connection.wire.remote;
    if (connection.phase !== "connect") this.version = connection.version;
    this.incoming = new Cutter((head, total) => this.packet("in", head, total), 0);
    this.outgoing = new Cutter((head, total) => this.packet("out", head, total), unfinished);
    this.identify();
  }

  /** From now on it sees what comes and leaves. */
  begin(): void {
    if (this.connection.tap !== this) this.connection.tapWith(this);
  }
  /** Bytes came from the client. */
  received(bytes: Uint8Array): void {
    this.safely(() => this.incoming.feed(bytes));
  }
  /** Bytes for the client: what the stream took of them was sent. */
  write(bytes: Uint8Array): number {
    const taken = this.connection.wire.write(bytes);
    if (taken > 0) this.safely(() => this.outgoing.feed(bytes.subarray(0, taken)));
    return taken;
  }
  /** Something that is no packet. @param facts of it; @param more only shown with payloads */
  note(event: string, facts: Facts, more: Facts = {}): void {
    this.safely(() => this.event((payload) => ({ event, ...facts, ...(payload ? more : {}) })));
  }

  private safely(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.tracing.failed(this.connection, error);
    }
  }
  private packet(direction: "in" | "out", head: Uint8Array, total: number): void {
    const seen = seePacket(this.version, head, total);
    if (direction === "in" && seen.packet?.type === "connect") {
      this.version = seen.packet.version;
      this.client ??= seen.packet.clientId === "" ? null : seen.packet.clientId;
    }
    const named = direction === "out" ? this.named(seen) : seen;
    this.event((payload) => shown(direction, named, payload));
  }
  /** With the topic of a delivery that has but its alias, which would say nothing to people. */
  private named(seen: Seen): Seen {
    const { packet } = seen;
    if (packet?.type !== "publish" || packet.topic !== "") return seen;
    const topic = this.connection.aliases?.topic(packet.properties?.topicAlias ?? 0);
    return topic === undefined ? seen : { ...seen, packet: { ...packet, topic: text.decode(topic) } };
  }
  /** Once the login has succeeded, it is known who it is. */
  private identify(): void {
    const { session } = this.connection;
    if (session === null) return;
    this.client = session.clientId;
    this.principal = session.principal.key;
  }
  private event(facts: Held["facts"]): void {
    this.identify();
    const time = this.tracing.now();
    this.held.push({ time, facts, told: new Set() });
    if (this.held.length > MOST_HELD) this.held.shift();
    let open = false;
    for (const trace of this.tracing.traces) {
      if (trace.matches(this)) this.tell(trace);
      else open ||= trace.mayMatch(this);
    }
    if (open) return;
    const wanted = this.held.at(-1)?.told.size !== 0;
    this.held = [];
    if (!wanted) this.connection.tapWith(null);
  }
  private tell(trace: Trace): void {
    const who = { client: this.client, principal: this.principal, remote: this.remote };
    for (const { time, facts, told } of this.held) {
      if (told.has(trace)) continue;
      told.add(trace);
      trace.tell(time, { ...who, ...facts(trace.wish.payload) });
    }
  }
}

function shown(direction: "in" | "out", { name, bytes, packet, facts }: Seen, payload: boolean): Facts {
  return { direction, packet: name, bytes, ...(packet === null ? facts : factsOf(packet, payload)) };
}
