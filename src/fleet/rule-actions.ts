import { z } from "zod";
import { emailOf, fieldIdOf, RULE } from "./rules.ts";
import { RULE_EVENTS, SEVERITIES } from "./rule-action-rows.ts";
import { isHeaderValue, isWebhookHeader, isWebhookUrl, MOST_HEADERS, secretBytes, WEBHOOK_RULE } from "./webhooks.ts";
import { MOST_TEMPLATE } from "../templates/template.ts";

/** What actions of rules may be, and the sentences that say so. */

/** Actions of one rule, receivers of a mail, values of a downlink. */
export const MOST_ACTIONS = 20;
const MOST_RECEIVERS = 50;
const MOST_VALUES = 100;
/** Seconds that a mail may gather. */
const MOST_DIGEST = 24 * 3600;

/** What is done on nothing said: when it becomes true, and while it is. */
export const USUAL_EVENTS = ["fired", "repeated"] as const;

export const ACTION_RULE = {
  to: `1 to ${MOST_RECEIVERS} e-mail addresses`,
  template: `a template of 1 to ${MOST_TEMPLATE} characters`,
  line: "a template of 1 to 1000 characters in one line",
  digest: `a whole number of seconds from 0 (each has a mail of its own) to ${MOST_DIGEST} (a day)`,
  downlink: "the name of a downlink of the device's product",
} as const;

const ruled = (is: (text: string) => boolean, rule: string) => z.string().refine(is, `allowed is ${rule}`);

/** The values of actions that do not refer to anything: the same in a row, in the API and in a fleet file. */
export const actionValues = {
  on: z.array(z.enum(RULE_EVENTS)).min(1, "at least one of fired, repeated and cleared is needed").max(3),
  to: z
    .array(ruled((text) => emailOf(text) !== null, RULE.email).transform((text) => emailOf(text) ?? ""))
    .min(1, `allowed is ${ACTION_RULE.to}`)
    .max(MOST_RECEIVERS, `allowed is ${ACTION_RULE.to}`),
  template: ruled((text) => text !== "" && text.length <= MOST_TEMPLATE, ACTION_RULE.template),
  line: ruled((text) => /^[^\r\n]{1,1000}$/.test(text), ACTION_RULE.line),
  digest: z.int(`allowed is ${ACTION_RULE.digest}`).min(0).max(MOST_DIGEST, `allowed is ${ACTION_RULE.digest}`),
  url: ruled(isWebhookUrl, WEBHOOK_RULE.url),
  secret: ruled((text) => secretBytes(text) !== null, WEBHOOK_RULE.secret),
  headers: <V extends z.ZodType<string | null>>(value: V) =>
    z.record(z.string(), value).superRefine((group, ctx) => {
      const wrong = (path: string[], message: string) => ctx.addIssue({ code: "custom", path, message });
      if (Object.keys(group).length > MOST_HEADERS) wrong([], `at most ${MOST_HEADERS} headers`);
      for (const [name, one] of Object.entries(group))
        if (!isWebhookHeader(name)) wrong([name], `allowed is ${WEBHOOK_RULE.header}`);
        else if (typeof one === "string" && !isHeaderValue(one))
          wrong([name], `allowed is ${WEBHOOK_RULE.headerValue}`);
    }),
  field: z.string().transform((text, ctx): string => {
    const id = fieldIdOf(text);
    if (id !== null) return id;
    ctx.addIssue({ code: "custom", message: `allowed is ${RULE.fieldId}` });
    return z.NEVER;
  }),
  downlink: z.string().min(1).max(200),
  values: z
    .record(z.string().min(1).max(200), z.string().max(MOST_TEMPLATE))
    .refine((group) => Object.keys(group).length <= MOST_VALUES, `at most ${MOST_VALUES} values`),
  severity: z.enum(SEVERITIES),
};
