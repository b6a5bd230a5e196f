import { errorText } from "../../base/errors.ts";
import type { RuleAction } from "../../fleet/types.ts";
import { templatesOf } from "../../fleet/rule-templates.ts";
import type { SeenValue } from "../../rules/types.ts";
import { attemptOf } from "./attempting.ts";
import type { Doers } from "./doers.ts";
import { fill } from "./filling.ts";
import type { Task } from "./types.ts";
import { templateValues } from "./values.ts";
import type { ActingRule } from "./types.ts";
import type { TakingNeeds } from "./needs.ts";

/** An action that is tried. */
export interface ActionTrial {
  readonly rule: ActingRule;
  readonly action: RuleAction;
  /** uid of the device that it is tried for; 0: none. */
  readonly device: number;
  /** Fields whose values it would have fired by, the one that decides first. */
  readonly fields: readonly string[];
  /** Only say what it would be. */
  readonly isDry: boolean;
}
/** What came of it. */
export interface ActionTried {
  readonly done: boolean;
  /** What happened, or what is wrong. */
  readonly text: string;
  /** Its templates, filled, by the property that has them; empty when one cannot be. */
  readonly rendered: Readonly<Record<string, string>>;
}

/** A value where a device has said nothing yet. */
const SAMPLE = 21.5;

/** Does an action once, as if the rule had just fired for a device with the values that this has; no alert is opened, and nothing tried again. */
export async function tryAction(needs: TakingNeeds, doers: Doers, trial: ActionTrial): Promise<ActionTried> {
  const { rule, action, isDry } = trial;
  const task = taskFor(needs, trial);
  let rendered: Record<string, string>;
  try {
    const values = templateValues(needs, rule, [task]);
    const all = Object.entries(templatesOf(action)).map(([key, text]) => [key, fill(text, values)] as const);
    rendered = Object.fromEntries(all.map(([key, text]) => [key, key.startsWith("headers.") ? "…" : text]));
  } catch (error) {
    return { done: false, text: `The template cannot be filled: ${errorText(error)}`, rendered: {} };
  }
  if (isDry) return { done: false, text: "Nothing was done: this was a dry run.", rendered };
  const { is, text } = await attemptOf(needs, doers, rule, action, [task]);
  return { done: is === "done", text, rendered };
}

function taskFor({ directory, current, clock }: TakingNeeds, { rule, action, device, fields }: ActionTrial): Task {
  const now = clock.micros();
  const node = directory.deviceByUid(device);
  const values = fields.map((id): SeenValue => {
    const field = node?.product.fields.get(id)?.row;
    const known = field === undefined ? null : current(device, field.uid);
    return { field: id, value: known?.value ?? SAMPLE, time: known?.time ?? now, unit: field?.unit ?? null };
  });
  const happening = {
    ...{ id: 0, rule: rule.uid, device, kind: action.on[0] ?? "fired", time: now, values, depth: 0 },
    ...{ quiet: null, reason: null, isPulse: false },
  } as const;
  const facts = { rule: rule.uid, happening, alert: null, text: rule.name, severity: rule.alert?.severity ?? null };
  return {
    ...facts,
    text: alertText(rule, () => templateValues({ directory, current, page: () => null }, rule, [facts])),
    ...REST,
    time: now,
    type: action.type,
  };
}
/** No task has this number. */
const REST = { id: 0, action: 0, tries: 0 } as const;

function alertText(rule: ActingRule, values: () => Readonly<Record<string, unknown>>): string {
  if (rule.alert === null) return rule.name;
  try {
    return fill(rule.alert.text, values()).trim() || rule.name;
  } catch {
    return rule.name;
  }
}
