import type { AuditWriter } from "../../fleet/audit.ts";
import type { FleetChange, FleetKind } from "../../fleet/types.ts";
import type { AccountChange } from "./accounts.ts";
import type { AuditStore } from "./audit.ts";
import type { ByNodes } from "./revisions.ts";

/** Fleet metadata and accounts. Returns the changes that were committed, for the directory. */
export interface FleetStore extends AuditStore, ByNodes {
  open(): Promise<readonly FleetChange[]>;
  /**
   * All or nothing, one after the other.
   * @param audit what is to be noted of the changes, in the same transaction
   * @param accounts changes to how people sign in, in the same transaction, after the others; where they speak of an account or a
   * workspace that the commit makes, by its temporary uid
   */
  commit(
    changes: readonly FleetDraft[],
    audit?: AuditWriter,
    accounts?: readonly AccountChange[],
  ): Promise<readonly FleetChange[]>;
  /** The first of the uids that new rows of a kind will get; a uid is never given twice. */
  firstFree(kind: FleetKind): Promise<number>;
  close(): Promise<void>;
}

/**
 * A change to be written: like FleetChange, but a row to be created has uid 0 in its `row`, or, when other drafts of
 * the same commit refer to it, a negative number of the caller's choice, unique among its kind in that commit. The
 * same negative number then stands wherever a uid of that kind is asked for (`workspace`, `product`, `user`,
 * `apiUser`, and `product`/`device` in grants), in drafts after the one that creates the row. The answer bears real uids.
 * What depends on a deleted row (a product's devices and fields, an owner's tokens, grants on it) goes with it; the
 * answer repeats only the drafts, and the Directory draws the same conclusion.
 */
export type FleetDraft = FleetChange;
