import type { Micros } from "../../base/types.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Looks } from "./compiled.ts";
import type { DryRun } from "./dry-run.ts";
import type { ReadLine } from "./log.ts";

/** What a rule remembers of a device, for people. */
export interface RuleDeviceState {
  /** uid; 0: the rule is about no device. */
  readonly device: number;
  /** `hot`: it has fired and what it asks for holds still; `waits`: it holds, but not for long enough; `cold`: neither. */
  readonly state: "hot" | "waits" | "cold";
  readonly since: Micros | null;
  readonly fired: Micros | null;
  /** Of a hot one: why its actions did not run when it fired. */
  readonly quiet: "limit" | "snooze" | "loop" | null;
}

/** What a running server tells of its rules. */
export interface RulePort {
  /** The time by the wall clock. */
  now(): Micros;
  statesOf(rule: number): RuleDeviceState[];
  /** When it was stopped as a loop last; null: never since what it looks at or does was changed. */
  loopOf(rule: number): Micros | null;
  /** What a rule would have done over recorded history, in devices that who asks may view. */
  dryRun(
    looks: Looks,
    range: { readonly from: Micros; readonly to: Micros },
    mayView: (device: DeviceNode) => boolean,
  ): Promise<DryRun>;
  /** Newest first. @param before the number of a line */
  lines(rule: number, before: number | undefined, limit: number): Promise<ReadLine[]>;
}
