import type { Micros } from "../../base/types.ts";

/** `pending`: it is being connected for the first time, or anew; `error`: that failed, and is tried again; `paused`: somebody paused it. */
type BrokerState = "pending" | "connected" | "error" | "paused";

/** How a route is, where it is not as it should be. */
interface RouteTrouble {
  /** Its place in the list. */
  readonly route: number;
  readonly reason: string;
}

/** How an external broker is. */
export interface BrokerStatus {
  readonly state: BrokerState;
  /** Why it is in error, in words; null: it is not. */
  readonly reason: string | null;
  /** Since when it is in that state. */
  readonly since: Micros;
  /** The address that it is connected to, or was last tried at; null: none yet. */
  readonly address: string | null;
  /** The version of MQTT of the connection; null: there is none. */
  readonly protocol: "5" | "3.1.1" | "3.1" | null;
  /** When it is tried again; null: nothing is due. */
  readonly nextTry: Micros | null;
  /** Messages that came from it and that it has acknowledged, since the start. */
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Of those: what was not taken, here or there. */
  readonly refusedIn: number;
  readonly refusedOut: number;
  /** What was not sent for it was too old, or was let go of since the log was too long. */
  readonly dropped: number;
  /** Messages on their way to it, without an acknowledgement yet. */
  readonly inFlight: number;
  /** Rows of the log, and µs, that it is behind. */
  readonly lagRows: number;
  readonly lagAge: Micros;
  readonly troubles: readonly RouteTrouble[];
}

/** Something that happened to the connection with a broker, as its log shows it. */
export interface BrokerEvent {
  /** Grows with each. */
  readonly event: number;
  readonly time: Micros;
  readonly what: "connected" | "disconnected" | "error" | "refused" | "dropped" | "paused" | "resumed" | "note";
  /** In words, for people. */
  readonly text: string;
}

/** The steps of a test, in their order. */
type TestStep = "name" | "tcp" | "tls" | "websocket" | "login" | "subscribe";

/** What came of trying one address. */
export interface BrokerTest {
  readonly address: string;
  /** Those that were taken; the last one failed, unless all are well. */
  readonly steps: readonly {
    readonly step: TestStep;
    readonly ok: boolean;
    readonly ms: number;
    /** In words: what was found, or what failed. */
    readonly text: string;
  }[];
  readonly ok: boolean;
}

/** What administrators do with external brokers of a running server. By the uid of the broker. */
export interface BrokerPort {
  /** Null: it does not run yet. */
  status(uid: number): BrokerStatus | null;
  /** Why this server never connects to an address; null: it may. */
  whyNever(address: string): string | null;
  /** Newest first. */
  events(uid: number, before: number | undefined, limit: number): Promise<BrokerEvent[]>;
  /** Tries its addresses once, beside the connection that there is. */
  test(uid: number): Promise<BrokerTest[]>;
}
