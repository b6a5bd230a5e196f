import type { Micros } from "../../base/types.ts";
import { COLD, type RuleState } from "../../rules/machine.ts";
import type { JournalRow } from "../../store/ports.ts";

/** What a rule remembers of itself. */
export interface OwnState {
  /** Steady: when its actions ran in the last hour. */
  runs: Micros[];
  /** Of a schedule: up to when its moments are over; null: it has not begun. */
  until: Micros | null;
  /** When it was stopped as a loop last, since what it says was changed; null: never. */
  loop: Micros | null;
}

export function newOwn(): OwnState {
  return { runs: [], until: null, loop: null };
}

export interface Kept {
  readonly key: number;
  readonly rule: number;
  readonly device: number;
  readonly stamp: string;
  readonly state: RuleState;
}
export interface KeptOwn extends Omit<Kept, "state" | "device"> {
  readonly own: OwnState;
}

/** As the journal has it: without what is as in COLD. */
export function rowOf(kept: Kept | KeptOwn, time: Micros): JournalRow {
  const { key, rule, stamp } = kept;
  const body = "own" in kept ? [rule, 0, stamp, kept.own] : [rule, kept.device, stamp, notCold(kept.state)];
  return { key, time, body: JSON.stringify(body) };
}
function notCold(state: RuleState): object {
  return Object.fromEntries(Object.entries(state).filter(([key, value]) => value !== COLD[key as keyof RuleState])); // its own keys
}
