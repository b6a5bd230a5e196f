/** A JSON object as a network wrote it. */
export type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = {};
/** The longest text in which a number is looked for. */
const LONGEST_NUMBER = 40;

/** A request that cannot be read; the message says why, and what to do. */
export class Unreadable extends Error {}

/** @returns whether a value is a JSON object, which lists and null are not */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object itself, or an empty one where there is none: what is left out reads as nothing. */
export function objectOf(value: unknown): Json {
  return isObject(value) ? value : NOTHING;
}

/** What stands at the end of a path of keys; undefined where it breaks off. Inherited names are none. */
export function at(from: unknown, ...path: readonly string[]): unknown {
  let value = from;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The objects of a list; a single object counts as a list of one, as networks that were made from XML write it. */
export function objectsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}

/** A text that is not empty; a number as its text; otherwise null. */
export function textOf(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** A finite number, also when it is written as text. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "string") {
    const text = value.length <= LONGEST_NUMBER ? value.trim() : "";
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text) ? finite(Number(text)) : null;
  }
  return typeof value === "number" ? finite(value) : null;
}

/** A whole number that is not negative, as counters and ports are. */
export function countOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** true or false, also as `1`, `"true"` and the like. */
export function flagOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const text = String(textOf(value) ?? "").toLowerCase();
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : null;
}

/** Texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.flatMap((one) => textOf(one) ?? []) : [];
}

/** The value of a JSON text; undefined: it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A position; null unless both are there and on the globe. (0, 0) is what networks write that know of none. */
export function positionOf(latitude: unknown, longitude: unknown): { lat: number; lng: number } | null {
  const [lat, lng] = [numberOf(latitude), numberOf(longitude)];
  if (lat === null || lng === null || Math.abs(lat) > 90 || Math.abs(lng) > 180) return null;
  return lat === 0 && lng === 0 ? null : { lat, lng };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
