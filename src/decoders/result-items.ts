import { isNotANumber } from "./types.ts";

/** What the items of a decoder's result say beside their values. */

/** `{field, device?, timestamp?}`: its value was undefined, and did not come out of the script. */
export function isValueless(item: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(item).every((key) => BESIDE.has(key));
}
const BESIDE: ReadonlySet<string> = new Set(["field", "device", "timestamp", "unit", "name", "displayName"]);

/** A latitude beside a longitude, whatever they are called; null: there are not both. */
export function pair(from: Readonly<Record<string, unknown>>): { lat: number; lng: number } | null {
  const found = (names: readonly string[]) => {
    const key = Object.keys(from).find((one) => names.includes(one.toLowerCase()));
    return key === undefined ? undefined : from[key];
  };
  const [lat, lng] = [found(["latitude", "lat"]), found(["longitude", "lng", "lon", "long"])];
  return typeof lat === "number" && typeof lng === "number" ? { lat, lng } : null;
}

/** Whose value it is, and of when, where the script says so; null is no time, as in every row. */
export function beside(item: Readonly<Record<string, unknown>>): { device?: string; timestamp?: unknown } {
  const { device, timestamp } = item;
  return {
    ...(typeof device === "string" || typeof device === "number" ? { device: String(device) } : {}),
    ...(timestamp === null || timestamp === undefined
      ? {}
      : { timestamp: isNotANumber(timestamp) ? timestamp["\u0000number"] : timestamp }),
  };
}

/** Unit and name for people, for a suggestion. */
export function described(value: Readonly<Record<string, unknown>>): {
  readonly unit?: string;
  readonly name?: string;
} {
  const name = value.displayName ?? value.name;
  return {
    ...(typeof value.unit === "string" && value.unit !== "" ? { unit: value.unit } : {}),
    ...(typeof name === "string" && name !== "" ? { name } : {}),
  };
}

/** Warnings or errors: one text, or a list. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null || value === "" ? [] : [value];
  return list.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
}

/** The beginning of a value, for people. */
export function told(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
