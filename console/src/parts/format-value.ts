import { numberFormat } from "./formats.ts";

/** How values of the server are written for people. */

export interface ValueForm {
  /** Digits behind the point; null or absent: as many as there are, at most six. */
  readonly decimals?: number | null | undefined;
}

const MINUS = "\u2212";

/** A value without its unit: `22.4`, `true`, `52.52000, 13.40500`; null: there is none. */
export function formatValue(value: unknown, { decimals = null }: ValueForm, locale: string): string {
  if (typeof value === "number") return formatNumber(value, decimals, locale);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") return value;
  if (isPosition(value)) return `${value.lat.toFixed(5)}, ${value.lng.toFixed(5)}`.replaceAll("-", MINUS);
  return value === null || value === undefined ? "–" : JSON.stringify(value);
}

/** A value as programs and spreadsheets read it: a number with a point and a hyphen, without groups, whatever the language. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (isPosition(value)) return `${value.lat}, ${value.lng}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Numbers keep their meaning: very large and very small ones are written with a power of ten. */
export function formatNumber(value: number, decimals: number | null, locale: string): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const scientific = size >= 1e15 || (size > 0 && size < 1e-6 && decimals === null);
  if (scientific) return value.toExponential(3).replace("-", MINUS);
  return numberFormat(locale, decimals).format(value).replace("-", MINUS);
}

function isPosition(value: unknown): value is { lat: number; lng: number } {
  return typeof value === "object" && value !== null && "lat" in value && "lng" in value;
}

/** How old a value is beside how often its device should be heard. @param age ms @param timeout ms after which it counts as away */
export function freshness(age: number | null, timeout: number): "fresh" | "ageing" | "stale" | "never" {
  if (age === null) return "never";
  if (age > timeout) return "stale";
  return age > timeout / 2 ? "ageing" : "fresh";
}
