import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetChange } from "../../../fleet/types.ts";
import type { AccountChange } from "../../ports.ts";
import type { Given } from "../../resolve.ts";

/** A commit that is decided: everything in it has its uids. All of it is one transaction. */
export interface FleetCommit {
  readonly changes: readonly FleetChange[];
  /** Which uids are those of new rows; the others must be there. */
  readonly created: readonly Given[];
  /** Written after `changes`. */
  readonly accounts: readonly AccountChange[];
  readonly audit: readonly AuditEntry[];
}
