import type { Form } from "../measure/types.ts";
import type { Figure, Operator, RuleComparison, RuleCondition, RuleDefinition } from "./types.ts";

/** What rules name of products: fields and configuration fields. */

/** Something that a rule names, where it does so, and of which form it must be. */
export interface Reference {
  /** `condition.all[0].field` */
  readonly path: string;
  readonly kind: "field" | "configuration";
  readonly id: string;
  /** Null: any will do. */
  readonly forms: readonly Form[] | null;
}

const ORDERED: readonly Operator[] = [">", ">=", "<", "<="];
const TEXTUAL: readonly Operator[] = ["contains", "starts_with"];
const CIRCULAR: readonly Operator[] = ["inside", "outside"];
const NUMBERS: readonly Form[] = ["number"];

/** Every comparison of a condition in the order of the text, with its place. */
export function* comparisonsOf(
  condition: RuleCondition | null,
  path = "condition",
): Generator<readonly [one: RuleComparison, path: string]> {
  if (condition === null) return;
  if ("not" in condition) yield* comparisonsOf(condition.not, `${path}.not`);
  else if ("all" in condition)
    for (const [i, one] of condition.all.entries()) yield* comparisonsOf(one, `${path}.all[${i}]`);
  else if ("any" in condition)
    for (const [i, one] of condition.any.entries()) yield* comparisonsOf(one, `${path}.any[${i}]`);
  else yield [condition, path];
}

/** All that a definition names. */
export function referencesOf({ trigger, condition }: Pick<RuleDefinition, "trigger" | "condition">): Reference[] {
  const found: Reference[] = [];
  const add = (path: string, kind: Reference["kind"], id: string, forms: readonly Form[] | null) =>
    found.push({ path, kind, id, forms });
  if (trigger.type === "measurement")
    for (const [i, id] of trigger.fields.entries()) add(`trigger.fields[${i}]`, "field", id, null);
  if (trigger.type === "geofence") add("trigger.field", "field", trigger.field, ["position"]);
  for (const [one, path] of comparisonsOf(condition)) {
    const { field, configuration, figure, operator, value } = one;
    if (field !== undefined) add(`${path}.field`, "field", field, figure ? formsOf(figure) : wanted(operator));
    if (configuration !== undefined) add(`${path}.configuration`, "configuration", configuration, wanted(operator));
    if (typeof value !== "object") continue;
    const forms = ORDERED.includes(operator) ? NUMBERS : null;
    if ("field" in value) add(`${path}.value.field`, "field", value.field, forms);
    if ("configuration" in value) add(`${path}.value.configuration`, "configuration", value.configuration, forms);
  }
  return found;
}
function wanted(operator: Operator): readonly Form[] | null {
  if (ORDERED.includes(operator)) return NUMBERS;
  if (TEXTUAL.includes(operator)) return ["text"];
  return CIRCULAR.includes(operator) ? ["position"] : null;
}
const formsOf = (figure: Figure): readonly Form[] | null => (figure === "count" ? null : ["number", "boolean"]);

/** Identifiers of all fields by whose measurements it is looked at; null: all of the device's. */
export function triggersOf({ trigger }: Pick<RuleDefinition, "trigger">): readonly string[] | null {
  switch (trigger.type) {
    case "measurement":
      return trigger.fields;
    case "geofence":
      return [trigger.field];
    case "silence":
      return null;
    case "schedule":
      return [];
    default:
      return trigger satisfies never;
  }
}
