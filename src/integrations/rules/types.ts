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
}

/** What a running server tells of its rules. */
export interface RulePort {
  /** The time by the wall clock. */
  now(): Micros;
  statesOf(rule: number): RuleDeviceState[];
  /** What a rule would have done over recorded history, in devices that who asks may view. */
  dryRun(
    looks: Looks,
    range: { readonly from: Micros; readonly to: Micros },
    mayView: (device: DeviceNode) => boolean,
  ): Promise<DryRun>;
  /** Newest first. @param before the number of a line */
  lines(rule: number, before: number | undefined, limit: number): Promise<ReadLine[]>;
}
