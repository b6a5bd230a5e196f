/** Field types of the wire contract, section 5. `FLOAT` is accepted in fleet files as a name for NUMERIC. */
export const FIELD_TYPES = ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A stored value as the API sees it. */
export type Value = number | boolean | string | { readonly lat: number; readonly lng: number };

/**
 * Where a parser puts what it read; one object is reused for every message, so nothing is allocated on the hot path.
 * `num`: NUMERIC, INT, COUNTER: the number; BOOL: 1 or 0; GEO: latitude. `num2`: GEO: longitude. `text`: STRING.
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
