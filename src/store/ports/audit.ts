import type { Micros } from "../../base/types.ts";
import type { AuditEntry } from "../../fleet/audit.ts";

/** What was done, and by whom. */
export interface AuditStore {
  /** Notes what changes nothing in the fleet, as a sign-in does. Durable when it resolves. */
  addAudit(entries: readonly AuditEntry[]): Promise<void>;
  /** Newest first. */
  readAudit(query: AuditQuery): Promise<readonly StoredAudit[]>;
  /** Forgets entries with time < before, at most `most` of them, oldest first; returns how many. */
  trimAudit(before: Micros, most: number): Promise<number>;
}

/** A line of the audit log; `id` grows with each. */
export interface StoredAudit extends AuditEntry {
  readonly id: number;
}

/** What an entry must fulfil; undefined: anything. */
export interface AuditQuery {
  /** Entries of these workspaces, and those without a workspace that the actor (its key) made; null: all. */
  readonly visible: { readonly workspaces: readonly number[]; readonly actor: string } | null;
  readonly workspace?: number | undefined;
  readonly actor?: string | undefined;
  /** Like `device.delete`; `device` alone is everything that was done to devices. */
  readonly action?: string | undefined;
  /** uid of what it was done to; with the kind in `action`. */
  readonly target?: number | undefined;
  /** from <= time < to, µs. */
  readonly from?: Micros | undefined;
  readonly to?: Micros | undefined;
  /** Only ids below this one. */
  readonly before?: number | undefined;
  /** Only ids above this one. */
  readonly after?: number | undefined;
  readonly limit: number;
}
