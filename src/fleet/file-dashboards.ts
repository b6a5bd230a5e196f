import { z } from "zod";
import { judged, pathText } from "../base/voice.ts";
import { type DashboardContent, dashboardContent } from "./dashboard-content.ts";
import { isDescription, isName, isSlug, RULE } from "./rules.ts";

/** What a fleet file says of dashboards. Its content is what the API exports, as YAML or as JSON, which is YAML, too. */

/** Wrong kinds that are mended in one value, until it is clear that something else is wrong. */
const MOST_MENDED = 20_000;

/**
 * A value of a file that knows texts alone, with the numbers and flags that the schema asks for: `"3"` where a number stands is 3. What is
 * a text by the schema stays one, whatever it looks like.
 */
export function typedBy(schema: z.ZodType, value: unknown): unknown {
  const root = { value: structuredClone(value) };
  for (let mended = 0; mended < MOST_MENDED; ) {
    const { error } = schema.safeParse(root.value);
    const wrong = (error?.issues ?? []).filter((issue) => mend(root, issue));
    if (wrong.length === 0) break;
    mended += wrong.length;
  }
  return root.value;
}
/** @returns whether something was mended */
function mend(root: { value: unknown }, issue: z.core.$ZodIssue): boolean {
  let holder: object = root;
  let key: PropertyKey = "value";
  for (const part of issue.path) {
    const next: unknown = Reflect.get(holder, key);
    if (typeof next !== "object" || next === null || !Object.hasOwn(next, part)) return false;
    [holder, key] = [next, part];
  }
  const given: unknown = Reflect.get(holder, key);
  if (typeof given !== "string") return false;
  const meant = meantBy(issue, given);
  return meant !== undefined && Reflect.set(holder, key, meant);
}
function meantBy(issue: z.core.$ZodIssue, given: string): unknown {
  const wants = issue.code === "invalid_type" ? issue.expected : issue.code === "invalid_value" ? "value" : "";
  if (given === "null") return wants === "" ? undefined : null;
  if (wants === "boolean") return given === "true" ? true : given === "false" ? false : undefined;
  if (wants === "number" || wants === "int" || wants === "value")
    return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(given) ? Number(given) : undefined;
  return undefined;
}

const content = z.unknown().transform((given, ctx): DashboardContent => {
  const result = judged(dashboardContent, typedBy(dashboardContent, given));
  if ("data" in result) return result.data;
  for (const { path, key, message } of result.problems.slice(0, 20))
    ctx.addIssue({
      code: "custom",
      path: [...path],
      message: key === undefined ? message : `${pathText([key])} ${message}`,
    });
  return z.NEVER;
});
const ruled = (is: (text: string) => boolean, rule: string) => z.string().refine(is, `allowed is ${rule}`);
const dashboard = z.strictObject({
  name: ruled(isName, RULE.name),
  product: ruled(isSlug, RULE.slug).optional(),
  description: ruled((text) => text === "" || isDescription(text), `${RULE.description}; or "" for none`)
    .transform((text) => (text === "" ? null : text))
    .optional(),
  content,
});

export const FILE_DASHBOARDS = { dashboards: z.array(dashboard).default([]) };
