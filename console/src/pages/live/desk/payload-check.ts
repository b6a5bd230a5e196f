import type { Field } from "../../../api/fleet.ts";

type Type = Field["type"];
/** Why a field would not take a payload: a key of the texts. */
export type PayloadFault = "empty" | "number" | "integer" | "tooLarge" | "bool" | "geo" | "null" | "batch";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MOST_TEXT = 65_536;

/**
 * What is wrong with a payload for a field of a type, by section 5 of the wire contract; null: nothing. The server judges in the
 * end; this says it while one types.
 */
export function payloadFault(text: string, type: Type): PayloadFault | null {
  const bare = unwrapped(text);
  if (type === "STRING") {
    if (text.trim() === "") return "empty";
    return new TextEncoder().encode(bare).length > MOST_TEXT ? "tooLarge" : null;
  }
  if (bare === "") return "empty";
  if (bare === "null") return "null";
  if (type === "GEO") return isPosition(bare) ? null : "geo";
  if (type === "BOOL") return /^(?:true|false|1|0|on|off)$/i.test(bare) ? null : "bool";
  if (!NUMBER.test(bare) || !Number.isFinite(Number(bare))) return "number";
  return type === "INT" && !Number.isSafeInteger(Number(bare)) ? "integer" : null;
}

/** What is wrong with a payload on the topic of a device, which takes a JSON object of fields, or rows; null: nothing. */
export function batchFault(
  text: string,
  types: ReadonlyMap<string, Type>,
): { fault: PayloadFault; field?: string } | null {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return { fault: "batch" };
  }
  if (typeof rows !== "object" || rows === null || Array.isArray(rows))
    return Array.isArray(rows) ? null : { fault: "batch" };
  if ("field" in rows && "value" in rows) return null;
  for (const [name, value] of Object.entries(rows)) {
    const field = name.toUpperCase();
    const type = types.get(field);
    const fault = type && payloadFault(typeof value === "string" ? value : JSON.stringify(value), type);
    if (fault) return { fault, field };
  }
  return null;
}

/** A JSON string is unwrapped once. */
function unwrapped(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith('"')) return trimmed;
  try {
    const inner: unknown = JSON.parse(trimmed);
    return typeof inner === "string" ? inner.trim() : trimmed;
  } catch {
    return trimmed;
  }
}

function isPosition(text: string): boolean {
  const pair = /^\(?\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)?$/.exec(text);
  const [lat, lng] = pair ? [Number(pair[1]), Number(pair[2])] : axesOf(text);
  return Math.abs(lat ?? Number.NaN) <= 90 && Math.abs(lng ?? Number.NaN) <= 180;
}
function axesOf(text: string): [number, number] | [] {
  try {
    const point: unknown = JSON.parse(text);
    if (typeof point !== "object" || point === null) return [];
    const of = (...names: string[]) => {
      const found = Object.entries(point).filter(([name]) => names.includes(name));
      return found.length === 1 ? Number(found[0]?.[1]) : Number.NaN;
    };
    return [of("lat", "latitude"), of("lng", "lon", "longitude")];
  } catch {
    return [];
  }
}
