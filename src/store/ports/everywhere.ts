import type { Seq } from "./seq.ts";

/** Among several nodes: how far each has applied the log. What clients of all nodes were promised is true then, not before. */
export interface Everywhere {
  /**
   * Resolves when every other node that takes part has applied the log up to this row, or takes part no more.
   * @throws Refusal not_everywhere: nobody can say so in time
   */
  applied(seq: Seq): Promise<void>;
  /**
   * This node is about to serve somebody, and has applied the log up to this row: from here on the others wait for it.
   * @returns the row that it must have applied before it does: what the others did not wait for
   */
  begin(seq: Seq): Promise<Seq>;
  /** This node has applied the log up to this row: the others may wait for that. */
  tell(seq: Seq): void;
  end(): Promise<void>;
}

/** Among several nodes: up to where they have the log. */
export interface PositionsPort {
  /** The newest row of the log that this node has committed. */
  readonly committed: Seq;
  /** The row by which its newest change of the fleet or of accounts tells of itself; 0: it did none. */
  readonly told: Seq;
  /** Resolves when this node has applied the log up to a row. @throws Refusal node_behind */
  reached(seq: Seq): Promise<void>;
  /** Resolves when all nodes have. @throws Refusal not_everywhere */
  everywhere(seq: Seq): Promise<void>;
}
