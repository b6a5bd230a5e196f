import type { Micros } from "../../base/types.ts";

/**
 * Whether this process still has its store. A store that several servers may have gives it for some seconds and again with each commit; when
 * it was not given in time, another server may have it, and whatever this one says to clients may be wrong.
 */
export interface StoreLease {
  /** The time is over: nothing may be read from or written to clients until it is given again. */
  readonly frozen: boolean;
  /** Another server has the store for good: this process commits nothing any more. */
  readonly fenced: boolean;
  /** ms since what last renewed it was sent. */
  readonly age: number;
  /** Whether PostgreSQL was set, at the last look, to wait for a standby with each commit. */
  readonly replicated: boolean;
}

/** How a node is asked by others. */
export interface NodeAddress {
  readonly node: number;
  /** What the addresses of its HTTP begin with; null: it has none. */
  readonly url: string | null;
  /** Who asks it shows that it has this from the store. */
  readonly key: string;
}

/** A server on a store that several may have. */
export interface NodeFacts {
  readonly id: number;
  /** The name of its machine. */
  readonly address: string;
  readonly version: string;
  /** `active`: it has the store; `standby`: it waits, and said so of late; `gone`: neither. */
  readonly role: "active" | "standby" | "gone";
  /** When it took the store last; null: never. */
  readonly since: Micros | null;
  /** When it was last heard of, by the clock of the store; null: never. */
  readonly seen: Micros | null;
  /** This server. */
  readonly self: boolean;
  /** What the addresses of its HTTP begin with, for other nodes; null: it has none. */
  readonly url: string | null;
  /** It does what one node does for all. */
  readonly duty: boolean;
  /** It takes no clients any more. */
  readonly draining: boolean;
  /** Rows of the log that it has not applied yet, when it last told; null: it follows nobody. */
  readonly lag: number | null;
}
