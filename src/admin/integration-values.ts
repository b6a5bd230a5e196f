import { MOST_FORMULA } from "../formulas/formula.ts";
import { z } from "zod";
import { NAMES } from "../decoders/sandbox/source.ts";
import {
  isConfigurationId,
  isCreatesDevices,
  isCreatesFields,
  isDescription,
  isDiscoveryPrefix,
  PATTERN,
  RULE,
} from "../fleet/rules.ts";
import { CONFIGURATION_TYPES, FIELD_ROLES, SEMANTICS } from "../fleet/types.ts";
import { uuidOf } from "../fleet/uuids.ts";
import { printTime } from "../measure/time.ts";
import { time } from "./values.ts";

/** Values of the API that integrations need; what each may be is in src/fleet/rules.ts. */

/** As a request gives it. */
export const uuidGiven = z
  .string()
  .max(36, `allowed is ${RULE.uuid}`)
  .refine((text) => uuidOf(text) !== null, `allowed is ${RULE.uuid}`)
  .transform((text) => uuidOf(text) ?? "")
  .meta({
    description: "A UUID that programs elsewhere hold on to already; a random one when absent.",
    pattern: PATTERN.uuid,
  });
/** As an answer has it. */
export const uuid = z.string().meta({ description: "A UUID, in lower case; never changes by itself." });

/** When something was made. */
export const created = time
  .nullable()
  .meta({ description: "When it was made, RFC 3339; null: before this was noted." });
export function createdAt({ created: at }: { readonly created?: number }): string | null {
  return at === undefined ? null : printTime(at);
}

export const settable = z
  .boolean()
  .nullable()
  .meta({
    description:
      "Whether people and programs set it, like a switch or a set point, rather than devices measuring it: Home Assistant shows it so to " +
      "those who may record. null: where it has neither a unit nor a semantic of something that is measured.",
  });
export const formula = z
  .string()
  .max(MOST_FORMULA, `allowed are ${MOST_FORMULA} characters`)
  .refine((text) => text.trim() !== "", "is empty: null takes it away")
  .nullable()
  .meta({
    description:
      "Computes the field from others of its product, such as TEMPERATURE * 1.8 + 32 (docs/formulas.md). It takes no measurements from anybody then. " +
      "null: it is measured.",
  });
export const homeAssistant = z
  .string()
  .max(64, `allowed is ${RULE.discoveryPrefix}`)
  .refine(isDiscoveryPrefix, `allowed is ${RULE.discoveryPrefix}`)
  .nullable()
  .meta({
    description:
      "Its clients are a Home Assistant that looks for devices below this prefix: homeassistant, unless it was told another. It finds the " +
      "devices that this API user may view, and sets the fields of those that it may record. null: they are not.",
    pattern: PATTERN.discoveryPrefix,
  });

export const fieldRole = z
  .enum(FIELD_ROLES)
  .nullable()
  .meta({ description: "What it is for its device; of each role a product has one field." });
export const semantic = z
  .enum(SEMANTICS)
  .nullable()
  .meta({ description: "What it measures, in words that are the same in all products." });

export const createsDevices = z
  .int(`allowed is ${RULE.createsDevices}`)
  .refine(isCreatesDevices, `allowed is ${RULE.createsDevices}`)
  .meta({
    description: `Unknown serials make devices by themselves until the product has so many; 0: they are suggested. ${RULE.createsDevices}.`,
  });
export const createsFields = z
  .int(`allowed is ${RULE.createsFields}`)
  .refine(isCreatesFields, `allowed is ${RULE.createsFields}`)
  .meta({
    description: `Unknown identifiers make fields by themselves until the product has so many; 0: they are suggested. ${RULE.createsFields}.`,
  });

/** As long as a request may have it; what the code may be, src/fleet/decoder-versions.ts says. */
export const code = z
  .string()
  .max(262_144, "at most 262144 characters")
  .meta({ description: "The script, in JavaScript." });
export const decoderFunction = z.enum(NAMES).nullable().meta({
  description:
    "The function that is called; null: the first that the script has, in the order that docs/decoders.md says.",
});
export const note = z
  .string()
  .max(2000, `allowed is ${RULE.description}`)
  .refine((text) => text === "" || isDescription(text), `allowed is ${RULE.description}`)
  .meta({ description: "Why, for people." });
export const versionNumber = z.int().min(1).max(1_000_000_000);

export const configurationId = z
  .string()
  .max(64, `allowed is ${RULE.configurationId}`)
  .refine(isConfigurationId, `allowed is ${RULE.configurationId}`)
  .meta({ description: `${RULE.configurationId}; stays as it is written.`, pattern: PATTERN.configurationId });
export const configurationType = z.enum(CONFIGURATION_TYPES);
export const configurationValue = z.union([z.number(), z.boolean(), z.string().max(4000)]);

/** How long the key of before is good when another one takes its place. */
export const keyGrace = z
  .int()
  .min(0)
  .max(31 * 24 * 3600)
  .default(86_400)
  .meta({ description: "How long the old key stays good; 0: it ends at once. A day when absent." });
