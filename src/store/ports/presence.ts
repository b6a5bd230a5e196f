import type { Micros } from "../../base/types.ts";

/** Whether a device's own client is connected, as of its last change. */
export interface StoredPresence {
  /** uid */
  readonly device: number;
  readonly connected: boolean;
  /** µs of the last change to connected, and from it; null: never. */
  readonly connectedAt: Micros | null;
  readonly disconnectedAt: Micros | null;
  /** Grows with each change. */
  readonly number: number;
  /** Among several nodes: the epochs of those that have a connection of it. */
  readonly holders?: readonly number[];
}

/**
 * Among several nodes: who has a connection of a device, which one of them tells with a commit. The store does with it what each
 * node does that hears of it (presence-facts.ts), in the order of the commits: it is never written but beside the row of the log that tells it.
 */
export interface PresenceTold {
  readonly op: "presence_told";
  /** Epoch of the node whose connections these are. */
  readonly holder: number;
  readonly time: Micros;
  /** By uid, ascending; of none is both told. */
  readonly up: readonly PresenceOf[];
  readonly down: readonly PresenceOf[];
}
interface PresenceOf {
  /** uid */
  readonly device: number;
  /** Its next number is above this. */
  readonly floor: number;
}
