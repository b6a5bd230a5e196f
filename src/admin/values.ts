import { daysFrom } from "../measure/time.ts";
import { z } from "zod";
import { allowedAre } from "../base/voice.ts";
import {
  emailOf,
  fieldIdOf,
  fieldTypeOf,
  isDecimals,
  isDescription,
  isDeviceId,
  isName,
  isOnlineTimeout,
  isSlug,
  isTag,
  isUnit,
  metadataOf,
  PATTERN,
  RULE,
} from "../fleet/rules.ts";
import {
  DEVICE_PERMISSIONS,
  ROLES,
  TOPIC_PERMISSIONS,
  WORKSPACE_PERMISSIONS,
  type DevicePermission,
} from "../fleet/types.ts";
import { FIELD_TYPES, type FieldType } from "../measure/types.ts";
import { isFilter } from "../topic/names.ts";

/**
 * The values of the API: what they may be, in the same words as in the fleet file (src/fleet/rules.ts), and what the
 * document says of them. Each schema checks requests and is printed into the OpenAPI document.
 */

/** A text with a rule; the document tells the rule in words, and as a pattern where it has one. */
function ruled(test: (text: string) => boolean, rule: string, most: number, pattern?: string) {
  const meta = { description: rule, ...(pattern !== undefined && { pattern }) };
  return z.string().max(most, `allowed is ${rule}`).refine(test, `allowed is ${rule}`).meta(meta);
}

/** What a command names: an account, a product, a workspace, as somebody wrote it. */
export const named = z.string().min(1).max(512);
/** Whether a command only asks what would be done. */
export const dry = z.boolean().default(false);

export const slug = ruled(isSlug, RULE.slug, 64, PATTERN.slug);
export const name = ruled(isName, RULE.name, 200);
export const tag = ruled(isTag, RULE.tag, 64);
export const tags = z.array(tag).max(100, "at most 100 tags");
export const unit = ruled(isUnit, "1 to 32 characters without control characters", 32).nullable();
export const serial = ruled(isDeviceId, RULE.serial, 64, PATTERN.deviceId).nullable();
export const deviceId = ruled(isDeviceId, RULE.deviceId, 64, PATTERN.deviceId);
export const location = ruled(isName, RULE.location, 200).nullable();
export const description = ruled(isDescription, RULE.description, 2000).nullable();
export const decimals = z
  .int(`allowed is ${RULE.decimals}`)
  .refine(isDecimals, `allowed is ${RULE.decimals}`)
  .nullable()
  .meta({ description: `Digits after the point that people are shown: ${RULE.decimals}; null: as many as there are.` });
export const onlineTimeout = z
  .int(`allowed is ${RULE.onlineTimeout}`)
  .refine(isOnlineTimeout, `allowed is ${RULE.onlineTimeout}`)
  .nullable()
  .meta({
    description:
      "A device counts as online for so many seconds after its last measurement. null: as its product says, or else the " +
      `instance (40 minutes). ${RULE.onlineTimeout}.`,
  });
export const metadata = z
  .record(z.string(), z.unknown())
  .refine((value) => metadataOf(value) !== null, `allowed is ${RULE.metadata}`)
  .meta({ description: `Anything of your own: ${RULE.metadata}.` });
export const fieldId = z
  .string()
  .max(64, `allowed is ${RULE.fieldId}`)
  .refine((text) => fieldIdOf(text) !== null, `allowed is ${RULE.fieldId}`)
  .transform((text) => fieldIdOf(text) ?? "")
  .meta({ description: `${RULE.fieldId}; stored in upper case.`, pattern: PATTERN.fieldId });
export const fieldType = z.enum(FIELD_TYPES);
/** The type of a new field, in any case; `FLOAT` is NUMERIC. */
export const fieldTypeGiven = z
  .string()
  .transform((text, ctx): FieldType => {
    const type = fieldTypeOf(text);
    if (type !== null) return type;
    ctx.addIssue({ code: "custom", message: allowedAre(FIELD_TYPES, text) });
    return z.NEVER;
  })
  .meta({ enum: [...FIELD_TYPES] });
