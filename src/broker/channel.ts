import type { Principal } from "../auth/principal.ts";
import type { Link } from "../fanout/link.ts";
import type { Outlet } from "../fanout/outlet.ts";
import type { Turn } from "../ingest/turn.ts";
import type { FreeTopic } from "../ingest/free-topic.ts";
import type { TopicEntry } from "../ingest/target.ts";
import type { Inbound } from "../session/inbound.ts";
import type { Acks } from "./acks.ts";
import type { Wire } from "./wire.ts";

/** `login`: it waits for the store; `refused`: its refusal has not left yet, and nothing more is read. */
export type Phase = "connect" | "login" | "refused" | "open" | "closed";

/** Whose connection it is. */
export interface Owner {
  readonly clientId: string;
  readonly principal: Principal;
  readonly outlet: Outlet;
  /** Packet identifiers of incoming QoS 2 publishes that are not released. */
  readonly received: Set<number>;
}

/** What of a connection is only for people. */
interface ChannelFigures {
  /** µs of the steady clock: of the opening, and of the last packet. */
  readonly opened: number;
  readonly lastSeen: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  /** Seconds; 0: off. */
  readonly keepAlive: number;
  /** Deliveries that were larger than its Maximum Packet Size, and bytes of the smallest of them. */
  readonly oversize: { readonly count: number; readonly least: number };
}

/** Sees what happens on a connection that somebody traces. */
interface Watcher {
  /** Something that is no packet. @param facts of it; @param more only shown with payloads */
  note(event: string, facts: Readonly<Record<string, unknown>>, more?: Readonly<Record<string, unknown>>): void;
}

/** The open MQTT connection of a client: all that verbs may know of it and do to it. */
export interface Channel extends Link, ChannelFigures {
  /** Where it comes from: address, certificate. What is written to it goes through `send`. */
  readonly wire: Pick<Wire, "remote" | "local" | "certificate" | "transport" | "tls" | "isTold">;
  readonly version: 3 | 4 | 5;
  /** Packets are read: it has logged in, and has not ended. */
  readonly open: boolean;
  /** Null before the login. */
  readonly session: Owner | null;
  /** Topic aliases from the client, and how many publishes it has in flight. */
  readonly inbound: Inbound;
  /** Answers, in their order; those that wait for a commit. */
  readonly acks: Acks;
  /** It wants to be told reasons [MQTT-3.1.2-29]. */
  readonly problemInformation: boolean;
  /** The client said that it is a bridge: another broker. */
  readonly bridge: boolean;
  /** Null: nobody traces it. */
  readonly tap: Watcher | null;
  /** Of the batch that it published into last. */
  lastTurn: Turn | null;

  /** Where a topic leads, if that is known already. */
  find(buf: Uint8Array, start: number, end: number): TopicEntry | null;
  /** The free topic of a publish; null: refused, see `FreeMessages.whyNot`. */
  findFree(principal: Principal, buf: Uint8Array, start: number, end: number): FreeTopic | null;
  /** Appends a packet to what leaves in this turn. */
  send(bytes: Uint8Array): void;
  /**
   * Ends it from our side; in v5 a DISCONNECT says why.
   * @param reason v5 reason code, at least 0x80 or 0x00; @param why for the log and the metric; @param text for its people
   */
  disconnect(reason: number, why: string, text: string): void;
  /** Ends it, and nothing is said. @param byClient the stream ended by itself */
  finish(why: string, byClient: boolean): void;
}
