import type { Parsed } from "./value.ts";

/**
 * What the field types share: reading payload bytes in place, and saying no. Positions are always inside the buffer;
 * `?? 0` only tells the compiler so.
 */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
/** How much of a payload a message quotes. */
const QUOTED = 40;
/** Characters that must not reach a terminal or a page as they are: controls, line separators, bidi overrides. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Space, TAB, CR, LF. */
function isSpace(c: number): boolean {
  return c === 0x20 || c === 0x09 || c === 0x0d || c === 0x0a;
}

/** First position that is not white space. */
export function skipSpace(buf: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(buf[at] ?? 0)) at++;
  return at;
}

/** End without white space and trailing NULs. */
export function trimEnd(buf: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (isSpace(buf[at - 1] ?? 0) || buf[at - 1] === 0)) at--;
  return at;
}

/** The text of the bytes; null when they are not UTF-8. */
export function decode(buf: Uint8Array, start: number, end: number): string | null {
  try {
    return utf8.decode(buf.subarray(start, end));
  } catch {
    return null;
  }
}

/** About the first 40 characters of the text in quotes; safe to show anywhere that escapes markup. */
export function quote(text: string): string {
  const short = text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
  const safe = short.replace(UNSAFE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
  return `"${safe}"`;
}

/** `quote` of bytes; what is not UTF-8 shows as U+FFFD. */
export function quoteBytes(buf: Uint8Array, start: number, end: number): string {
  // A cut inside a character must not look like bad UTF-8: take some bytes more than are shown.
  return quote(lenient.decode(buf.subarray(start, Math.min(end, start + QUOTED * 4))));
}

/** Refuses: writes the reason to `out` and returns false. */
export function fail(out: Parsed, error: string): false {
  out.error = error;
  out.code = "invalid_value";
  return false;
}

/** An empty result to parse into, again and again. */
export function newParsed(): Parsed {
  return {
    num: 0,
    num2: 0,
    text: "",
    mantissa: 0,
    scale: -1,
    verbatim: false,
    from: 0,
    to: 0,
    error: "",
    code: "invalid_value",
  };
}
