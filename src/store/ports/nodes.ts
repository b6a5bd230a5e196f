import type { Everywhere } from "./everywhere.ts";
import type { Seq } from "./seq.ts";
import type { NodeBus } from "./bus.ts";
import type { LogTail } from "./tail.ts";

/** This process as one of several nodes that share a store. There once the store is open. */
export interface SharedStore {
  /** Its number, and which life of it this is: epochs of a store only grow. */
  readonly node: number;
  readonly epoch: number;
  /** What it had when it ended last is its own still: nobody missed it, or nobody else is there. */
  readonly kept: boolean;
  /** Nodes that take part, and their epochs, as of the row before the first one that is followed. */
  readonly members: readonly (readonly [node: number, epoch: number])[];
  /** By which nodes of this store know each other on a bus. */
  readonly channel: string;
  /**
   * The log as it grows. Followed once. @param bus by which nodes tell each other of records besides
   * @param epochOf the epoch in which a node takes part; null: it does not
   */
  tail(bus: NodeBus | null, epochOf: (node: number) => number | null): LogTail;
  /** The log up to a row had its turn here: the others are told within a second; the log is kept from there on. */
  applied(seq: Seq): void;
  /** How far the others are. */
  readonly everywhere: Everywhere;
  /** This process says and commits nothing any more, as if it were declared gone; the others find out by its lease. */
  abandon(): void;
  /**
   * Rows up to this one are needed by no stored session, durable consumer or node any more, as far as that is stored.
   * @throws Refusal storage_unavailable
   */
  needlessTo(): Promise<Seq>;
}
