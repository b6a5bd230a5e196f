/**
 * What a measurement is (wire contract section 5): reading a payload or a JSON value as a field's type, printing it as
 * it is published. Touches no store and no clock.
 */
import * as bool from "./bool.ts";
import { decode, fail, quote, quoteBytes, skipSpace, trimEnd } from "./bytes.ts";
import * as counter from "./counter.ts";
import * as geo from "./geo.ts";
import * as int from "./int.ts";
import { JsonNumber, JsonObject, parseJsonText } from "./json.ts";
import * as numeric from "./numeric.ts";
import * as string from "./string.ts";
import type { FieldType, Parsed, Value } from "./types.ts";

export { refuseRows } from "./bad-rows.ts";
export { type BatchOptions, type BatchRow, parseBatch, type ReadBatch, readBatch } from "./batch.ts";
export { newParsed } from "./bytes.ts";
export { type ParsedTime, parseTime, printTime, TIME_BYTES, writeTime } from "./time.ts";

const encoder = new TextEncoder();

/**
 * Reads the payload bytes [start, end) as a value of the type into `out`. White space around it and trailing NULs are
 * trimmed; a JSON string is unwrapped once. `out.from`/`out.to` are positions in `buf` and mean something only
 * while `out.verbatim` is set; then these bytes may be published as they are (never for BOOL and GEO).
 * @param maxText longest STRING in UTF-8 bytes
 * @returns false when refused: `out.error` says why and what is accepted, `out.code` is the catalogue's code
 */
export function parseValue(
  type: FieldType,
  buf: Uint8Array,
  start: number,
  end: number,
  out: Parsed,
  maxText: number = string.MAX_TEXT,
): boolean {
  const from = skipSpace(buf, start, end);
  const to = trimEnd(buf, from, end);
  if (from === to) return fail(out, `The payload is empty; ${describe(type)}.`);
  if (buf[from] === 0x22 && to - from > 1 && buf[to - 1] === 0x22)
    return parseQuoted(type, buf, from, to, out, maxText);
  return parseAs(type, buf, from, to, out, maxText);
}

/**
 * Reads a value that stands inside JSON (a batch, HTTP) as the type into `out`. Numbers and booleans are read as their
 * text, strings as an unwrapped payload (they are not unwrapped again), objects only for GEO; `null` and arrays are
 * refused. Takes what JSON.parse gives and what `parseBatch` gives.
 * @returns as `parseValue`; `out.verbatim` is never set
 */
export function parseJson(type: FieldType, json: unknown, out: Parsed, maxText: number = string.MAX_TEXT): boolean {
  let ok: boolean;
  if (typeof json === "string") ok = parseText(type, json, out, maxText);
  else if (typeof json === "number" || typeof json === "boolean") ok = parseText(type, String(json), out, maxText);
  else if (json instanceof JsonNumber) ok = parseText(type, json.text, out, maxText);
  else if (type === "GEO" && typeof json === "object" && json !== null && !Array.isArray(json))
    ok = geo.parseObject(json, out);
  else ok = fail(out, `${nameOf(json)} is not a value; ${describe(type)}.`);
  out.verbatim = false;
  out.from = out.to = 0;
  return ok;
}

/** What a parsed value is to the API. */
export function toValue(type: FieldType, parsed: Readonly<Parsed>): Value {
  switch (type) {
    case "NUMERIC":
    case "INT":
    case "COUNTER":
      return parsed.num;
    case "BOOL":
      return parsed.num === 1;
    case "STRING":
      return parsed.text;
    case "GEO":
      return { lat: parsed.num, lng: parsed.num2 };
    default:
      return type satisfies never;
  }
}

/**
 * The text a value is published as: Number::toString, `true`/`false`, the bare text, `(lat,lng)`.
 * @param value what `toValue` gives, or what a parser left in a Parsed
 * @param boolText the product's setting `bool_text`: "True" prints `True`/`False`
 */
