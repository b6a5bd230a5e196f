import { z } from "zod";
import { MOST_FORMULA } from "../formulas/formula.ts";
import { NAMES } from "../decoders/sandbox/source.ts";
import { allowedAre } from "../base/voice.ts";
import { FILE_DASHBOARDS } from "./file-dashboards.ts";
import { FILE_BROKERS } from "./file-brokers.ts";
import { FILE_DOWNLINKS, FILE_NETWORKS } from "./file-downlinks.ts";
import { FILE_RULES } from "./file-rules.ts";
import { FILE_SPARKPLUG } from "./file-sparkplug.ts";
import { FILE_WEBHOOKS } from "./file-webhooks.ts";
import { codeProblem } from "./decoder-versions.ts";
import { CONFIGURATION_TYPES, FIELD_ROLES, SEMANTICS } from "./integration-rows.ts";
import {
  isConfigurationId,
  isCreatesDevices,
  isCreatesFields,
  isDecimals,
  isDescription,
  isName,
  isOnlineTimeout,
  isUnit,
  metadataOf,
  RULE,
} from "./rules.ts";
import { uuidOf } from "./uuids.ts";

/** What a fleet file says about fields, devices and products beside what makes them: "" takes a value away (null). */

const orNone = (rule: string) => `allowed is ${rule}; or "" for none`;

function text(test: (s: string) => boolean, rule: string) {
  return z
    .string()
    .refine((s) => s === "" || test(s), orNone(rule))
    .transform((s) => (s === "" ? null : s));
}
function whole(test: (n: number) => boolean, rule: string) {
  return z
    .string()
    .refine((s) => s === "" || (/^\d{1,10}$/.test(s) && test(Number(s))), orNone(rule))
    .transform((s) => (s === "" ? null : Number(s)));
}
const yesOrNo = z.enum(["true", "false"]).transform((v) => v === "true");
/** One of some words, in upper or lower case. */
function oneOf<const W extends string>(words: readonly W[]) {
  return z.string().transform((given, ctx): W | null => {
    const found = words.find((one) => one === given.toLowerCase());
    if (found !== undefined || given === "") return found ?? null;
    ctx.addIssue({ code: "custom", message: `${allowedAre(words, given)}; or "" for none` });
    return z.NEVER;
  });
}
const uuid = z
  .string()
  .refine((s) => uuidOf(s) !== null, `allowed is ${RULE.uuid}`)
  .transform((s) => uuidOf(s) ?? "");
/** Of whatever has a UUID. */
export const UUID = { uuid: uuid.optional() };

export const WORKSPACE_DETAILS = {
  ...UUID,
  ...FILE_NETWORKS,
  ...FILE_WEBHOOKS,
  ...FILE_DASHBOARDS,
  ...FILE_BROKERS,
  ...FILE_SPARKPLUG,
  ...FILE_RULES,
};
export const FIELD_DETAILS = {
  decimals: whole(isDecimals, RULE.decimals).optional(),
  description: text(isDescription, RULE.description).optional(),
  active: yesOrNo.optional(),
  role: oneOf(FIELD_ROLES).optional(),
  semantic: oneOf(SEMANTICS).optional(),
  settable: z
    .enum(["true", "false", ""])
    .transform((v) => (v === "" ? null : v === "true"))
    .optional(),
  formula: text((s) => s.length <= MOST_FORMULA, `a formula of at most ${MOST_FORMULA} characters`).optional(),
  ...UUID,
};

const decoder = z
  .union(
    [
      z.string(),
      z.strictObject({
        code: z.string(),
        function: z.enum(NAMES).optional(),
        note: text(isDescription, RULE.description).optional(),
      }),
    ],
    { error: 'allowed is the code, a group like { code: …, function: Decoder, note: … }, or "" for none' },
  )
  .transform((given, ctx) => {
    if (given === "") return null;
    const wish = typeof given === "string" ? { code: given } : given;
    const problem = codeProblem(wish.code);
    if (problem === null) return { function: null, ...wish, note: ("note" in wish ? wish.note : null) ?? "" };
    ctx.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  });
const configurationField = z.strictObject({
  id: z.string().refine(isConfigurationId, `allowed is ${RULE.configurationId}`),
  type: z.enum(CONFIGURATION_TYPES),
  name: z.string().refine(isName, `allowed is ${RULE.name}`).optional(),
  /** As it is typed; what its type makes of it, the plan says. */
  default: z.string().optional(),
  unit: text(isUnit, "up to 32 characters without control characters").optional(),
  description: text(isDescription, RULE.description).optional(),
});
export type FileConfigurationField = z.output<typeof configurationField>;
export const PRODUCT_DETAILS = {
  ...UUID,
  integration_key: uuid.optional(),
  accepts_product_uuid: yesOrNo.optional(),
  network_token_needed: yesOrNo.optional(),
  creates_devices: whole(isCreatesDevices, RULE.createsDevices).optional(),
  creates_fields: whole(isCreatesFields, RULE.createsFields).optional(),
  decoder: decoder.optional(),
  configuration: z.array(configurationField).default([]),
  ...FILE_DOWNLINKS,
};
const details = z.strictObject(PRODUCT_DETAILS);
export type FileProductDetails = z.output<typeof details>;
export const ONLINE_TIMEOUT = whole(isOnlineTimeout, RULE.onlineTimeout).optional();
export const DEVICE_DETAILS = {
  location: text(isName, RULE.location).optional(),
  /** Its numbers are numbers, as over HTTP (`typeMetadata`); all else in a file is the text as it was typed. */
  metadata: z
    .unknown()
    .refine((v) => v === undefined || v === "" || metadataOf(v) !== null, orNone(RULE.metadata))
    .transform((v) => (v === undefined ? undefined : (metadataOf(v) ?? null)))
    .optional(),
  online_timeout: ONLINE_TIMEOUT,
  /** Values of the product's configuration fields, as they are typed; "" takes one back. */
  configuration: z.record(z.string(), z.string()).optional(),
};
/** As the rows have them; undefined: the file does not say. */
export interface FileDetails {
  readonly location?: string | null | undefined;
  readonly metadata?: string | null | undefined;
  readonly onlineTimeout?: number | null | undefined;
  readonly configuration?: Readonly<Record<string, string>> | undefined;
}
