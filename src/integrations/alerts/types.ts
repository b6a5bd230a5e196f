import type { Micros } from "../../base/types.ts";
import type { RuleAction, RuleAlert, Severity } from "../../fleet/types.ts";
import type { Happening, SeenValue } from "../../rules/types.ts";
import type { AlertState } from "../../store/ports.ts";

/** Somebody who did something to an alert. */
export interface AlertActor {
  /** Key of the account. */
  readonly key: string;
  /** What it was called then. */
  readonly name: string;
}

/** One thing that happened to an alert. */
export interface AlertStep {
  readonly time: Micros;
  readonly what: "opened" | "fired" | "acknowledged" | "closed";
  /** Null: the rule did. */
  readonly by: AlertActor | null;
  /** A sentence; null: none. */
  readonly note: string | null;
}

/** An alert: a rule fired for a device, and somebody should look at it. Plain data: it is stored as JSON. */
export interface Alert {
  /** Grows with each. */
  readonly id: number;
  /** uids; device 0: it is about none. */
  readonly workspace: number;
  readonly rule: number;
  readonly device: number;
  /** What they were called when it was opened: it outlives the rule. */
  readonly ruleName: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly text: string;
  readonly opened: Micros;
  readonly changed: Micros;
  /** How often the rule fired for it, repetitions included, and when it did last. */
  readonly count: number;
  readonly fired: Micros;
  /** What caused it: when it was opened, and when the rule fired last. */
  readonly values: readonly SeenValue[];
  readonly latest: readonly SeenValue[];
  readonly acknowledged: (AlertActor & { readonly time: Micros }) | null;
  /** Oldest first; of many the first and the newest. */
  readonly steps: readonly AlertStep[];
}

/** An action that is to be done, as it is stored. */
export interface Task {
  /** Grows with each. */
  readonly id: number;
  readonly rule: number;
  readonly time: Micros;
  /** Its place in the rule's list, and its type there: when another stands there now it is not done. */
  readonly action: number;
  readonly type: RuleAction["type"];
  readonly happening: Happening;
  /** Of the alert; null: the rule opens none. */
  readonly alert: number | null;
  /** What the alert says, or the name of the rule. */
  readonly text: string;
  readonly severity: Severity | null;
  readonly tries: number;
}

/** A notification in the console. */
export interface Notification {
  readonly id: number;
  /** uids; device 0: it is about none. */
  readonly workspace: number;
  readonly rule: number;
  readonly device: number;
  readonly time: Micros;
  readonly severity: Severity | null;
  readonly text: string;
}

/** A rule, as far as alerts and actions look at it. */
export interface ActingRule {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  readonly account: { readonly user: number | null; readonly apiUser: number | null };
  readonly actions: readonly RuleAction[];
  readonly alert: RuleAlert | null;
}
