import { z } from "zod";
import { actionWishes } from "../fleet/rule-action-wish.ts";
import { MOST_NAMED } from "../fleet/rule-problems.ts";
import { definitionShape } from "../rules/schema.ts";
import * as values from "./values.ts";

/** Values of rules, for the API and the commands; what a definition may be is in src/rules/schema.ts. */

const scope = z
  .strictObject({
    products: z.array(values.slug).max(MOST_NAMED).default([]),
    devices: z
      .array(z.strictObject({ product: values.slug, device: values.deviceId }))
      .max(MOST_NAMED)
      .default([]),
    tags: z.array(values.tag).max(MOST_NAMED).default([]),
  })
  .meta({
    description:
      "Which devices it is about: those of the workspace that fulfil every list that is not empty, as far as its account may view them.",
  });

/** What a rule is made of. */
export const wish = {
  name: values.name,
  description: values.description,
  scope,
  ...definitionShape,
  ...actionWishes,
  account: z.string().min(1).max(512).nullable().meta({
    description:
      "Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view it does not see, and it does nothing that this may not.",
  }),
  active: z.boolean().meta({ description: "false: it is not looked at, and remembers nothing." }),
};
export const changed = z.strictObject(wish).partial();
/** A new one: what is absent has a default. */
export const created = z.strictObject({ ...changed.shape, name: wish.name, trigger: wish.trigger });
export type RuleGiven = z.output<typeof changed>;

export const until = z.string().max(64).nullable().meta({
  description: "RFC 3339, or a time from now like 30m, 8h or 2d; null: its actions run again.",
});
