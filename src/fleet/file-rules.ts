import { z } from "zod";
import { judged, pathText } from "../base/voice.ts";
import { definitionShape } from "../rules/schema.ts";
import { typedBy } from "./file-dashboards.ts";
import { actionWishes } from "./rule-action-wish.ts";
import { isDescription, isName, isSlug, isTag, RULE } from "./rules.ts";
import { MOST_NAMED } from "./rule-problems.ts";

/** What a fleet file says of rules: "" takes a value away (null). */

const ruled = (is: (text: string) => boolean, rule: string) => z.string().refine(is, `allowed is ${rule}`);
const list = <S extends z.ZodType>(of: S) => z.array(of).max(MOST_NAMED, `at most ${MOST_NAMED}`).optional();

const rule = z.strictObject({
  name: ruled(isName, RULE.name),
  description: ruled(isDescription, RULE.description).nullable().optional(),
  scope: z
    .strictObject({
      products: list(ruled(isSlug, RULE.slug)),
      /** `product/device` */
      devices: list(ruled((text) => /^[^/]+\/[^/]+$/.test(text), "a product and a device of it, like my-product/dev7")),
      tags: list(ruled(isTag, RULE.tag)),
    })
    .optional(),
  ...z.strictObject(definitionShape).partial().shape,
  actions: actionWishes.actions.optional(),
  alert: actionWishes.alert.optional(),
  account: z.string().nullable().optional(),
  active: z.boolean().optional(),
});
export type FileRule = z.output<typeof rule>;

/** A text that takes a value away. */
const NONE: ReadonlySet<unknown> = new Set(["", "null"]);
const TAKEN = ["description", "alert", "condition", "for", "repeat", "hours", "limit", "account"];
function withNull(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const entries: [string, unknown][] = Object.entries(given);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, TAKEN.includes(key) && NONE.has(value) ? null : value]),
  );
}

const fileRule = z.unknown().transform((given, ctx): FileRule => {
  const result = judged(rule, typedBy(rule, withNull(given)));
  if ("data" in result) return result.data;
  for (const { path, key, message } of result.problems.slice(0, 20)) {
    const text = key === undefined ? message : `${pathText([key])} ${message}`;
    ctx.addIssue({ code: "custom", path: [...path], message: text });
  }
  return z.NEVER;
});

export const FILE_RULES = { rules: z.array(fileRule).default([]) };