export const email = z
  .string()
  .max(254, `allowed is ${RULE.email}`)
  .refine((text) => emailOf(text) !== null, `allowed is ${RULE.email}`)
  .transform((text) => emailOf(text) ?? "");
export const role = z.enum(ROLES);
/**
 * How a product writes true and false. No list of words in the document: many generators make names of them, and two that differ
 * by their case alone are one name.
 */
export const boolText = z
  .custom<"true" | "True">((value) => value === "true" || value === "True", "allowed is true, True")
  .meta({
    type: "string",
    pattern: "^[tT]rue$",
    description: 'How true and false are written over MQTT: "true", or "True" with a capital (then "False", too).',
  });
/** A time as answers have it. */
export const time = z.string().meta({ description: "RFC 3339, UTC.", format: "date-time" });
export const expires = z
  .string()
  .max(40)
  .refine(
    (text) => microsOf(text) !== null || daysFrom(text, 0) !== null,
    "allowed is a time like 2030-12-31T18:00:00Z, or days from now like 90d",
  )
  .nullable()
  .meta({ description: "RFC 3339 like 2030-12-31T18:00:00Z, or days from now like 90d; null: never." });

/** µs since the epoch of a time with a zone; null when it is none. */
export function microsOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at * 1000;
}

const MAX_LEVELS = 1024;
const filter = ruled((text) => isFilter(text, MAX_LEVELS) && !text.startsWith("$"), RULE.filter, 65_535);
const can = z.array(z.enum(DEVICE_PERMISSIONS)).min(1).max(DEVICE_PERMISSIONS.length);

/** One line of rights. Products go by slug, devices by product and id. */
export const grant = z
  .discriminatedUnion("scope", [
    z.strictObject({ scope: z.literal("all"), can }),
    z.strictObject({ scope: z.literal("product"), product: slug, can }),
    z.strictObject({ scope: z.literal("tag"), tag, can }),
    z.strictObject({ scope: z.literal("device"), product: slug, device: deviceId, can }),
    z.strictObject({ scope: z.literal("workspace"), can: z.array(z.enum(WORKSPACE_PERMISSIONS)).min(1).max(7) }),
    z.strictObject({ scope: z.literal("instance"), can: z.array(z.literal("operate")).length(1) }),
    z.strictObject({
      scope: z.literal("free_topics"),
      filters: z.array(filter).min(1).max(100),
      except: z.array(filter).max(100).default([]),
      can: z.array(z.enum(TOPIC_PERMISSIONS)).min(1).max(2),
    }),
  ])
  .meta({
    description:
      "What is given: on all devices of the workspace, those of a product, those with a tag, one device; on the " +
      "workspace, the instance, or free topics.",
  });
export const grants = z.array(grant).max(1000, "at most 1000 lines");
export type WireGrant = z.output<typeof grant>;
export type { DevicePermission };

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);
/** `?flag=true`, as clients of many languages write it (`True`, `1`); a boolean in the document. */
export const flagQuery = z
  .string()
  .refine((text) => TRUTH.has(text.toLowerCase()), "allowed is true, false")
  .transform((text) => TRUTH.get(text.toLowerCase()) ?? false)
  .meta({ type: "boolean" });
export const dryRun = flagQuery
  .optional()
  .meta({ description: "true: nothing is changed; the answer tells what would go." });

export const confirm = z.string().max(64).optional().meta({
  description: "The slug once more. Without it nothing is deleted, so that no address that was cut off deletes.",
});

/** What goes when something is deleted, as far as it has any. */
export const takes = z.object({
  dry_run: z.boolean(),
  takes: z.object({
    products: z.int(),
    fields: z.int(),
    devices: z.int(),
    series: z.int().meta({ description: "Fields of devices that were ever measured." }),
    measurements: z.int().meta({ description: "As history shows them; those that only rollups keep do not count." }),
    grants: z.int().meta({ description: "Grants that name it." }),
    api_users: z.int(),
    tokens: z.int(),
    sessions: z.int().meta({ description: "MQTT sessions that end." }),
  }),
});
