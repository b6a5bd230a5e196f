import type { Operations, Rule } from "../../../../sdk/operations.js";

/** What is typed about a rule, and how the API takes it. */

type RuleActions = NonNullable<Parameters<Operations["createRule"]>[0]["body"]["actions"]>;

export const TRIGGERS = ["measurement", "silence", "schedule", "geofence"] as const;
export type TriggerType = (typeof TRIGGERS)[number];
export const OPERATORS = [">", ">=", "<", "<=", "=", "!=", "contains", "starts_with"] as const;
export const FIGURES = ["", "average", "minimum", "maximum", "change", "count"] as const;
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** A line of a condition. */
export interface Comparison {
  readonly field: string;
  /** Empty: the value itself. */
  readonly figure: string;
  readonly over: string;
  readonly operator: string;
  /** A number, true, false, or a text; `@FIELD` is another field. */
  readonly value: string;
  readonly hysteresis: string;
}
export interface RuleForm {
  readonly name: string;
  readonly description: string;
  readonly active: boolean;
  readonly trigger: TriggerType;
  /** With commas. */
  readonly fields: string;
  readonly timeout: string;
  readonly cron: string;
  readonly zone: string;
  readonly lat: string;
  readonly lng: string;
  readonly radius: string;
  readonly event: "enter" | "leave";
  /** How lines go together; `json`: the condition is more than lines. */
  readonly join: "all" | "any" | "json";
  readonly lines: readonly Comparison[];
  readonly json: string;
  readonly products: string;
  readonly tags: string;
  /** `product/device`, with commas. */
  readonly devices: string;
  readonly for: string;
  readonly repeat: string;
  readonly limit: string;
  readonly hours: boolean;
  readonly days: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly alert: Rule["alert"];
  readonly actions: Rule["actions"];
}

export const NEW_LINE: Comparison = { field: "", figure: "", over: "10m", operator: ">", value: "", hysteresis: "" };
export const NEW_RULE: RuleForm = {
  ...{ name: "", description: "", active: true, trigger: "measurement", fields: "", timeout: "" },
  ...{ cron: "30 7 * * 1-5", zone: "UTC", lat: "", lng: "", radius: "200", event: "enter" },
  ...{ join: "all", lines: [NEW_LINE], json: "", products: "", tags: "", devices: "" },
  ...{ for: "", repeat: "", limit: "", hours: false, days: [...DAYS], from: "08:00", to: "18:00" },
  ...{ alert: null, actions: [] },
};

export function listOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

type Plain = Readonly<Record<string, unknown>>;

/** The lines of a condition; null: it is more than lines. */
export function linesOf(condition: Plain | null): { join: "all" | "any"; lines: Comparison[] } | null {
  if (condition === null) return { join: "all", lines: [] };
  for (const join of ["all", "any"] as const) {
    const inner = condition[join];
    if (!Array.isArray(inner)) continue;
    const lines = inner.map((one: unknown) => lineOf(one as Plain)); // as the API answers
    return lines.every((line) => line !== null) ? { join, lines } : null;
  }
  const line = lineOf(condition);
  return line === null ? null : { join: "all", lines: [line] };
}
function lineOf({ field, figure, over, operator, value, hysteresis, ...rest }: Plain): Comparison | null {
  if (Object.keys(rest).length > 0 || typeof field !== "string") return null;
  if (!OPERATORS.some((one) => one === operator)) return null;
  const text = typeof value === "object" && value !== null ? otherField(value as Plain) : shown(value); // as the API answers
  if (text === null) return null;
  return {
    ...{ field, operator: String(operator), value: text, figure: String(figure ?? "") },
    ...{ over: String(over ?? "10m"), hysteresis: hysteresis === undefined ? "" : String(hysteresis) },
  };
}
function otherField(value: Plain): string | null {
  return typeof value.field === "string" ? `@${value.field}` : null;
}
/** A text that would be read as something else stands in quotation marks. */
function shown(value: unknown): string {
  return typeof value === "string" && typeof comparedOf(value) !== "string" ? JSON.stringify(value) : String(value);
}
function comparedOf(text: string): unknown {
  const bare = text.trim();
  if (/^@\w+$/.test(bare)) return { field: bare.slice(1).toUpperCase() };
  if (bare === "true" || bare === "false") return bare === "true";
  if (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(bare)) return Number(bare);
  return /^".*"$/.test(bare) ? bare.slice(1, -1) : bare;
}

