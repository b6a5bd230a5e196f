import { type FieldType, typeNamed } from "../measure/types.ts";
import { isDeviceId, isFieldId, isSlug, upperAscii } from "../topic/grammar.ts";

/** What fleet rows may hold (section 4 of the wire contract), and the sentence that says so to the person. */

export const RULE = {
  slug: "lower-case letters and digits, in groups joined by single - or _, at most 64 characters (like my-product)",
  deviceId:
    "1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like dev7 or 6b98a3bb-9ae1-418f-9375-f23091a849cd)",
  serial: "1 to 64 letters, digits or . _ : ~ -, but not . or .. alone (like BR-1)",
  fieldId: "a letter or digit, then letters, digits or _, at most 64 characters (like TEMPERATURE)",
  name: "1 to 200 characters without control characters",
  tag: "1 to 64 characters without control characters",
  email: "an e-mail address",
  filter: "a topic filter: levels between slashes, + for one level, # for the last ones (like plant/+/valve or #)",
  location: "1 to 200 characters without control characters",
  description: "1 to 2000 characters without control characters but line breaks",
  decimals: "a whole number from 0 to 15",
  onlineTimeout: "a whole number of seconds from 10 to 31536000 (a year)",
  metadata: "a group of keys with values, at most 16384 characters as JSON, at most 16 levels deep",
  uuid: "a UUID (like 6b98a3bb-9ae1-418f-9375-f23091a849cd)",
  createsDevices: "a whole number from 0 to 100000",
  createsFields: "a whole number from 0 to 1000",
  configurationId: "a letter, then letters, digits or _, at most 64 characters (like sensorDepth)",
  discoveryPrefix:
    "one to four topic levels of letters, digits, _ or -, at most 64 characters (homeassistant, unless Home Assistant was told another)",
  token: "40 lower-case hexadecimal characters",
} as const;

/**
 * The same as patterns, for documents that programs read; checked is by `src/topic/grammar.ts`, which may be narrower. Fields
 * are upper-cased first.
 */
export const PATTERN = {
  slug: "^[a-z0-9]+([-_][a-z0-9]+)*$",
  /** Not `.` and not `..`. */
  deviceId:
    "^([A-Za-z0-9_:~-][A-Za-z0-9._:~-]{0,63}|\\.[A-Za-z0-9_:~-][A-Za-z0-9._:~-]{0,62}|\\.\\.[A-Za-z0-9._:~-]{1,62})$",
  uuid: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
  configurationId: "^[A-Za-z][A-Za-z0-9_]{0,63}$",
  discoveryPrefix: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,3}$",
  fieldId: "^[A-Za-z0-9][A-Za-z0-9_]{0,63}$",
} as const;

export { isDeviceId, isSlug };

/** The type that a text names, in upper or lower case; FLOAT is NUMERIC. Null: none. */
export function fieldTypeOf(text: string): FieldType | null {
  return typeNamed(text) ?? null;
}

/** The identifier as it is stored, upper-cased (ASCII only); null when it is not allowed. */
export function fieldIdOf(text: string): string | null {
  const id = upperAscii(text);
  return isFieldId(id) ? id : null;
}

/** The identifier of a configuration field, as scripts have it; nothing of it is changed. */
export function isConfigurationId(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(text);
}
/** Where Home Assistant looks for devices; that it stands outside the instance's prefix is checked where that is known. */
export function isDiscoveryPrefix(text: string): boolean {
  return text.length <= 64 && /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+){0,3}$/.test(text);
}
/** How many devices a product may have for others to be made by themselves. */
export function isCreatesDevices(n: number): boolean {
  return Number.isInteger(n) && n >= 0 && n <= 100_000;
}
/** The same of fields. */
export function isCreatesFields(n: number): boolean {
  return Number.isInteger(n) && n >= 0 && n <= 1000;
}

/** A display name: shown in terminals and pages, so no control characters (they could carry terminal escapes). */
export function isName(text: string): boolean {
  return isPlain(text, 200);
}
export function isTag(text: string): boolean {
  return isPlain(text, 64);
}
export function isUnit(text: string): boolean {
  return isPlain(text, 32);
}

/** What people read about something; it may have several lines. */
export function isDescription(text: string): boolean {
  return isPlain(text.replaceAll("\n", " "), 2000);
}
export function isDecimals(n: number): boolean {
  return Number.isInteger(n) && n >= 0 && n <= 15;
}
/** @param n seconds */
export function isOnlineTimeout(n: number): boolean {
  return Number.isInteger(n) && n >= 10 && n <= 31_536_000;
}

const METADATA_LENGTH = 16_384;
const METADATA_DEPTH = 16;
/** A device's metadata as it is stored: JSON text; undefined when there is none (no key); null when it is not allowed. */
export function metadataOf(value: unknown): string | undefined | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  if (!isShallow(value, METADATA_DEPTH)) return null;
  const text = JSON.stringify(value);
  if (text.length > METADATA_LENGTH || !text.isWellFormed()) return null;
  return text === "{}" ? undefined : text;
}
function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((v) => isShallow(v, levels - 1));
}

function isPlain(text: string, most: number): boolean {
  if (text.trim() === "" || text.length > most || !text.isWellFormed()) return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    // C0, DEL, C1, and the marks that reverse the direction of text.
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return false;
    if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) return false;
  }
  return true;
}

/** The address as it is stored and compared, in lower case; null when it is none. */
export function emailOf(text: string): string | null {
  const email = text.trim().toLowerCase();
  const at = email.indexOf("@");
  if (at < 1 || at !== email.lastIndexOf("@") || at === email.length - 1) return null;
  if (email.includes(" ") || !isPlain(email, 254)) return null;
  return email;
}
