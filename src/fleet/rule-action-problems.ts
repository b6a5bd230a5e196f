import type { FieldAction, RuleAction } from "./rule-action-rows.ts";
import type { Rule } from "./rule-rows.ts";
import { type ActionProblem, actionProblems } from "./rule-templates.ts";
import { unreachable } from "./webhooks.ts";

/** Whether a rule's actions can do what they say. */

/** What is known where a rule is judged; undefined: that is not known, and nothing is judged by it. */
export interface ActionChecks {
  /** Whether a topic lies outside those of the platform. */
  readonly isFree?: ((topic: string) => boolean) | undefined;
  /** Why requests to an address are always refused; null: they may go. */
  readonly whyNever?: ((url: string) => string | null) | undefined;
  /** The actions as they were: what was allowed then is not judged again. */
  readonly before?: readonly RuleAction[] | undefined;
  /** What a device that an action names has; null: it is gone. */
  readonly device?: (uid: number) => Target | null | undefined;
  /** What the devices have that the rule is about. */
  readonly own: Target;
}
/** What can be written to, and sent. */
export interface Target {
  field(id: string): boolean;
  /** Why a value cannot be written to the field; null: nothing stands against it. @param text null: it is not known yet */
  whyNotWritten(id: string, text: string | null): string | null;
  downlink(name: string): boolean | undefined;
}

/** What is wrong with a rule's actions and alert; `path`: as the API and the fleet file call the property. */
export function actionsWrong(
  { definition, actions, alert }: Pick<Rule, "definition" | "actions" | "alert">,
  checks: ActionChecks,
): readonly ActionProblem[] {
  // a moment of a clock alone is about no device
  const hasDevice = definition.trigger.type !== "schedule" || definition.condition !== null;
  const { isFree, own } = checks;
  const scope = { hasField: own.field, hasDevice, ...(isFree !== undefined && { isFree }) };
  const targets = actions.flatMap((action, i) => targetProblem(action, `actions[${i}]`, hasDevice, checks));
  return [...actionProblems(actions, alert ?? null, scope), ...targets];
}

function targetProblem(
  action: RuleAction,
  at: string,
  hasDevice: boolean,
  { own, device, whyNever, before = [] }: ActionChecks,
): readonly ActionProblem[] {
  if (action.type === "webhook") {
    const known = before.find((one) => one.type === "webhook" && one.url === action.url) as typeof action | undefined; // of this type
    const problem = unreachable({ whyNever }, action, known);
    return problem === null ? [] : [{ path: `${at}.${problem.key}`, message: problem.text }];
  }
  if (action.type !== "field" && action.type !== "downlink") return [];
  if (action.device === null && !hasDevice)
    return [{ path: `${at}.device`, message: "the rule fires for no device: name the one that is meant" }];
  const target = action.device === null ? own : device?.(action.device);
  if (target === null) return [{ path: `${at}.device`, message: "this device was deleted" }];
  if (action.type === "field") return writeProblem(action, at, target);
  return target?.downlink(action.downlink) === false
    ? [{ path: `${at}.downlink`, message: `the device's product has no downlink ${action.downlink}` }]
    : [];
}
function writeProblem({ field, value }: FieldAction, at: string, target?: Target): readonly ActionProblem[] {
  if (target === undefined) return [];
  if (!target.field(field)) return [{ path: `${at}.field`, message: `the device has no field ${field}` }];
  const computed = target.whyNotWritten(field, null);
  if (computed !== null) return [{ path: `${at}.field`, message: computed }];
  // what a template becomes is known when it is filled
  const wrong = /\{[{%]/.test(value) ? null : target.whyNotWritten(field, value.trim());
  return wrong === null ? [] : [{ path: `${at}.value`, message: wrong }];
}

/** The fields that actions write, for who looks for loops. @param device uid; null: the device that the rule fires for */
export function writesOf(actions: readonly RuleAction[]): readonly { device: number | null; field: string }[] {
  return actions.flatMap((one) => (one.type === "field" ? [{ device: one.device, field: one.field }] : []));
}
