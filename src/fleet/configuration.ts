import type { ConfigurationField, ConfigurationType, ConfigurationValueOf } from "./types.ts";

/** Values of configuration fields. */

const MOST_TEXT = 4000;
/** What may be written for a type. */
export const CONFIGURATION_RULE: Readonly<Record<ConfigurationType, string>> = {
  number: "a number (like 2.5)",
  text: `up to ${MOST_TEXT} characters`,
  boolean: "true or false",
};

/** The value that a text is for a type; null: it is none. */
export function configuredOf(type: ConfigurationType, given: string): ConfigurationValueOf | null {
  if (type === "text") return isText(given) ? given : null;
  if (type === "boolean") return given === "true" ? true : given === "false" ? false : null;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
/** Whether a value is one of a type. */
export function isConfigured(
  { type }: Pick<ConfigurationField, "type">,
  value: unknown,
): value is ConfigurationValueOf {
  if (type === "text") return typeof value === "string" && isText(value);
  return type === "boolean" ? typeof value === "boolean" : typeof value === "number" && Number.isFinite(value);
}
function isText(text: string): boolean {
  return text.length <= MOST_TEXT && text.isWellFormed();
}
