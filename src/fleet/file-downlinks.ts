import { z } from "zod";
import { NETWORK_TYPES } from "../networks/downlinks/types.ts";
import { isApplication, isNetworkKey, isServer, NETWORK_RULE } from "./edit/networks.ts";
import { DOWNLINK_WAYS } from "./downlink-rows.ts";
import { fieldIdOf, isDescription, isSlug, RULE } from "./rules.ts";

/** What a fleet file says of networks and of what can be sent to devices: "" takes a value away (null). */

const name = z.string().refine(isSlug, `allowed is ${RULE.slug}`);
const given = (test: (text: string) => boolean, rule: string) =>
  z
    .string()
    .refine((text) => text === "" || test(text), `allowed is ${rule}; or "" for none`)
    .transform((text) => (text === "" ? null : text))
    .optional();
const yesOrNo = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();
const whole = z
  .string()
  .refine((text) => /^\d{1,8}$/.test(text), "allowed is a whole number")
  .transform(Number)
  .optional();
const fieldId = z.string().transform((text, ctx): string => {
  const id = fieldIdOf(text);
  if (id !== null) return id;
  ctx.addIssue({ code: "custom", message: `allowed is ${RULE.fieldId}` });
  return z.NEVER;
});
const fields = z.array(fieldId).optional();

const network = z.strictObject({
  name,
  type: z.enum(NETWORK_TYPES),
  server: given(isServer, NETWORK_RULE.server),
  application: given(isApplication, NETWORK_RULE.application),
  webhook: given(isApplication, NETWORK_RULE.application),
  key: given(isNetworkKey, NETWORK_RULE.key),
});
export type FileNetwork = z.output<typeof network>;

const downlink = z.strictObject({
  name,
  description: z
    .string()
    .refine((text) => text === "" || isDescription(text), `allowed is ${RULE.description}`)
    .optional(),
  sent_by: z.enum(DOWNLINK_WAYS).optional(),
  encoder: z.string().optional(),
  field: fieldId.optional(),
  hex: z.string().optional(),
  text: z.string().optional(),
  target: z.union([z.literal("").transform(() => null), fieldId]).optional(),
  port: whole,
  confirmed: yesOrNo,
  replace: yesOrNo,
  fields,
  triggers: fields,
  active: yesOrNo,
  wait: whole,
});
export type FileDownlink = z.output<typeof downlink>;

export const FILE_NETWORKS = { networks: z.array(network).default([]) };
export const FILE_DOWNLINKS = {
  /** Name of a network of the workspace. */
  network: given(isSlug, RULE.slug),
  downlinks: z.array(downlink).default([]),
};
