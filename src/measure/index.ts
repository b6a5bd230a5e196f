/**
 * What a measurement is (wire contract section 5): reading a payload or a JSON value as a field's type, printing it as
 * it is published. Touches no store and no clock.
 */
import { decode, fail, quote, quoteBytes, skipSpace, trimEnd } from "./bytes.ts";
import type { BoolText, FieldTypeSpec } from "./field-type.ts";
import { JsonNumber, JsonObject, parseJsonText } from "./json.ts";
import { type FieldType, specOf } from "./types.ts";
import { MAX_TEXT } from "./types/string.ts";
import { type Parsed, type Value, valueIn } from "./value.ts";

export { refuseRows } from "./bad-rows.ts";
export { type BatchRow, type ReadBatch, readBatch } from "./batch.ts";
export { newParsed } from "./bytes.ts";
export { parseTime, printTime, writeTime } from "./time.ts";

const encoder = new TextEncoder();

/**
 * Reads the payload bytes [start, end) as a value of the type into `out`. White space around it and trailing NULs are
 * trimmed; a JSON string is unwrapped once. `out.from`/`out.to` are positions in `buf` and mean something only
 * while `out.verbatim` is set; then these bytes may be published as they are.
 * @param maxText longest STRING in UTF-8 bytes
 * @returns false when refused: `out.error` says why and what is accepted, `out.code` is the catalogue's code
 */
export function parseValue(
  type: FieldTypeSpec,
  buf: Uint8Array,
  start: number,
  end: number,
  out: Parsed,
  maxText: number = MAX_TEXT,
): boolean {
  const from = skipSpace(buf, start, end);
  const to = trimEnd(buf, from, end);
  if (from === to) return fail(out, `The payload is empty; ${type.accepts}.`);
  if (buf[from] === 0x22 && to - from > 1 && buf[to - 1] === 0x22)
    return parseQuoted(type, buf, from, to, out, maxText);
  return type.parse(buf, from, to, out, maxText);
}

/**
 * Reads a value that stands inside JSON (a batch, HTTP) as the type into `out`. Numbers and booleans are read as their
 * text, strings as an unwrapped payload (they are not unwrapped again), objects where the type reads them; `null` and arrays are
 * refused. Takes what JSON.parse gives and what `parseBatch` gives.
 * @returns as `parseValue`; `out.verbatim` is never set
 */
export function parseJson(type: FieldTypeSpec, json: unknown, out: Parsed, maxText: number = MAX_TEXT): boolean {
  let ok: boolean;
  if (typeof json === "string") ok = parseText(type, json, out, maxText);
  else if (typeof json === "number" || typeof json === "boolean") ok = parseText(type, String(json), out, maxText);
  else if (json instanceof JsonNumber) ok = parseText(type, json.text, out, maxText);
  else if (type.parseObject !== null && typeof json === "object" && json !== null && !Array.isArray(json))
    ok = type.parseObject(json, out);
  else ok = fail(out, `${nameOf(json)} is not a value; ${type.accepts}.`);
  out.verbatim = false;
  out.from = out.to = 0;
  return ok;
}

/** What a parsed value is to the API. */
export function toValue({ form }: FieldTypeSpec, { num, num2, text }: Readonly<Parsed>): Value {
  return valueIn(form, num, num2, text);
}

/**
 * The text that a value of the type is published as.
 * @param boolText the product's setting `bool_text`: "True" prints `True`/`False`
 */
export function printValue(type: FieldType, value: Value, boolText: BoolText = "true"): string {
  return specOf(type).print(value, boolText);
}

/** Bytes with a quote at both ends: a JSON string, or text that only looks like one. */
function parseQuoted(
  type: FieldTypeSpec,
  buf: Uint8Array,
  from: number,
  to: number,
  out: Parsed,
  maxText: number,
): boolean {
  for (let i = from + 1; i < to - 1; i++) {
    const c = buf[i] ?? 0;
    if (c === 0x5c) return parseEscaped(type, buf, from, to, out, maxText);
    if (c === 0x22 || c < 0x20) return type.parse(buf, from, to, out, maxText);
  }
  return parseInner(type, buf, from + 1, to - 1, out, maxText);
}

function parseEscaped(
  type: FieldTypeSpec,
  buf: Uint8Array,
  from: number,
  to: number,
  out: Parsed,
  maxText: number,
): boolean {
  const text = decode(buf, from, to);
  if (text === null) return fail(out, `${quoteBytes(buf, from, to)} is not UTF-8; ${type.accepts}.`);
  const json = parseJsonText(text);
  if (typeof json !== "string") return type.parse(buf, from, to, out, maxText);
  const ok = parseText(type, json, out, maxText);
  out.verbatim = false; // from/to are not positions in the payload
  out.from = out.to = 0;
  return ok;
}

/** Text that was unwrapped from JSON. */
function parseText(type: FieldTypeSpec, text: string, out: Parsed, maxText: number): boolean {
  if (!text.isWellFormed())
    return fail(out, `${quote(text)} has half a character (a lone surrogate); ${type.accepts}.`);
  const bytes = encoder.encode(text);
  return parseInner(type, bytes, 0, bytes.length, out, maxText);
}

/** The inner text of a JSON string: some types take it untouched, also when it is empty. */
function parseInner(
  type: FieldTypeSpec,
  buf: Uint8Array,
  start: number,
  end: number,
  out: Parsed,
  maxText: number,
): boolean {
  if (type.keepsSpace) return type.parse(buf, start, end, out, maxText);
  const from = skipSpace(buf, start, end);
  const to = trimEnd(buf, from, end);
  if (from === to) return fail(out, `The text is empty; ${type.accepts}.`);
  return type.parse(buf, from, to, out, maxText);
}

function nameOf(json: unknown): string {
  if (json === null) return "null";
  if (Array.isArray(json)) return "An array";
  return json instanceof JsonObject || typeof json === "object" ? "An object" : "Nothing";
}
