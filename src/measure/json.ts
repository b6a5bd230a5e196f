/**
 * What JSON.parse hides: keys given twice, and how a number was written. JSON.parse judges the syntax; the scanner here
 * walks over text that is known to be valid, iteratively, so depth does no harm.
 */

/** A number whose text is not what Number::toString would print: `22.00`, `1e3`, `9007199254740991.4`. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** An object that was not looked into yet, as its (valid) JSON text; `members` reads it. */
export class JsonObject {
  constructor(readonly text: string) {}
}

/** One member of an object. `value`: as JSON.parse gives it, but a number may be a JsonNumber and an object is a JsonObject. */
export interface Member {
  readonly key: string;
  readonly value: unknown;
}

/** JSON.parse without the exception; undefined: not JSON. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // JSON.parse is typed any
  } catch {
    return undefined;
  }
}

function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0d;
}

function skipSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length && isSpace(text.charCodeAt(i))) i++;
  return i;
}

/** Position after the string that begins at `at`. */
function skipString(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i + 1;
}

/** Position after the value that begins at `at`. */
function skipValue(text: string, at: number): number {
  let depth = 0;
  let i = at;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === 0x22) {
      i = skipString(text, i);
      if (depth === 0) return i;
      continue;
    }
    if (c === 0x7b || c === 0x5b) depth++;
    else if (c === 0x7d || c === 0x5d) {
      if (depth === 0) return i; // of the object or array around a bare number or word
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (c === 0x2c || isSpace(c))) return i;
    i++;
  }
  return i;
}

/** Position of what follows a value that ends at `at`: the next member or element, or the closing bracket. */
function skipComma(text: string, at: number): number {
  const i = skipSpace(text, at);
  return text.charCodeAt(i) === 0x2c ? skipSpace(text, i + 1) : i;
}

/** The value that a slice of valid JSON text is. */
function readSlice(raw: string): unknown {
  if (raw.startsWith("{")) return new JsonObject(raw);
  const value = JSON.parse(raw) as unknown; // the whole text was valid, so each value of it is
  return typeof value === "number" && String(value) !== raw ? new JsonNumber(raw) : value;
}

/**
 * The members of an object in the order written; keys that come twice come twice.
 * @param text valid JSON text of an object
 * @param most stop after so many members
 */
export function members(text: string, most: number = Number.POSITIVE_INFINITY): Member[] {
  const found: Member[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text.charCodeAt(at) === 0x22 && found.length < most) {
    const keyEnd = skipString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string; // a key of valid JSON is a string
    const from = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const to = skipValue(text, from);
    found.push({ key, value: readSlice(text.slice(from, to)) });
    at = skipComma(text, to);
  }
  return found;
}

/**
 * The elements of an array.
 * @param text valid JSON text of an array
 * @param most stop after so many elements
 */
export function elements(text: string, most: number = Number.POSITIVE_INFINITY): unknown[] {
  const found: unknown[] = [];
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (at < text.length && text.charCodeAt(at) !== 0x5d && found.length < most) {
    const to = skipValue(text, at);
    found.push(readSlice(text.slice(at, to)));
    at = skipComma(text, to);
  }
  return found;
}
