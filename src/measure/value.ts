/** A stored value as the API sees it. */
export type Value = number | boolean | string | Position;
/** Degrees. */
interface Position {
  readonly lat: number;
  readonly lng: number;
}

/**
 * How values are kept, whatever their field's type: the rows of the log, the columns of blocks, current values and Parquet files know
 * these four forms and no types.
 */
export const FORMS = ["number", "boolean", "text", "position"] as const;
export type Form = (typeof FORMS)[number];

/**
 * The value of a form from where columns and `Parsed` keep it.
 * @param num the number; of a boolean 1 or 0; of a position the latitude
 * @param num2 the longitude of a position
 */
export function valueIn(form: Form, num: number, num2: number, text: string): Value {
  switch (form) {
    case "number":
      return num;
    case "boolean":
      return num === 1;
    case "text":
      return text;
    case "position":
      return { lat: num, lng: num2 };
    default:
      return form satisfies never;
  }
}

/** A value as a series of the form has it: stores keep booleans among numbers, as 1 and 0. */
export function ofForm(form: Form, value: Value): Value {
  return form === "boolean" && typeof value === "number" ? value === 1 : value;
}

/** A position as it is published, and shown in history: `(lat,lng)`. */
export function printPosition({ lat, lng }: Position): string {
  return `(${lat},${lng})`;
}
/** A value as text: a number as Number::toString prints it, `true` or `false`, the text itself, `(lat,lng)`. */
export function printPlain(value: Value): string {
  return typeof value === "object" ? printPosition(value) : String(value);
}

/**
 * Where a parser puts what it read; one object is reused for every message, so nothing is allocated on the hot path.
 * `num`: the number; of a boolean 1 or 0; of a position the latitude. `num2`: the longitude of a position. `text`: the text.
 * `mantissa`/`scale`: when `scale >= 0`, num === mantissa / 10^scale exactly as ECMAScript divides, |mantissa| <= 2^53-1.
 * `verbatim`: the trimmed input bytes [from, to) are already the canonical published text and may be copied as they are.
 */
export interface Parsed {
  num: number;
  num2: number;
  text: string;
  mantissa: number;
  scale: number;
  verbatim: boolean;
  from: number;
  to: number;
  /** Set when the parser returned false: why, for the person who sent it. */
  error: string;
  /** Set with `error`: invalid_value, or value_too_large. */
  code: "invalid_value" | "value_too_large";
}
