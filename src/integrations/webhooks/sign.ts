import { createHmac } from "node:crypto";
import { secretBytes } from "../../fleet/webhooks.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { Micros } from "../../base/types.ts";

/**
 * The headers by which a receiver knows that a request is ours, is whole, and was made now: Standard Webhooks, version 1. Signed is
 * `id.timestamp.body` over the bytes that are sent, by each secret in force; with `github` the body alone beside it.
 * @param now µs
 */
export function signedHeaders(
  { secret, oldSecret, signature }: Pick<Webhook, "secret" | "oldSecret" | "signature">,
  id: string,
  body: string,
  now: Micros,
): Record<string, string> {
  const timestamp = Math.floor(now / 1e6);
  const secrets = [secret, ...(oldSecret !== undefined && oldSecret.until > now ? [oldSecret.secret] : [])];
  const signatures = secrets.map((one) => `v1,${hmac(one, `${id}.${timestamp}.${body}`).toString("base64")}`);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
    ...(signature === "github" && { "x-hub-signature-256": `sha256=${githubHmac(secret, body)}` }),
  };
}
function hmac(secret: string, text: string): Buffer {
  return createHmac("sha256", secretBytes(secret) ?? secret)
    .update(text)
    .digest();
}
/** There the secret is its text, with all of its characters. */
function githubHmac(secret: string, body: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}
