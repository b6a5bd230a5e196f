import { parseTemplate } from "../../templates/template.ts";
import type { Doing } from "./doing.ts";
import type { AlertNeeds } from "./needs.ts";
import type { Task } from "./types.ts";
import { templateValues } from "./values.ts";

/** What templates see of all of it. */
export function valuesOf(needs: AlertNeeds, { rule, tasks }: Doing): Record<string, unknown> {
  return templateValues(needs, rule, tasks);
}
/** @throws TemplateError */
export function fill(text: string, values: Readonly<Record<string, unknown>>): string {
  return parseTemplate(text).render(values);
}
/** By which the other side knows what it has already: the same whenever it is tried. */
export function stableId({ id, rule, time }: Task): string {
  return `rule-${rule}-${id}-${time.toString(36)}`;
}
