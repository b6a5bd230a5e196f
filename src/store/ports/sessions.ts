import type { Seq } from "./seq.ts";

/** What a commit does to stored sessions, in the order given. */
export type SessionOp =
  /** Insert or replace a session row; keeps its subscriptions, chunks and checkpoint. */
  | { readonly op: "session_put"; readonly session: StoredSession }
  /** Delete a session with its subscriptions, chunks and checkpoint. */
  | { readonly op: "session_delete"; readonly id: number }
  | { readonly op: "subscription_put"; readonly session: number; readonly subscription: StoredSubscription }
  | { readonly op: "subscription_delete"; readonly session: number; readonly filter: string }
  /**
   * Replaces the session's floor, and its state unless that is null: it did not change. The log rows with seq <= floor need
   * not be replayed for it.
   */
  | { readonly op: "checkpoint"; readonly session: number; readonly floor: Seq; readonly state: Uint8Array | null }
  /**
   * Messages that wait for a session, in one piece. Bodies of a commit that are the same object are stored once. Messages
   * of the log with seq <= upTo are not to be queued again: they are in the state, in a chunk, or went.
   */
  | {
      readonly op: "chunk_put";
      readonly session: number;
      readonly firstSeq: number;
      readonly count: number;
      readonly deadlineMax: number;
      readonly upTo: Seq;
      readonly body: Uint8Array;
    }
  /** Deletes the session's chunks with firstSeq < before. */
  | { readonly op: "chunk_delete"; readonly session: number; readonly before: number }
  /** Among several nodes: the session is another node's from here on. Who puts one first owns it. */
  | { readonly op: "session_owner"; readonly id: number; readonly owner: number }
  /**
   * The sessions of a node become another node's, or a share of them: those whose id modulo `of` is `part`. Where the store knows which nodes
   * take part, nothing becomes of it when `isGone` is set and the node takes part (again).
   */
  | {
      readonly op: "sessions_adopt";
      readonly from: number;
      readonly to: number;
      readonly of: number;
      readonly part: number;
      readonly isGone: boolean;
    };

export interface StoredSession {
  readonly id: number;
  /** "u:<user uid>" or "a:<api user uid>". */
  readonly principal: string;
  readonly clientId: string;
  readonly version: 3 | 4 | 5;
  /** Seconds; 0xFFFFFFFF never occurs (granted expiry is capped). */
  readonly expiry: number;
  readonly created: number;
  /** µs when the network connection closed; null while connected. */
  readonly disconnectedAt: number | null;
  /** Will still to be fired after a restart, opaque to the store; null: none. */
  readonly will: Uint8Array | null;
}

export interface StoredSubscription {
  /** Raw filter as the client sent it. */
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  readonly retainHandling: 0 | 1 | 2;
  readonly identifier: number;
  /** Only log rows with a larger seq match this subscription on replay. */
  readonly sinceSeq: Seq;
}

export interface RecoveredSession {
  readonly session: StoredSession;
  /** The node that has it; 0: of a store that one server alone has, nobody says so. */
  readonly owner: number;
  readonly subscriptions: readonly StoredSubscription[];
  readonly floor: Seq;
  /** The highest `upTo` of its chunks, also of those that are gone; 0: it never had one. */
  readonly queued: Seq;
  readonly state: Uint8Array | null;
  /** The chunks that exist, without bodies, by firstSeq. */
  readonly chunks: readonly {
    readonly firstSeq: number;
    readonly count: number;
    readonly deadlineMax: number;
    readonly bytes: number;
    /** Number of its body when other chunks may have the same; null: it has its own. */
    readonly shared: number | null;
  }[];
}

/** Which node has a session, and whose it is. */
export interface StoredOwner extends Pick<StoredSession, "id" | "principal" | "clientId"> {
  readonly owner: number;
}

/** What outlives connections: sessions, their subscriptions, and what waits for them. */
export interface SessionStore {
  /**
   * Every session as it was when the store was opened, in pieces, by ascending id; of a node among several those that it owns. Can be
   * read once.
   */
  sessions(): AsyncIterable<readonly RecoveredSession[]>;
  /** For a node among several: who owned which session when the store was opened, in pieces. Can be read once. */
  owners(): AsyncIterable<readonly StoredOwner[]>;
  /** These sessions as they are now, by ascending id, without those that are not there. */
  sessionsOf(ids: readonly number[]): Promise<readonly RecoveredSession[]>;
  /** Body of one chunk; null when it is gone. */
  readChunk(session: number, firstSeq: number): Promise<Uint8Array | null>;
}
