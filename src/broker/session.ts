import type { Principal } from "../auth/principal.ts";
import type { Outlet } from "../fanout/outlet.ts";
import type { SessionWill } from "../session/will.ts";
import type { Seq, StoredSession } from "../store/ports.ts";
import { packWill } from "../session/will.ts";
import type { Channel } from "./channel.ts";
import type { LastEnd, LastRefusal } from "./types.ts";

/** Characters of a refusal that are kept: one of a batch names every row. */
const MOST_SAID = 500;

/** A session: it belongs to (principal, client id), and may outlive its connection. */
export class Session {
  connection: Channel | null = null;
  /** Packet identifiers of incoming QoS 2 publishes that were recorded and not yet released [MQTT-4.3.3-10]. */
  received = new Set<number>();
  /** Seconds. */
  expiry = 0;
  version: 3 | 4 | 5 = 4;
  will: SessionWill | null = null;
  /** The token that its last connection logged in with. */
  tokenUid = 0;
  /** µs of the steady clock when the will fires, while the client is away; null: none waits. */
  willDue: number | null = null;
  /** µs of the steady clock when the connection closed; null while connected. */
  disconnectedAt: number | null = null;
  /** Among several nodes: number of the row that told others of its last login, or of one behind it; Infinity: it has none yet. */
  loginSeq: Seq = Number.POSITIVE_INFINITY;
  /** For people who ask what is wrong with it. */
  lastRefusal: LastRefusal | null = null;
  lastEnd: LastEnd | null = null;

  constructor(
    readonly key: string,
    readonly clientId: string,
    readonly principal: Principal,
    readonly outlet: Outlet,
    readonly created: number,
  ) {}

  /** A publish or a filter of it was refused. @param time µs, of the wall clock */
  refused(code: string, message: string, time: number): void {
    this.lastRefusal = { code, message: message.slice(0, MOST_SAID), time };
  }
  /** Whether the client was away for as long as the session may wait for it [MQTT-4.1.0-2]. */
  isOver(now: number): boolean {
    return this.disconnectedAt !== null && this.disconnectedAt + this.expiry * 1e6 <= now;
  }
  /** What is stored of it, for after the connection and for a restart [MQTT-3.1.2-23]. */
  get row(): StoredSession {
    return {
      id: this.outlet.stored,
      principal: this.principal.key,
      clientId: this.clientId,
      version: this.version,
      expiry: this.expiry,
      created: this.created,
      disconnectedAt: this.disconnectedAt,
      will: packWill(this.will),
    };
  }
}

/** Client ids belong to their principal: two accounts may use the same one without ever meeting [MQTT-3.1.3-2]. */
export function sessionKey(principal: string, clientId: string): string {
  return `${principal}\0${clientId}`;
}
