import type { Micros } from "../../base/types.ts";
import type { FleetChange, FleetKind } from "../../fleet/types.ts";
import type { AccountChange } from "./accounts.ts";
import type { Seq } from "./seq.ts";

/** Uids of a kind that were given in a commit: from <= uid < to. */
export interface Given {
  readonly kind: FleetKind;
  readonly from: number;
  readonly to: number;
}
/** What a transaction did that nodes keep in memory. */
export interface FleetEffect {
  readonly changes: readonly FleetChange[];
  /** Only of browsers that are signed in: all else is read when it is needed. */
  readonly accounts: readonly AccountChange[];
}
/** What a transaction was decided on. */
export interface Basis {
  /** The number of the last one that had taken effect. */
  readonly rev: number;
  /** It was decided on how people sign in, too, and not on the fleet alone. */
  readonly onPeople: boolean;
}
/** How a transaction tells the other nodes of itself, in the log. */
export interface FleetTold extends FleetEffect {
  /** Each transaction has the next one. */
  readonly rev: number;
  /** The node that did it. */
  readonly by: readonly [node: number, epoch: number];
  readonly created: readonly Given[];
}

/**
 * Among several nodes each transaction has a number, and takes effect on all nodes in the order of these: those of this node when they are
 * stored, those of others when the log tells of them.
 */
export interface FleetRevisions {
  /** The number of the last one that has taken effect here. */
  readonly known: number;
  /** What takes effect at this moment was done by another node. */
  readonly isForeign: boolean;
  /** The row of the log by which the last one of this node tells of itself; 0: it did none. */
  readonly position: Seq;
  /** Makes each transaction take effect, whoever did it; behind those that were called before. */
  follow(effect: (effect: FleetEffect) => Promise<void> | void): void;
  /** Random bytes that all nodes have, and nobody else. */
  readonly secret: Uint8Array;
  /** Notes for all nodes that something was used which works once, for as long as it would be good. @returns whether nobody has used it before */
  spend(what: string, until: Micros, now: Micros): Promise<boolean>;
  /** Resolves when this one has taken effect here. */
  reached(rev: number): Promise<void>;
  /** The log tells of a transaction. Resolves when it has taken effect. @throws RangeError: the node does not know those before */
  heard(body: Uint8Array): Promise<void>;
  /**
   * Does what decides on the fleet as it is here, and commits. When another node has changed that since, nothing of it is stored, and it is done
   * again on what is known then. @param onPeople it decides on how people sign in, too: on passwords, links, and whatever else is read of accounts
   * @throws Refusal storage_unavailable: others were first each time, and what `work` throws
   */
  decide<T>(work: () => Promise<T>, onPeople?: boolean): Promise<T>;
}

/** A store that several nodes may change. */
export interface ByNodes {
  /** How the changes of all of them take effect here; null or absent: nobody else changes it. */
  readonly revisions?: FleetRevisions | null;
}
