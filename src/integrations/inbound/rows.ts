import type { Micros } from "../../base/types.ts";
import type { Row } from "../../decoders/results.ts";
import { parseTime } from "../../measure/index.ts";
import { DEFAULT_TYPE, FIELD_TYPE_SPECS, type FieldType, type Form } from "../../measure/types.ts";

/** Above this a number of seconds lies beyond the year 5000: it is one of milliseconds. */
const MILLISECONDS_FROM = 1e11;

/**
 * The time of a row as decoders write it: seconds or milliseconds since 1970 as a number or as text, with a fraction or without,
 * or RFC 3339.
 * @param given anything else is refused; an empty text is none
 * @returns null: it has none
 */
export function timeOf(
  given: Row["timestamp"],
  now: Micros,
): { readonly time: Micros } | { readonly error: string } | null {
  if (given === undefined || given === "") return null;
  const isDigits = typeof given === "string" && /^\s*\d+(?:\.\d*)?\s*$/.test(given);
  const number = typeof given === "number" ? given : isDigits ? Number(given) : null;
  if (number === null || !Number.isFinite(number)) return parseTime(given, now);
  const seconds = number > MILLISECONDS_FROM ? number / 1000 : number;
  return parseTime(seconds.toFixed(6), now, String(given));
}

/** The type of field that a value looks like: the first of its form. */
export function guessType(value: Row["value"]): FieldType {
  if (typeof value === "boolean") return typeOfForm("boolean");
  if (typeof value === "number") return typeOfForm("number");
  if (typeof value === "object") return typeOfForm("position");
  return typeOfForm(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(value) ? "number" : "text");
}
export function typeOfForm(form: Form): FieldType {
  return FIELD_TYPE_SPECS.find((spec) => spec.form === form)?.name ?? DEFAULT_TYPE;
}
