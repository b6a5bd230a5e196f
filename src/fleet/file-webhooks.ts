import { z } from "zod";
import { MOST_TEMPLATE } from "../templates/template.ts";
import { fieldIdOf, isDescription, isName, isSlug, isTag, RULE } from "./rules.ts";
import { WEBHOOK_EVENTS, WEBHOOK_FORMS, WEBHOOK_SIGNATURES } from "./webhook-rows.ts";
import {
  isHeaderValue,
  isWebhookHeader,
  isWebhookUrl,
  MOST_FILTERED,
  MOST_HEADERS,
  secretBytes,
  WEBHOOK_RULE,
} from "./webhooks.ts";

/** What a fleet file says of webhooks: "" takes a value away (null). */

const ruled = (is: (text: string) => boolean, rule: string) => z.string().refine(is, `allowed is ${rule}`);
const orNone = (is: (text: string) => boolean, rule: string) =>
  ruled((text) => text === "" || is(text), `${rule}; or "" for none`)
    .transform((text) => (text === "" ? null : text))
    .optional();
const whole = (min: number, max: number, rule: string) =>
  ruled((text) => /^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max, rule)
    .transform(Number)
    .optional();
const list = <S extends z.ZodType>(of: S) => z.array(of).max(MOST_FILTERED, `at most ${MOST_FILTERED}`).optional();
const fieldId = z.string().transform((text, ctx): string => {
  const id = fieldIdOf(text);
  if (id !== null) return id;
  ctx.addIssue({ code: "custom", message: `allowed is ${RULE.fieldId}` });
  return z.NEVER;
});

const webhook = z.strictObject({
  name: ruled(isName, RULE.name),
  url: ruled(isWebhookUrl, WEBHOOK_RULE.url),
  description: orNone(isDescription, RULE.description),
  events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).optional(),
  products: list(ruled(isSlug, RULE.slug)),
  /** `product/device` */
  devices: list(ruled((text) => /^[^/]+\/[^/]+$/.test(text), "a product and a device of it, like my-product/dev7")),
  tags: list(ruled(isTag, RULE.tag)),
  fields: list(fieldId),
  headers: z
    .record(z.string(), ruled(isHeaderValue, WEBHOOK_RULE.headerValue))
    .superRefine((group, ctx) => {
      const wrong = (path: string[], message: string) => ctx.addIssue({ code: "custom", path, message });
      if (Object.keys(group).length > MOST_HEADERS) wrong([], `at most ${MOST_HEADERS} headers`);
      for (const name of Object.keys(group))
        if (!isWebhookHeader(name)) wrong([name], `allowed is ${WEBHOOK_RULE.header}`);
    })
    .optional(),
  form: z.enum(WEBHOOK_FORMS).optional(),
  template: orNone((text) => text.length <= MOST_TEMPLATE, `at most ${MOST_TEMPLATE} characters`),
  batch_max: whole(1, 5000, WEBHOOK_RULE.batchMax),
  batch_wait: whole(0, 3600, WEBHOOK_RULE.batchWait),
  secret: ruled((text) => secretBytes(text) !== null, WEBHOOK_RULE.secret).optional(),
  signature: z.enum(WEBHOOK_SIGNATURES).optional(),
  account: orNone(() => true, "an e-mail address, or an API user of the workspace"),
  active: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
});
export type FileWebhook = z.output<typeof webhook>;

export const FILE_WEBHOOKS = { webhooks: z.array(webhook).default([]) };
