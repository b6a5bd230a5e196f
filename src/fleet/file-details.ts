import { z } from "zod";
import { isDecimals, isDescription, isName, isOnlineTimeout, metadataOf, RULE } from "./rules.ts";

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
const yesOrNo = z.enum(["true", "false"]);

export const FIELD_DETAILS = {
  decimals: whole(isDecimals, RULE.decimals).optional(),
  description: text(isDescription, RULE.description).optional(),
  active: yesOrNo.transform((v) => v === "true").optional(),
};
export const ONLINE_TIMEOUT = whole(isOnlineTimeout, RULE.onlineTimeout).optional();
export const DEVICE_DETAILS = {
  location: text(isName, RULE.location).optional(),
  /** Every value in it is the text as it was typed, as everywhere in the file. */
  metadata: z
    .unknown()
    .refine((v) => v === undefined || v === "" || metadataOf(v) !== null, orNone(RULE.metadata))
    .transform((v) => (v === undefined ? undefined : (metadataOf(v) ?? null)))
    .optional(),
  online_timeout: ONLINE_TIMEOUT,
};
/** As the rows have them; undefined: the file does not say. */
export interface FileDetails {
  readonly location?: string | null | undefined;
  readonly metadata?: string | null | undefined;
  readonly onlineTimeout?: number | null | undefined;
}
