import type { Parsed } from "./value.ts";

/** 10^0 … 10^22: the powers of ten that a double holds exactly. */
export const POW10: readonly number[] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
];
/** Exponents are read up to here; further digits change nothing, because a payload has fewer digits than this. */
const EXPONENT_CAP = 1e9;

/** What `scanDecimal` found. */
export const Scan = {
  /** Not `[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`. */
  Bad: 0,
  /** `out.mantissa` / 10^`out.scale` is the number exactly; the scale may have any size and sign. */
  Exact: 1,
  /** The grammar holds, but the digits do not fit into 2^53-1; mantissa and scale are not set. */
  Long: 2,
} as const;
export type Scan = (typeof Scan)[keyof typeof Scan];

/** Reads `[+-]?\d+` after an `e`; NaN when it is not that. */
function scanExponent(buf: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = buf[at];
  if (sign === 0x2d || sign === 0x2b) at++;
  if (at >= end) return Number.NaN;
  let e = 0;
  for (; at < end; at++) {
    const d = (buf[at] ?? 0) - 48;
    if (d < 0 || d > 9) return Number.NaN;
    if (e < EXPONENT_CAP) e = e * 10 + d;
  }
  return sign === 0x2d ? -e : e;
}

/**
 * Scans a decimal in [start, end) without making a string. Also sets `out.verbatim` as far as the spelling goes: the
 * bytes look exactly as Number::toString would print them, except that the caller must still check the magnitude of a
 * number with a fraction (>= 1e-6). At most 15 significant digits (or an integer up to 2^53-1) make the digits unique.
 */
export function scanDecimal(buf: Uint8Array, start: number, end: number, out: Parsed): Scan {
  let at = start;
  const sign = buf[at];
  const negative = sign === 0x2d;
  if (negative || sign === 0x2b) at++;
  const first = at;
  let m = 0;
  let d = 10;
  for (; at < end; at++) {
    d = (buf[at] ?? 0) - 48;
    if (d < 0 || d > 9) break;
    if (m <= Number.MAX_SAFE_INTEGER) m = m * 10 + d;
  }
  const whole = at - first;
  let scale = 0;
  let dot = false;
  if (at < end && d === -2) {
    dot = true;
    const fraction = ++at;
    for (; at < end; at++) {
      d = (buf[at] ?? 0) - 48;
      if (d < 0 || d > 9) break;
      if (m <= Number.MAX_SAFE_INTEGER) m = m * 10 + d;
    }
    scale = at - fraction;
  }
  if (whole === 0 && scale === 0) return Scan.Bad;
  // Without an exponent `d` is the last digit; a canonical fraction does not end in 0.
  let canonical =
    sign !== 0x2b && whole > 0 && (whole === 1 || buf[first] !== 0x30) && (dot ? scale > 0 && d > 0 && m < 1e15 : true);
  if (at < end) {
    const c = buf[at];
    if (c !== 0x65 && c !== 0x45) return Scan.Bad;
    const exponent = scanExponent(buf, at + 1, end);
    if (Number.isNaN(exponent)) return Scan.Bad;
    scale -= exponent;
    canonical = false;
  }
  if (m > Number.MAX_SAFE_INTEGER) {
    out.verbatim = false;
    return Scan.Long;
  }
  if (m === 0) {
    out.mantissa = 0; // never −0
    out.scale = 0;
    out.verbatim = canonical && !negative;
    return Scan.Exact;
  }
  out.mantissa = negative ? -m : m;
  out.scale = scale;
  out.verbatim = canonical;
  return Scan.Exact;
}

/** ASCII bytes as a string: only for digits, signs, dots and exponents that `scanDecimal` let through. */
export function asciiText(buf: Uint8Array, start: number, end: number): string {
  return Buffer.from(buf.buffer, buf.byteOffset + start, end - start).toString("latin1");
}
