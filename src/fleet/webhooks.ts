import { errorText } from "../base/errors.ts";
import { parseTemplate } from "../templates/template.ts";
import type { Random } from "./token.ts";
import type { Webhook, WebhookEvent, WebhookPause } from "./webhook-rows.ts";

/** What webhooks may be, and the sentences that say so. */

export const WEBHOOK_RULE = {
  url: "an address that begins with https:// or http://, at most 2048 characters, without a user name",
  header:
    "the name of a header (letters, digits and -) that the server does not set by itself: not Host, Content-Length, Connection, " +
    "Transfer-Encoding and the like, nor Webhook-Id, Webhook-Timestamp, Webhook-Signature, X-Hub-Signature-256",
  headerValue: "1 to 4096 characters in one line",
  secret: "whsec_ and 24 to 64 bytes as base64, as Standard Webhooks says",
  batchMax: "a whole number from 1 to 5000",
  batchWait: "a whole number of seconds from 0 to 3600",
} as const;
/** Webhooks of one workspace at most. */
export const MOST_WEBHOOKS = 100;
/** Headers of one webhook, and entries of a list of its filter. */
export const MOST_HEADERS = 50;
export const MOST_FILTERED = 1000;
/** How a new one sends, where nothing is said. */
export const DEFAULT_BATCH = { batchMax: 100, batchWait: 1 } as const;

export function isWebhookUrl(text: string): boolean {
  const url = text.length <= 2048 ? URL.parse(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}
const OWN_HEADERS =
  /^(?:host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*|webhook-.*|x-hub-signature.*)$/i;
export function isWebhookHeader(name: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) && !OWN_HEADERS.test(name);
}
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\uffff]{1,4096}$/u.test(text) && text.isWellFormed();
}
/** The bytes of a secret; null: it is none. */
export function secretBytes(secret: string): Buffer | null {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const bytes = base64 === undefined ? null : Buffer.from(base64, "base64");
  return bytes !== null && bytes.length >= 24 && bytes.length <= 64 ? bytes : null;
}
export function newSecret(random: Random): string {
  return `whsec_${Buffer.from(random(32)).toString("base64")}`;
}

/** What is wrong with a webhook as a whole; null: nothing. `key`: as the fleet file and the API call the property. */
export function webhookProblem(row: Omit<Webhook, "uid">): { readonly key: string; readonly text: string } | null {
  const { form, template, batchMax, events } = row;
  if (events.length === 0) return { key: "events", text: "at least one event is needed" };
  if (form === "template" && template === undefined)
    return { key: "template", text: 'the form "template" needs a template' };
  if (form !== "template" && template !== undefined)
    return { key: "template", text: `belongs to the form "template", not to "${form}"` };
  if (form === "original" && batchMax !== 1)
    return { key: "batch", text: 'the form "original" sends one event a request; "array" and "ndjson" send several' };
  if (form === "influx" && events.some((event) => event !== "device_measurement"))
    return { key: "events", text: 'the form "influx" has lines of measurements alone: device_measurement' };
  return form === "template" ? templateProblem(row) : null;
}

/**
 * An address that is refused whenever it is asked is so at once, where it is new.
 * @param whyNever says why requests to an address are always refused; absent without a server: nobody knows what it will allow
 */
export function unreachable(
  { whyNever }: { readonly whyNever?: ((url: string) => string | null) | undefined },
  { url }: Pick<Webhook, "url">,
  before: Pick<Webhook, "url"> | undefined,
): ReturnType<typeof webhookProblem> {
  const why = url === before?.url ? null : (whyNever?.(url) ?? null);
  return why === null ? null : { key: "url", text: `nothing can be sent: ${why}` };
}

/** Renders it once, so that what is misspelt is told when it is saved. */
function templateProblem({ template = "", headers, events, batchMax }: Omit<Webhook, "uid">) {
  for (const [key, text] of [["template", template], ...Object.entries(headers).map(([n, v]) => [`headers.${n}`, v])])
    for (const event of events) {
      try {
        parseTemplate(text ?? "").render(templateValues([SAMPLES[event]], batchMax));
      } catch (error) {
        return { key: key ?? "template", text: `${errorText(error)} (tried with a sample of ${event})` };
      }
    }
  return null;
}

/** What a template sees of events: `events`, and of a webhook that sends one a request its parts by themselves. */
export function templateValues(events: readonly Sent[], batchMax: number): Readonly<Record<string, unknown>> {
  const [first] = events;
  const own = batchMax === 1 && first !== undefined ? flat(first) : {};
  return { events: events.map(flat), ...own };
}
const flat = ({ data, timestamp: time, ...rest }: Sent) => ({
  timestamp: Date.parse(time) / 1000,
  ...rest,
  ...data,
  time,
});

/** An event as requests have it. */
export interface Sent {
  /** The same whenever it is sent. */
  readonly id: string;
  readonly type: WebhookEvent;
  /** RFC 3339 */
  readonly timestamp: string;
  readonly workspace: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const DEVICE = { id: "000001", name: "A device", serial: "A1", product: "my-product", tags: ["hall"] } as const;
const BASE = { id: "sample", timestamp: "2026-01-01T12:00:00Z", workspace: "home" } as const;
/** One of each, for trying out. */
export const SAMPLES: Readonly<Record<WebhookEvent, Sent>> = {
  device_measurement: {
    ...BASE,
    type: "device_measurement",
    data: { device: DEVICE, field: "TEMPERATURE", value: 22.5, timestamp: 1_767_268_800, unit: "°C" },
  },
  decoder_output: {
    ...BASE,
    type: "decoder_output",
    data: { log: null, device: null, result: [{ device: "000001", field: "TEMPERATURE", value: 22.5 }] },
  },
  downlink: {
    ...BASE,
    type: "downlink",
    data: { device: DEVICE, downlink: { id: "1", name: "set interval", state: "sent", reason: null } },
  },
  device_online: {
    ...BASE,
    type: "device_online",
    data: { device: DEVICE, online: true, last_heard: "2026-01-01T12:00:00Z" },
  },
  device_offline: {
    ...BASE,
    type: "device_offline",
    data: { device: DEVICE, online: false, last_heard: "2026-01-01T11:20:00Z" },
  },
};

/** What is left of a pause: that of one which the server switched off goes when it is switched on. @param active from now on */
export function keptPause(paused: WebhookPause | undefined, active: boolean): { readonly paused?: WebhookPause } {
  return paused === undefined || (active && paused.off === true) ? {} : { paused };
}
