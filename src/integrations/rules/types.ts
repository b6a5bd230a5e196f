import type { Micros } from "../../base/types.ts";
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
  statesOf(rule: number): RuleDeviceState[];
  /** Newest first. @param before the number of a line */
  lines(rule: number, before: number | undefined, limit: number): Promise<ReadLine[]>;
}
