import type { Pause } from "../fanout/outlet.ts";

/** What may be asked of the sessions. */
export interface SessionQuery {
  /** Key of an account: only its own. */
  readonly principal?: string | undefined;
  /** Exactly this client identifier. */
  readonly client?: string | undefined;
  /** The client identifier holds this text. */
  readonly contains?: string | undefined;
  readonly connected?: boolean | undefined;
  /** Default: `age`. */
  readonly sort?: SessionOrder | undefined;
  /** Only those behind this one, in the order of age. */
  readonly after?: SessionPosition | undefined;
  /** How many at most. */
  readonly limit: number;
}
/** `age`: oldest session first; `since`: the latest to connect or leave first; `client`: by name; the others: most first. */
export type SessionOrder = "age" | "since" | "client" | "subscriptions" | "in-flight" | "waiting" | "bytes";

/** Where a session stands in the order of age. */
export interface SessionPosition {
  /** µs */
  readonly created: number;
  readonly principal: string;
  readonly clientId: string;
}
export interface SessionPage {
  readonly sessions: readonly SessionInfo[];
  /** How many match (behind `after`), also beyond the limit. */
  readonly total: number;
}

/** A session as it is at this moment, for people. Plain JSON. */
export interface SessionInfo extends SessionPosition {
  /** Key of the account: "u:<user uid>" or "a:<api user uid>". */
  readonly principal: string;
  readonly clientId: string;
  readonly connected: boolean;
  /** µs: since when it is connected, or away. */
  readonly since: number;
  /** µs: when the session began. */
  readonly created: number;
  /** Address and transport of its connection; null while away. */
  readonly remote: string | null;
  readonly transport: import("../store/ports.ts").Transport | null;
  /** Protocol version: 3 is 3.1, 4 is 3.1.1, 5 is 5.0; while away that of the last connection. */
  readonly version: 3 | 4 | 5;
  readonly subscriptions: number;
  /** QoS 1 and 2 deliveries that await their answer. */
  readonly inFlight: number;
  /** Those that wait behind them. */
  readonly waiting: number;
  /** Why nothing is sent at the moment. */
  readonly pause: Pause;
  /** Bytes of the connection that is open, received and sent; 0 while away. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Everything that can be told of one session. Never a secret; of payloads only what a refusal quotes. */
export interface SessionDetails extends SessionInfo {
  /** TLS version of the connection, as "TLSv1.3"; null: none, or not known. */
  readonly tls: string | null;
  /** Seconds that the session outlives its connection; 0: it ends with it. */
  readonly expiry: number;
  /** The session is kept across a restart of the server. */
  readonly stored: boolean;
  /** Seconds; 0: off. */
  readonly keepAlive: number;
  /** µs of the last bytes that came; null while away. */
  readonly lastHeard: number | null;
  /** Packets of the connection that is open. */
  readonly packetsIn: number;
  readonly packetsOut: number;
  /** Bytes that wait for the client to read them. */
  readonly unsent: number;
  /** The first of the subscriptions; `subscriptions` counts all. */
  readonly filters: readonly FilterInfo[];
  /** Publishes of the client whose PUBACK or PUBCOMP has not left. */
  readonly incoming: number;
  /** Identifiers of its QoS 2 publishes that it has not released: the first of them, and how many there are. */
  readonly incomingUnreleased: Some;
  /** Most deliveries that may await their answer at once. */
  readonly maxInFlight: number;
  /** Identifiers of QoS 2 deliveries that await PUBCOMP. */
  readonly outgoingUnreleased: Some;
  /** Bytes of the queue in memory. */
  readonly waitingBytes: number;
  /** Parts of the queue that lie in the store. */
  readonly storedChunks: number;
  /** Messages that overflowed the queue since the server started. */
  readonly dropped: number;
  readonly will: WillInfo | null;
  /** Largest packet that the client takes, bytes; null: any, or it is away. */
  readonly maxPacket: number | null;
  /** Deliveries of this connection that were larger, and bytes of the smallest of them (0: none). */
  readonly tooLarge: { readonly count: number; readonly least: number };
  /** The client that is connected said that it is a bridge: another broker. */
  readonly bridge: boolean;
  /** The last of its publishes or filters that was refused since the server started. */
  readonly lastRefusal: LastRefusal | null;
  /** How its last connection ended, since the server started. */
  readonly lastEnd: LastEnd | null;
}
/** The first of many numbers. */
export interface Some {
  readonly count: number;
  readonly ids: readonly number[];
}
export interface FilterInfo {
  /** As the client wrote it. */
  readonly filter: string;
  /** As it was read. */
  readonly canonical: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  /** Subscription Identifier; 0: none. */
  readonly identifier: number;
  /** Why nothing can be delivered under it at this moment; null: something can. */
  readonly note: string | null;
}
export interface WillInfo {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Seconds after the connection closed. */
  readonly delay: number;
  readonly payloadBytes: number;
  /** µs when it fires, while the client is away; null: it is connected. */
  readonly due: number | null;
}
export interface LastRefusal {
  /** Of the catalogue, or of the filters' refusals. */
  readonly code: string;
  readonly message: string;
  /** µs */
  readonly time: number;
}
export interface LastEnd {
  /** As the metric names it. */
  readonly why: string;
  /** MQTT 5's reason code for it, when we ended it (v3 clients are not told); null: otherwise. */
  readonly reason: number | null;
  /** What we said of it; null: nothing. */
  readonly message: string | null;
  /** The stream ended by itself. */
  readonly byClient: boolean;
  /** µs */
  readonly time: number;
}

/** Whose packets a trace shows: who meets all that is given. */
export interface TraceWish {
  readonly client?: string;
  /** Key of an account. */
  readonly principal?: string;
  /** IP address. */
  readonly remote?: string;
  /** Also the first bytes of payloads, and what user properties say. */
  readonly payload: boolean;
}
/** Lines of JSON, as they come. */
export interface TraceLines {
  /** The next lines, each with its end of line; null: it is over. */
  next(): Promise<string | null>;
  /** Nobody reads any more. */
  close(): void;
}