export function printValue(
  type: FieldType,
  value: Value | Readonly<Parsed>,
  boolText: "true" | "True" = "true",
): string {
  const plain = typeof value === "object" && "verbatim" in value ? toValue(type, value) : value;
  if (typeof plain === "object") return `(${plain.lat},${plain.lng})`;
  if (typeof plain !== "boolean") return String(plain);
  if (boolText === "True") return plain ? "True" : "False";
  return plain ? "true" : "false";
}

/** What fields of the type accept, as the middle of a sentence. */
export function describe(type: FieldType): string {
  switch (type) {
    case "NUMERIC":
      return numeric.ACCEPTS;
    case "INT":
      return int.ACCEPTS;
    case "BOOL":
      return bool.ACCEPTS;
    case "STRING":
      return string.ACCEPTS;
    case "GEO":
      return geo.ACCEPTS;
    case "COUNTER":
      return counter.ACCEPTS;
    default:
      return type satisfies never;
  }
}

function parseAs(type: FieldType, buf: Uint8Array, from: number, to: number, out: Parsed, maxText: number): boolean {
  switch (type) {
    case "NUMERIC":
      return numeric.parse(buf, from, to, out);
    case "INT":
      return int.parse(buf, from, to, out);
    case "COUNTER":
      return counter.parse(buf, from, to, out);
    case "BOOL":
      return bool.parse(buf, from, to, out);
    case "STRING":
      return string.parse(buf, from, to, out, maxText);
    case "GEO":
      return geo.parse(buf, from, to, out);
    default:
      return type satisfies never;
  }
}

/** Bytes with a quote at both ends: a JSON string, or text that only looks like one. */
function parseQuoted(
  type: FieldType,
  buf: Uint8Array,
  from: number,
  to: number,
  out: Parsed,
  maxText: number,
): boolean {
  for (let i = from + 1; i < to - 1; i++) {
    const c = buf[i] ?? 0;
    if (c === 0x5c) return parseEscaped(type, buf, from, to, out, maxText);
    if (c === 0x22 || c < 0x20) return parseAs(type, buf, from, to, out, maxText);
  }
  return parseInner(type, buf, from + 1, to - 1, out, maxText);
}

function parseEscaped(
  type: FieldType,
  buf: Uint8Array,
  from: number,
  to: number,
  out: Parsed,
  maxText: number,
): boolean {
  const text = decode(buf, from, to);
  if (text === null) return fail(out, `${quoteBytes(buf, from, to)} is not UTF-8; ${describe(type)}.`);
  const json = parseJsonText(text);
  if (typeof json !== "string") return parseAs(type, buf, from, to, out, maxText);
  const ok = parseText(type, json, out, maxText);
  out.verbatim = false; // from/to are not positions in the payload
  out.from = out.to = 0;
  return ok;
}

/** Text that was unwrapped from JSON. */
function parseText(type: FieldType, text: string, out: Parsed, maxText: number): boolean {
  if (!text.isWellFormed())
    return fail(out, `${quote(text)} has half a character (a lone surrogate); ${describe(type)}.`);
  const bytes = encoder.encode(text);
  return parseInner(type, bytes, 0, bytes.length, out, maxText);
}

/** The inner text of a JSON string: STRING keeps it untouched, also when it is empty. */
function parseInner(
  type: FieldType,
  buf: Uint8Array,
  start: number,
  end: number,
  out: Parsed,
  maxText: number,
): boolean {
  if (type === "STRING") return string.parse(buf, start, end, out, maxText);
  const from = skipSpace(buf, start, end);
  const to = trimEnd(buf, from, end);
  if (from === to) return fail(out, `The text is empty; ${describe(type)}.`);
  return parseAs(type, buf, from, to, out, maxText);
}

function nameOf(json: unknown): string {
  if (json === null) return "null";
  if (Array.isArray(json)) return "An array";
  return json instanceof JsonObject || typeof json === "object" ? "An object" : "Nothing";
}
