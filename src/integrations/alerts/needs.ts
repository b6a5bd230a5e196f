import type { Principal } from "../../auth/principal.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { Clock, Log } from "../../base/types.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { AlertStore, JournalStore, StoreOp } from "../../store/ports.ts";
import type { Value } from "../../measure/types.ts";
import type { ActingRule } from "./types.ts";

/** What alerts and actions stand on. */
export interface AlertNeeds {
  readonly directory: Directory;
  readonly store: AlertStore & JournalStore;
  /** The commit that is being collected. */
  readonly commits: {
    /** Done with its rows, and not at all when it is given up. */
    tied(op: StoreOp): void;
    /** Resolves when everything handed over so far is durable. @throws Refusal (rejects) storage_unavailable */
    durable(): Promise<void>;
  };
  readonly authority: { principalOf(key: string): Principal | undefined; localOwner(workspace: number): Principal };
  /** The current value of a device's field, both by uid; null: none. */
  current(device: number, field: number): { readonly time: number; readonly value: Value } | null;
  /** Address of a device's page in the console; null: nobody knows how browsers reach it. */
  page(device: DeviceNode): string | null;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  chance(): number;
  later(fn: () => void, ms: number): void;
  readonly metrics: Pick<Metrics, "alerts">;
  /** What became of an action, for the log of its rule. */
  note(rule: number, what: RuleNote): void;
}
/** An entry of the log of a rule. */
export interface RuleNote {
  /** uid; 0: it is about none. */
  readonly device: number;
  readonly what: "action" | "action_failed";
  readonly text: string;
}

/** What takes over what happens to rules. */
export interface TakingNeeds extends AlertNeeds {
  /** undefined: it is gone. */
  ruleOf(uid: number): ActingRule | undefined;
  /** What takes happenings out of those that wait. */
  happeningsDone(ids: readonly number[]): StoreOp;
}
