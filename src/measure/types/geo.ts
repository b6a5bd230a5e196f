import { OF_FORM } from "../aggregations.ts";
import { decode, fail, quote, quoteBytes, skipSpace, trimEnd } from "../bytes.ts";
import { JsonNumber, JsonObject, type Member, members, parseJsonText } from "../json.ts";
import { parse as parseNumeric } from "./numeric.ts";
import { fieldType } from "../field-type.ts";
import { type Parsed, printPlain } from "../value.ts";

/** What a GEO field accepts, for messages and documents. */
const ACCEPTS = 'GEO accepts (lat,lng), lat,lng or {"lat":…,"lng":…}, in degrees, -90 to 90 and -180 to 180';

const AXES: ReadonlyMap<string, "lat" | "lng"> = new Map([
  ["lat", "lat"],
  ["latitude", "lat"],
  ["lng", "lng"],
  ["lon", "lng"],
  ["longitude", "lng"],
] as const);

const encoder = new TextEncoder();

/**
 * Reads a position (wire contract section 5, GEO) into `out.num` (latitude) and `out.num2` (longitude), degrees.
 * [start, end) is trimmed and not empty.
 */
function parse(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  if (buf[start] === 0x7b) {
    const text = decode(buf, start, end);
    if (text === null || parseJsonText(text) === undefined)
      return bad(out, quoteBytes(buf, start, end), "is not a position");
    return parseMembers(members(text), quote(text), out);
  }
  let from = start;
  let to = end;
  if (buf[start] === 0x28) {
    if (end - start < 2 || buf[end - 1] !== 0x29)
      return bad(out, quoteBytes(buf, start, end), "has no closing bracket");
    from = start + 1;
    to = end - 1;
  }
  const comma = buf.indexOf(0x2c, from);
  if (comma < 0 || comma >= to) return bad(out, quoteBytes(buf, start, end), "is not a position");
  if (!axis(buf, from, comma, out)) return bad(out, quoteBytes(buf, start, end), "has no latitude that is a number");
  const lat = out.num;
  if (!axis(buf, comma + 1, to, out)) return bad(out, quoteBytes(buf, start, end), "has no longitude that is a number");
  return accept(lat, out.num, out, () => quoteBytes(buf, start, end));
}

/**
 * Reads a position that is an object inside other JSON: a JsonObject of json.ts (then a repeated key is seen), or what
 * JSON.parse made of it.
 */
function parseObject(json: object, out: Parsed): boolean {
  if (json instanceof JsonObject) return parseMembers(members(json.text), quote(json.text), out);
  const entries = Object.entries(json).map(([key, value]) => ({ key, value }));
  return parseMembers(entries, quote(`{${Object.keys(json).join(",")}}`), out);
}

/** Exactly one key for each axis and no other: a key that would be dropped silently is refused instead. */
function parseMembers(entries: readonly Member[], shown: string, out: Parsed): boolean {
  let lat: number | null = null;
  let lng: number | null = null;
  for (const { key, value } of entries) {
    const which = AXES.get(key);
    if (which === undefined) return bad(out, shown, `has a key ${quote(key)}`);
    if ((which === "lat" ? lat : lng) !== null) return bad(out, shown, `has two keys for ${which}`);
    const degrees = number(value, out);
    if (degrees === null) return bad(out, shown, `has a ${which} that is not a number`);
    if (which === "lat") lat = degrees;
    else lng = degrees;
  }
  if (lat === null || lng === null) return bad(out, shown, `has no key for ${lat === null ? "lat" : "lng"}`);
  return accept(lat, lng, out, () => shown);
}

/** A JSON number, or a string that is one, as degrees; null when it is neither. */
function number(value: unknown, out: Parsed): number | null {
  const text = value instanceof JsonNumber ? value.text : value;
  if (typeof text === "number") return Number.isFinite(text) ? text : null;
  if (typeof text !== "string") return null;
  const bytes = encoder.encode(text);
  return axis(bytes, 0, bytes.length, out) ? out.num : null;
}

/** One number with white space around it, into `out.num`. */
function axis(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  const from = skipSpace(buf, start, end);
  return parseNumeric(buf, from, trimEnd(buf, from, end), out);
}

function accept(lat: number, lng: number, out: Parsed, shown: () => string): boolean {
  if (lat < -90 || lat > 90) return bad(out, shown(), `has the latitude ${lat}`);
  if (lng < -180 || lng > 180) return bad(out, shown(), `has the longitude ${lng}`);
  out.num = lat === 0 ? 0 : lat; // −0 as 0
  out.num2 = lng === 0 ? 0 : lng;
  out.mantissa = 0;
  out.scale = -1;
  out.verbatim = false;
  return true;
}

function bad(out: Parsed, shown: string, why: string): false {
  return fail(out, `${shown} ${why}; ${ACCEPTS}.`);
}

/** A position on the earth. */
export const geo = fieldType({
  name: "GEO",
  aliases: [],
  form: "position",
  accepts: ACCEPTS,
  parse,
  parseObject,
  keepsSpace: false,
  print: printPlain,
  aggregations: OF_FORM.position,
  defaultAggregation: "LAST",
  isTotal: false,
  hasRollups: false,
  sample: "(52.52,13.405)",
  simulate: (chance) => () => `(${(52 + chance()).toFixed(5)},${(13 + chance()).toFixed(5)})`,
});
