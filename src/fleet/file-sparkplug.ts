import { z } from "zod";
import { isHostId, isNodes, isReorder, SPARKPLUG_RULE } from "./edit/sparkplug.ts";
import { isSlug, RULE } from "./rules.ts";

/** What a fleet file says of Sparkplug B. */

const yesOrNo = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();

const sparkplug = z.strictObject({
  host: z.string().refine(isHostId, `allowed is ${SPARKPLUG_RULE.host}`),
  /** An API user of the workspace. */
  account: z.string(),
  products: z.array(
    z.strictObject({
      nodes: z.string().refine(isNodes, `allowed is ${SPARKPLUG_RULE.nodes}`),
      product: z.string().refine(isSlug, `allowed is ${RULE.slug}`),
    }),
  ),
  /** Milliseconds. */
  reorder: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && isReorder(Number(text)), `allowed are ${SPARKPLUG_RULE.reorder}`)
    .transform(Number)
    .optional(),
  rebirth: yesOrNo,
  active: yesOrNo,
});
export const FILE_SPARKPLUG = { sparkplug: sparkplug.optional() };
