import type { Condition, Facts } from "./condition.ts";
import { distance } from "./geofence.ts";
import { type Change, cross, look, type Moment, type RuleState, type Timing } from "./machine.ts";
import type { Hours } from "./time.ts";
import type { RuleTrigger } from "./types.ts";

/** A rule as far as a look at it goes. */
interface Lookable {
  readonly trigger: RuleTrigger;
  readonly condition: Condition;
  readonly hours: Hours | null;
  readonly timing: Timing;
}
interface Looked {
  /** Null: nothing that anybody would be told. */
  readonly change: Change | null;
  /** It cleared since its hours are over. */
  readonly isAfterHours: boolean;
}

/**
 * One look at a rule for the device that the facts are of. `state` is changed in place.
 * @param silent of a rule about silence: whether the device is silent; undefined: as it was
 */
export function lookAt(
  { trigger, condition, hours, timing }: Lookable,
  state: RuleState,
  facts: Facts,
  moment: Moment,
  silent?: boolean,
): Looked {
  const isTriggered = triggered(trigger, state, facts, silent);
  const isTrue = condition.holds(facts, state.latched) === true;
  state.latched = condition.latched;
  const isOpen = hours?.holds(moment.at) !== false;
  const change = look(timing, state, isTriggered && isTrue && isOpen, moment);
  return { change, isAfterHours: change === "cleared" && !isOpen };
}
function triggered(trigger: RuleTrigger, state: RuleState, facts: Facts, silent: boolean | undefined): boolean {
  if (trigger.type === "silence") return silent ?? state.since !== null;
  if (trigger.type !== "geofence") return true;
  const place = facts.field(trigger.field);
  if (typeof place !== "object" || place === null) return false;
  return cross(state, trigger.event, distance(place, trigger) <= trigger.radius);
}

/** Whether a rule that fires for a moment does so at this one. `state` remembers its hysteresis. */
export function pulseAt({ condition, hours }: Lookable, state: RuleState, facts: Facts, { at }: Moment): boolean {
  const isTrue = condition.holds(facts, state.latched) === true;
  state.latched = condition.latched;
  if (!isTrue || hours?.holds(at) === false) return false;
  state.fired = at;
  return true;
}
