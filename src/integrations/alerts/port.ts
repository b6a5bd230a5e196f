import type { Micros } from "../../base/types.ts";
import type { AlertQuery } from "../../store/ports.ts";
import type { ActionTrial, ActionTried } from "./trying.ts";
import type { Alert, AlertActor, Notification } from "./types.ts";

/** What use cases have of alerts and notifications. */
export interface AlertPort {
  /** Those that are not closed. */
  active(): Iterable<Alert>;
  /** One by its number; null: there is none. */
  find(id: number): Promise<Alert | null>;
  /** Those with the highest numbers first, as the store has them. */
  list(query: AlertQuery): Promise<readonly Alert[]>;
  /** As it is then; null: there is none. @throws Refusal storage_unavailable */
  acknowledge(id: number, by: AlertActor, note: string | null): Promise<Alert | null>;
  close(id: number, by: AlertActor, note: string | null): Promise<Alert | null>;
  /** Does an action of a rule once, or says what it would be. */
  tryAction(trial: ActionTrial): Promise<ActionTried>;
  /** Of a workspace, newest first. */
  notified(workspace: number, before: number | undefined, limit: number): Promise<readonly Notification[]>;
  /** Hears of each change of an alert, and of each notification, when it is durable. Returns how to stop that. */
  watch(watcher: AlertWatcher): () => void;
  /** Wall time. */
  now(): Micros;
}
export interface AlertWatcher {
  alert(alert: Alert): void;
  notification(notification: Notification): void;
}
