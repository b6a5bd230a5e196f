import { OF_FORM } from "../aggregations.ts";
import { fail, quoteBytes } from "../bytes.ts";
import { asciiText, POW10, Scan, scanDecimal } from "../decimal.ts";
import { fieldType, wandering } from "../field-type.ts";
import { type Parsed, printPlain } from "../value.ts";

/** What an INT field accepts, for messages and documents. */
const ACCEPTS = "INT accepts a whole number such as 22, -5 or 1e3, up to 9007199254740991 in size";

/**
 * Reads a whole number up to ±(2^53−1) (wire contract section 5, INT). Whether it is whole is judged on the text, not on
 * a rounded double: `22.00` and `220e-1` are, `22.5` and `9007199254740991.1` are not.
 * [start, end) is trimmed and not empty. Allocates nothing unless there are more digits than 2^53-1 has.
 */
function parse(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  const found = scanDecimal(buf, start, end, out);
  if (found === Scan.Bad) return fail(out, `${quoteBytes(buf, start, end)} is not a number; ${ACCEPTS}.`);
  out.from = start;
  out.to = end;
  if (found === Scan.Long) return parseLong(buf, start, end, out);
  let m = out.mantissa;
  let scale = out.scale;
  if (scale !== 0) {
    out.verbatim = false;
    while (scale > 0 && m % 10 === 0) {
      m /= 10;
      scale--;
    }
    if (scale > 0) return notWhole(buf, start, end, out);
    if (scale < 0) m = scale >= -15 ? m * (POW10[-scale] ?? 1) : Number.POSITIVE_INFINITY;
    if (!Number.isSafeInteger(m)) return tooLarge(buf, start, end, out);
  }
  out.num = out.mantissa = m;
  out.scale = 0;
  return true;
}

/** Many digits: only zeros at the ends can make it a whole number in range, so they are stripped from the text. */
function parseLong(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  const text = asciiText(buf, start, end);
  const e = text.search(/[eE]/);
  const body = e < 0 ? text : text.slice(0, e);
  const dot = body.indexOf(".");
  const digits = (dot < 0 ? body : body.slice(0, dot) + body.slice(dot + 1)).replace(/^[+-]/, "");
  let from = 0;
  while (digits.charCodeAt(from) === 0x30) from++;
  let to = digits.length;
  while (to > from && digits.charCodeAt(to - 1) === 0x30) to--;
  // number = digits[from, to) * 10^shift
  const shift = (dot < 0 ? 0 : dot - body.length + 1) + (digits.length - to) + (e < 0 ? 0 : Number(text.slice(e + 1)));
  if (shift < 0) return notWhole(buf, start, end, out);
  if (to - from + shift > 16) return tooLarge(buf, start, end, out);
  const whole = Number(digits.slice(from, to) + "0".repeat(shift)) * (text.startsWith("-") ? -1 : 1);
  if (!Number.isSafeInteger(whole)) return tooLarge(buf, start, end, out);
  out.num = out.mantissa = whole;
  out.scale = 0;
  return true;
}

function notWhole(buf: Uint8Array, start: number, end: number, out: Parsed): false {
  return fail(out, `${quoteBytes(buf, start, end)} is not a whole number; ${ACCEPTS}.`);
}
function tooLarge(buf: Uint8Array, start: number, end: number, out: Parsed): false {
  return fail(out, `${quoteBytes(buf, start, end)} is too large; ${ACCEPTS}.`);
}

/** A whole number. */
export const int = fieldType({
  name: "INT",
  aliases: [],
  form: "number",
  accepts: ACCEPTS,
  parse,
  parseObject: null,
  keepsSpace: false,
  print: printPlain,
  aggregations: OF_FORM.number,
  defaultAggregation: "AVG",
  isTotal: false,
  hasRollups: true,
  sample: "22",
  simulate(chance) {
    const next = wandering(chance);
    return () => String(Math.round(next()));
  },
});
