/** What a webhook may be told of. */
export const WEBHOOK_EVENTS = [
  "device_measurement",
  "decoder_output",
  "downlink",
  "device_online",
  "device_offline",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/**
 * What a request holds. `original`: one event; `ndjson`: events, one a line; `array`: a JSON array of events; `influx`: measurements as line
 * protocol of InfluxDB; `template`: what the webhook's template makes of it.
 */
export const WEBHOOK_FORMS = ["original", "ndjson", "array", "influx", "template"] as const;
export type WebhookForm = (typeof WEBHOOK_FORMS)[number];

/** How a request is signed: by Standard Webhooks, and as GitHub does beside it. */
export const WEBHOOK_SIGNATURES = ["standard", "github"] as const;
export type WebhookSignature = (typeof WEBHOOK_SIGNATURES)[number];

/** Which events a webhook gets: those that fulfil every list that is not empty. uids; tags and identifiers as they are written. */
export interface WebhookFilter {
  readonly products: readonly number[];
  readonly devices: readonly number[];
  readonly tags: readonly string[];
  /** Identifiers of fields: of measurements alone. */
  readonly fields: readonly string[];
}

/** Whose rights a webhook has: what they may not view is not sent. Both null: whoever has the data folder; that is all of its workspace. */
export interface WebhookAccount {
  readonly user: number | null;
  readonly apiUser: number | null;
}

/** An address that is told of events. */
export interface Webhook {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  readonly url: string;
  readonly description?: string | undefined;
  readonly events: readonly WebhookEvent[];
  readonly filter: WebhookFilter;
  /** Beside those that each request has; their values may be secret. With the form `template` they are templates. */
  readonly headers: Readonly<Record<string, string>>;
  readonly form: WebhookForm;
  /** Of the form `template`. */
  readonly template?: string | undefined;
  /** Most events of a request, and seconds that one waits for others. */
  readonly batchMax: number;
  readonly batchWait: number;
  /** `whsec_` and base64. */
  readonly secret: string;
  /** The one before, which signs as well, until this time (µs). */
  readonly oldSecret?: { readonly secret: string; readonly until: number } | undefined;
  readonly signature: WebhookSignature;
  readonly account: WebhookAccount;
  /** Off: nothing is sent, and nothing kept for it. */
  readonly active: boolean;
  /** Why nothing is sent for a while; what happens meanwhile is kept, within the limits of the feed. Also why the server switched it off. */
  readonly paused?: WebhookPause | undefined;
  /** µs */
  readonly created: number;
}
export interface WebhookPause {
  readonly reason: string;
  /** µs */
  readonly since: number;
  /** The server switched it off; this goes when it is switched on. */
  readonly off?: true;
}
