import type { NetworkSettings, Verdict, WireAnswer } from "./types.ts";

/** What the builders have in common: addresses, bytes as text, and what HTTP says by itself. */

/** An address below a server's, whether or not that ends with a slash. */
export function under(server: string, path: string): string {
  return `${server.replace(/\/+$/, "")}${path}`;
}

/** A sentence that says which setting is missing. */
export function missing(title: string, setting: keyof NetworkSettings, what: string): { readonly problem: string } {
  return { problem: `The network of ${title} has no ${setting}: set it to ${what}.` };
}

/** Upper-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text.toUpperCase();
}

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 with padding (RFC 4648 section 4). */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const group = (a << 16) | (b << 8) | c;
    const left = bytes.length - i;
    text += SIGNS.charAt(group >> 18) + SIGNS.charAt((group >> 12) & 63);
    text += left > 1 ? SIGNS.charAt((group >> 6) & 63) : "=";
    text += left > 2 ? SIGNS.charAt(group & 63) : "=";
  }
  return text;
}

/** Longest part of an answer that is shown. */
const MOST_REASON = 300;

/** What an answer's body says, as one line. */
export function textOf(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 4096));
  return short(text.replace(/<[^>]*>/g, " "));
}
/** One line of bounded length. */
export function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MOST_REASON ? line : `${line.slice(0, MOST_REASON).toWellFormed()}…`;
}

/** The body as a JSON object; null: it is none. */
export function objectOf(body: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>) // an object, whatever it holds
      : null;
  } catch {
    return null;
  }
}

/** What the words of an answer are in: the first of these properties that is a text, otherwise the body. */
export function wordsOf(answer: WireAnswer, ...properties: readonly string[]): string {
  const object = objectOf(answer.body);
  for (const property of properties) {
    const value = object?.[property];
    if (typeof value === "string" && value !== "") return short(value);
  }
  return textOf(answer.body);
}

/**
 * What a status means, whatever the network: null for 2xx. What may pass (a server that is down, too many requests, a time-out) is `later`,
 * everything else is `refused`. @param reason words of the network; "": it has none
 */
export function judgedStatus(
  { status, headers }: WireAnswer,
  reason: string,
): Exclude<Verdict, { is: "accepted" }> | null {
  if (status >= 200 && status < 300) return null;
  const said = `HTTP ${status}${reason === "" ? "" : `: ${reason}`}`;
  if (status !== 408 && status !== 425 && status !== 429 && status < 500) return { is: "refused", reason: said };
  const after = headers.get("Retry-After");
  return { is: "later", reason: said, seconds: after !== null && /^\d{1,6}$/.test(after) ? Number(after) : null };
}
