import { z } from "zod";
import { WEBHOOK_EVENTS, WEBHOOK_FORMS, WEBHOOK_SIGNATURES } from "../fleet/types.ts";
import {
  isHeaderValue,
  isWebhookHeader,
  isWebhookUrl,
  MOST_FILTERED,
  MOST_HEADERS,
  secretBytes,
  WEBHOOK_RULE,
} from "../fleet/webhooks.ts";
import { MOST_TEMPLATE } from "../templates/template.ts";
import * as values from "./values.ts";

/** Values of webhooks, for the API and the commands; what each may be is in src/fleet/webhooks.ts. */

const ruled = (is: (text: string) => boolean, rule: string) => z.string().refine(is, `allowed is ${rule}`);

export const event = z.enum(WEBHOOK_EVENTS);
const device = z.strictObject({ product: values.slug, device: values.deviceId });
const filter = z
  .strictObject({
    products: z.array(values.slug).max(MOST_FILTERED).default([]),
    devices: z.array(device).max(MOST_FILTERED).default([]),
    tags: z.array(values.tag).max(MOST_FILTERED).default([]),
    fields: z.array(values.fieldId).max(MOST_FILTERED).default([]),
  })
  .meta({
    description:
      "Which events it gets: those that fulfil every list that is not empty. Fields count for measurements alone.",
  });
const headers = z
  .record(z.string(), z.string().nullable())
  .superRefine((group, ctx) => {
    const wrong = (path: string[], message: string) => ctx.addIssue({ code: "custom", path, message });
    if (Object.keys(group).length > MOST_HEADERS) wrong([], `at most ${MOST_HEADERS} headers`);
    for (const [name, value] of Object.entries(group))
      if (!isWebhookHeader(name)) wrong([name], `allowed is ${WEBHOOK_RULE.header}`);
      else if (value !== null && !isHeaderValue(value)) wrong([name], `allowed is ${WEBHOOK_RULE.headerValue}`);
  })
  .meta({
    description:
      "Headers of its requests. Values may be secret and are never shown: answers have null, and null in a change keeps what is there.",
  });
const batch = z
  .strictObject({
    max: z
      .int(`allowed is ${WEBHOOK_RULE.batchMax}`)
      .min(1, `allowed is ${WEBHOOK_RULE.batchMax}`)
      .max(5000, `allowed is ${WEBHOOK_RULE.batchMax}`),
    wait: z
      .int(`allowed is ${WEBHOOK_RULE.batchWait}`)
      .min(0, `allowed is ${WEBHOOK_RULE.batchWait}`)
      .max(3600, `allowed is ${WEBHOOK_RULE.batchWait}`),
  })
  .meta({ description: "Most events of a request, and seconds that one waits for others. `original` sends one each." });

/** What a webhook is made of. */
export const wish = {
  name: values.name,
  url: ruled(isWebhookUrl, WEBHOOK_RULE.url).meta({ description: WEBHOOK_RULE.url }),
  description: values.description,
  events: z.array(event).min(1, "at least one event is needed").max(WEBHOOK_EVENTS.length),
  filter,
  headers,
  form: z.enum(WEBHOOK_FORMS).meta({
    description:
      "What a request holds. original: one event; ndjson: events, one a line; array: a JSON array of events; influx: line protocol of " +
      "InfluxDB; template: what `template` makes of it.",
  }),
  template: z
    .string()
    .min(1)
    .max(MOST_TEMPLATE)
    .nullable()
    .meta({ description: 'Of the form "template": text with {{ device.name }}, {{ value | round: 1 }}.' }),
  batch,
  signature: z.enum(WEBHOOK_SIGNATURES).meta({
    description: "Requests are signed by Standard Webhooks; github: with X-Hub-Signature-256 beside it.",
  }),
  account: z.string().min(1).max(512).nullable().meta({
    description:
      "Whose rights it has: an e-mail address, or an API user as name@workspace. What that may not view is not sent.",
  }),
  active: z.boolean().meta({ description: "false: nothing is sent, and nothing kept for it." }),
};
export const secret = ruled((text) => secretBytes(text) !== null, WEBHOOK_RULE.secret);
const { name, url, events } = wish;
/** A new one: what is absent has a default. */
export const created = z.strictObject({
  ...z.strictObject(wish).partial().shape,
  name,
  url,
  events,
  secret: secret.optional(),
});
export const changed = z.strictObject(wish).partial();
export type WebhookGiven = z.output<typeof changed>;

const MONTH = 31 * 24 * 3600;
export const grace = z.int().min(0).max(MONTH).default(86_400).meta({
  description: "Seconds that the old secret signs as well; 0: not at all. A day when absent.",
});
export const letterNumber = z.int().min(1).optional().meta({ description: "One of them; absent: all." });
