import type { NodeFacts } from "../store/ports.ts";

/** The servers on one store. */
export interface NodeTable {
  /** With whether commits wait for a standby of the store; null: nobody else can have the store. */
  list(): Promise<{ readonly nodes: readonly NodeFacts[]; readonly replicated: boolean } | null>;
  /** Lets the clients of a node go to the others. @throws Refusal not_available, not_found */
  drain(node: number): Promise<void>;
}
