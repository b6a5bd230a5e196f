import { isObject, Unreadable } from "../../networks/values.ts";
import { parseTemplate, type Template, TemplateError } from "../../templates/template.ts";
import { jsonPath } from "./path.ts";
import type { FieldRule } from "./schema.ts";

/** What the templates and paths of a map read. */

/** What templates of a map know. */
export interface Known extends Readonly<Record<string, unknown>> {
  readonly topic: string;
  readonly payload: string;
  /** The payload as JSON, or the item of it; undefined: it is none. */
  readonly json: unknown;
}
/** A value of a message: what a path leads to, or what a template makes. */
type Source = (known: Known) => readonly { readonly key: string | number | null; readonly value: unknown }[];

/** What a rule reads; without a path and a template the whole payload. */
export function sourceOf({ path, value }: Pick<FieldRule, "path" | "value">): Source | string {
  if (path !== undefined && value !== undefined) return "it has a path and a template: give one of them";
  if (path !== undefined) {
    const walk = jsonPath(path);
    return typeof walk === "string" ? walk : ({ json }) => walk(json);
  }
  if (value === undefined) return ({ json, payload }) => [{ key: null, value: isObject(json) ? json : payload }];
  const made = template(value);
  return typeof made === "string" ? made : (known) => [{ key: null, value: rendered(made, known) }];
}

export function template(text: string): Template | string {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}
/** @throws Unreadable what it needs is not in this message */
export function rendered(made: Template, known: Known): string {
  try {
    return made.render(known).trim();
  } catch (error) {
    if (error instanceof TemplateError) throw new Unreadable(`A template cannot be made of it: ${error.message}.`);
    throw error;
  }
}
