import type { Operations, Rule } from "../../../../sdk/operations.js";
import type { DeviceName } from "../../parts/choices/devices-choice.tsx";
import { type ActionDraft, actionOf, draftsOf } from "./rule-actions.ts";
import { type ConditionForm, conditionOf, linesOf, NEW_LINE } from "./rule-condition.ts";

/** What is typed about a rule, and how the API takes it. */

type RuleActions = NonNullable<Parameters<Operations["createRule"]>[0]["body"]["actions"]>;

export const TRIGGERS = ["measurement", "silence", "schedule", "geofence"] as const;
export type TriggerType = (typeof TRIGGERS)[number];
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export interface RuleForm extends ConditionForm {
  readonly name: string;
  readonly description: string;
  readonly active: boolean;
  readonly trigger: TriggerType;
  /** Identifiers that trigger it. */
  readonly fields: readonly string[];
  /** Of a circle: the field with the position. */
  readonly position: string;
  readonly timeout: string;
  readonly cron: string;
  readonly zone: string;
  readonly lat: string;
  readonly lng: string;
  readonly radius: string;
  readonly event: "enter" | "leave";
  readonly products: readonly string[];
  readonly tags: readonly string[];
  readonly devices: readonly DeviceName[];
  readonly for: string;
  readonly repeat: string;
  readonly limit: string;
  readonly hours: boolean;
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly alert: Rule["alert"];
  readonly actions: readonly ActionDraft[];
}

export const NEW_RULE: RuleForm = {
  ...{ name: "", description: "", active: true, trigger: "measurement", fields: [], position: "", timeout: "" },
  ...{ cron: "30 7 * * 1-5", zone: "UTC", lat: "", lng: "", radius: "200", event: "enter" },
  ...{ join: "all", lines: [NEW_LINE], json: "", products: [], tags: [], devices: [] },
  ...{ for: "", repeat: "", limit: "", hours: false, days: [...DAYS], from: "08:00", to: "18:00" },
  ...{ alert: null, actions: [] },
};

export function ruleFormOf(rule: Rule): RuleForm {
  const { name, description, active, trigger, condition, scope, hours, limit } = rule;
  const found = linesOf(condition);
  return {
    ...NEW_RULE,
    ...{ name, description: description ?? "", active, trigger: trigger.type },
    ...(trigger.type === "measurement" && { fields: trigger.fields.map(String) }),
    ...(trigger.type === "silence" && { timeout: trigger.timeout ?? "" }),
    ...(trigger.type === "schedule" && { cron: trigger.cron, zone: trigger.zone }),
    ...(trigger.type === "geofence" && {
      ...{ position: trigger.field, lat: String(trigger.lat), lng: String(trigger.lng) },
      ...{ radius: String(trigger.radius), event: trigger.event },
    }),
    ...(found ?? { join: "json", lines: [] }),
    json: condition === null ? "" : JSON.stringify(condition, null, 2),
    ...{ products: scope.products, tags: scope.tags, devices: scope.devices },
    ...{ for: rule.for ?? "", repeat: rule.repeat ?? "", limit: limit === null ? "" : String(limit) },
    ...{ alert: rule.alert, actions: draftsOf(rule.actions) },
    hours: hours !== null,
    ...(hours !== null && { days: hours.days, from: hours.from, to: hours.to, zone: hours.zone }),
  };
}

function triggerOf(form: RuleForm): Rule["trigger"] {
  switch (form.trigger) {
    case "measurement":
      return { type: "measurement", fields: [...form.fields] };
    case "silence":
      return { type: "silence", timeout: form.timeout.trim() === "" ? null : form.timeout.trim() };
    case "schedule":
      return { type: "schedule", cron: form.cron.trim(), zone: form.zone.trim() };
    default:
      return {
        ...{ type: "geofence", field: form.position.trim().toUpperCase(), event: form.event },
        ...{ lat: Number(form.lat), lng: Number(form.lng), radius: Number(form.radius) },
      };
  }
}
/** The form as the API takes it. @throws SyntaxError the condition is no JSON */
export function ruleBodyOf(form: RuleForm) {
  const text = (one: string) => (one.trim() === "" ? null : one.trim());
  return {
    ...{ name: form.name.trim(), description: text(form.description), active: form.active },
    ...{ trigger: triggerOf(form), condition: conditionOf(form) },
    scope: { products: [...form.products], tags: [...form.tags], devices: [...form.devices] },
    // requests take what answers have
    ...{ alert: form.alert, actions: form.actions.map(actionOf) as RuleActions },
    ...{ for: text(form.for), repeat: text(form.repeat), limit: form.limit.trim() === "" ? null : Number(form.limit) },
    hours: form.hours
      ? { zone: form.zone.trim(), days: DAYS.filter((day) => form.days.includes(day)), from: form.from, to: form.to }
      : null,
  };
}
