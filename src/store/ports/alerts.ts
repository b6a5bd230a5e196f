import type { Micros } from "../../base/types.ts";
import type { Severity } from "../../fleet/types.ts";

/** The life of an alert. `acknowledged`: somebody looks after it; `closed`: it is over. Stored as their numbers. */
export const ALERT_STATES = ["open", "acknowledged", "closed"] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** An alert, as it is stored. */
export interface StoredAlert {
  /** Grows with each; whoever puts it gives it. */
  readonly id: number;
  /** uids. */
  readonly workspace: number;
  readonly rule: number;
  /** uid; 0: it is about no device. */
  readonly device: number;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly opened: Micros;
  /** When something happened to it last. */
  readonly changed: Micros;
  /** Everything else, as JSON. */
  readonly body: string;
}

/** An action that is to be done: it stays until it is done, or given up. */
export interface StoredTask {
  /** Grows with each; whoever puts it gives it. */
  readonly id: number;
  /** uid of its rule. */
  readonly rule: number;
  /** µs: when it came to be. */
  readonly time: Micros;
  /** What is to be done, and how often it was tried, as JSON. */
  readonly body: string;
}

/**
 * What a commit does to alerts and actions, in the order given. It is tied to its commit: when that is given up nothing of it is done later;
 * whoever handed it over hears of that, and does so again.
 */
export type AlertOp =
  /** Inserts, or replaces those with the same ids. */
  | { readonly op: "alerts_put"; readonly rows: readonly StoredAlert[] }
  /** Forgets closed alerts whose last change was before a time, and of all closed ones all but the newest `most`. */
  | { readonly op: "alerts_trim"; readonly before: Micros; readonly most: number }
  /** Forgets all alerts about devices that are gone. */
  | { readonly op: "alerts_forget"; readonly devices: readonly number[] }
  | { readonly op: "tasks_put"; readonly rows: readonly StoredTask[] }
  | { readonly op: "tasks_delete"; readonly ids: readonly number[] };

/** Which alerts, those with the highest ids first. undefined: any. */
export interface AlertQuery {
  readonly workspace?: number | undefined;
  readonly rule?: number | undefined;
  readonly device?: number | undefined;
  readonly states?: readonly AlertState[] | undefined;
  /** None that is less bad. */
  readonly least?: Severity | undefined;
  /** opened >= since, opened < until. */
  readonly since?: Micros | undefined;
  readonly until?: Micros | undefined;
  /** Only ids below this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Alerts, and the actions that are to be done. */
export interface AlertStore {
  readAlerts(query: AlertQuery): Promise<StoredAlert[]>;
  /** null: there is none. */
  readAlert(id: number): Promise<StoredAlert | null>;
  /** Those with an id above `after`, the lowest first. */
  readTasks(after: number, limit: number): Promise<StoredTask[]>;
}