export function ruleFormOf(rule: Rule): RuleForm {
  const { name, description, active, trigger, condition, scope, hours, limit } = rule;
  const found = linesOf(condition);
  return {
    ...NEW_RULE,
    ...{ name, description: description ?? "", active, trigger: trigger.type },
    ...(trigger.type === "measurement" && { fields: trigger.fields.join(", ") }),
    ...(trigger.type === "silence" && { timeout: trigger.timeout ?? "" }),
    ...(trigger.type === "schedule" && { cron: trigger.cron, zone: trigger.zone }),
    ...(trigger.type === "geofence" && {
      ...{ fields: trigger.field, lat: String(trigger.lat), lng: String(trigger.lng) },
      ...{ radius: String(trigger.radius), event: trigger.event },
    }),
    ...(found ?? { join: "json", lines: [] }),
    json: condition === null ? "" : JSON.stringify(condition, null, 2),
    products: scope.products.join(", "),
    tags: scope.tags.join(", "),
    devices: scope.devices.map(({ product, device }) => `${product}/${device}`).join(", "),
    ...{ for: rule.for ?? "", repeat: rule.repeat ?? "", limit: limit === null ? "" : String(limit) },
    ...{ alert: rule.alert, actions: rule.actions },
    hours: hours !== null,
    ...(hours !== null && { days: hours.days, from: hours.from, to: hours.to, zone: hours.zone }),
  };
}

function triggerOf(form: RuleForm): Rule["trigger"] {
  const fields = listOf(form.fields).map((one) => one.toUpperCase());
  switch (form.trigger) {
    case "measurement":
      return { type: "measurement", fields };
    case "silence":
      return { type: "silence", timeout: form.timeout.trim() === "" ? null : form.timeout.trim() };
    case "schedule":
      return { type: "schedule", cron: form.cron.trim(), zone: form.zone.trim() };
    default:
      return {
        ...{ type: "geofence", field: fields[0] ?? "", event: form.event },
        ...{ lat: Number(form.lat), lng: Number(form.lng), radius: Number(form.radius) },
      };
  }
}
/** @throws SyntaxError the condition is no JSON */
export function conditionOf({ join, lines, json }: RuleForm): Record<string, unknown> | null {
  // what it is the server says
  if (join === "json") return json.trim() === "" ? null : (JSON.parse(json) as Record<string, unknown>);
  const all = lines
    .filter(({ field }) => field.trim() !== "")
    .map(({ field, figure, over, operator, value, hysteresis }) => ({
      field: field.trim().toUpperCase(),
      ...(figure !== "" && { figure, over: over.trim() }),
      ...{ operator, value: comparedOf(value) },
      ...(hysteresis.trim() !== "" && { hysteresis: Number(hysteresis) }),
    }));
  return all.length === 0 ? null : all.length === 1 ? (all[0] ?? null) : { [join]: all };
}
/** The form as the API takes it. @throws SyntaxError the condition is no JSON */
export function ruleBodyOf(form: RuleForm) {
  const text = (one: string) => (one.trim() === "" ? null : one.trim());
  return {
    ...{ name: form.name.trim(), description: text(form.description), active: form.active },
    ...{ trigger: triggerOf(form), condition: conditionOf(form) },
    scope: {
      products: listOf(form.products),
      tags: listOf(form.tags),
      devices: listOf(form.devices).map((one) => {
        const [product = "", device = ""] = one.split("/");
        return { product, device };
      }),
    },
    // requests take what answers have
    ...{ alert: form.alert, actions: form.actions as RuleActions },
    ...{ for: text(form.for), repeat: text(form.repeat), limit: form.limit.trim() === "" ? null : Number(form.limit) },
    hours: form.hours
      ? { zone: form.zone.trim(), days: DAYS.filter((day) => form.days.includes(day)), from: form.from, to: form.to }
      : null,
  };
}
