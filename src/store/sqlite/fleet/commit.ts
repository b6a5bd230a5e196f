import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetChange } from "../../../fleet/types.ts";
import type { AccountChange, Basis, Given } from "../../ports.ts";

/** A commit that is decided: everything in it has its uids. All of it is one transaction. */
export interface FleetCommit {
  readonly changes: readonly FleetChange[];
  /** Which uids are those of new rows; the others must be there. */
  readonly created: readonly Given[];
  /** Written after `changes`. */
  readonly accounts: readonly AccountChange[];
  readonly audit: readonly AuditEntry[];
  /** Among several nodes: what it was decided on. */
  readonly basis?: Basis | null;
}

/** What a transaction is to tell the other nodes, if there are any. */
export interface Telling {
  readonly changes: readonly FleetChange[];
  readonly created: readonly Given[];
  readonly accounts: readonly AccountChange[];
  /** Null: it is decided on nothing. */
  readonly basis: Basis | null;
}
