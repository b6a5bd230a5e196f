import type { Api } from "../../api/client.ts";
import type { Webhook } from "../../../../sdk/operations.js";
import type { DeviceName } from "../../parts/choices/devices-choice.tsx";
import { type Header, headersAsked, headersOf } from "../../parts/header-rows.tsx";

/** What the form of a webhook holds, and what the API takes of it. */

export const EVENTS = ["device_measurement", "device_online", "device_offline", "decoder_output", "downlink"] as const;
export const FORMS = ["original", "array", "ndjson", "influx", "template"] as const;
export const SIGNATURES = ["standard", "github"] as const;
export type EventKind = (typeof EVENTS)[number];
export type FormKind = (typeof FORMS)[number];

export interface WebhookForm {
  readonly name: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly EventKind[];
  readonly products: readonly string[];
  readonly devices: readonly DeviceName[];
  readonly tags: readonly string[];
  readonly fields: readonly string[];
  readonly form: FormKind;
  readonly template: string;
  readonly headers: readonly Header[];
  readonly batchMax: number | string;
  readonly batchWait: number | string;
  readonly signature: (typeof SIGNATURES)[number];
}

export const NEW_WEBHOOK: WebhookForm = {
  name: "",
  url: "https://",
  description: "",
  events: ["device_measurement"],
  products: [],
  devices: [],
  tags: [],
  fields: [],
  form: "original",
  template: '{"text": {{ device.name | append: ": " | append: value | json }}}',
  headers: [],
  batchMax: 100,
  batchWait: 1,
  signature: "standard",
};

/** With another form. A template is of one event at first: then it names the event's parts without a loop. */
export function reformed(before: WebhookForm, form: FormKind): Partial<WebhookForm> {
  const single = { batchMax: 1, batchWait: 0 };
  const many = { batchMax: NEW_WEBHOOK.batchMax, batchWait: NEW_WEBHOOK.batchWait };
  return { form, ...(form === "template" ? single : before.form === "template" && many) };
}

export function webhookFormOf(webhook: Webhook): WebhookForm {
  const { name, url, description, events, filter, form, template, headers, batch, signature } = webhook;
  return {
    ...NEW_WEBHOOK,
    ...{ name, url, events, form, signature },
    description: description ?? "",
    products: filter.products,
    devices: filter.devices,
    tags: filter.tags,
    fields: filter.fields.map(String),
    template: template ?? NEW_WEBHOOK.template,
    headers: headersOf(headers),
    // one of the form "original" has no batch to begin another with
    ...(form !== "original" && { batchMax: batch.max, batchWait: batch.wait }),
  };
}

type Body = Parameters<Api["createWebhook"]>[0]["body"];

/** Of the form "template" one event can be sent a request, too: then the template sees it by its parts. */
export function webhookBodyOf(form: WebhookForm, isNew: boolean): Body {
  const { name, url, description, events, products, devices, tags, fields, headers, template, signature } = form;
  return {
    ...{ name, url, signature, form: form.form },
    ...((description !== "" || !isNew) && { description: description === "" ? null : description }),
    events: EVENTS.filter((one) => events.includes(one)),
    filter: { products: [...products], devices: [...devices], tags: [...tags], fields: [...fields] },
    headers: headersAsked(headers),
    template: form.form === "template" ? template : null,
    ...(form.form !== "original" && { batch: { max: Number(form.batchMax), wait: Number(form.batchWait) } }),
  };
}

/** What a request would hold is asked with what there is so far: a name and an address may be missing still, and kept headers are not known. */
export function previewBodyOf(form: WebhookForm, event: EventKind): Parameters<Api["previewWebhook"]>[0]["body"] {
  const { name: _, url, headers, ...body } = webhookBodyOf(form, true);
  const known = Object.entries(headers ?? {}).filter(([, value]) => value !== null && value !== "");
  const isWhole = /^https?:\/\/[^/?#]/.test(url);
  return { ...body, ...(isWhole && { url }), headers: Object.fromEntries(known), event };
}
