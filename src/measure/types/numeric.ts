import { OF_FORM } from "../aggregations.ts";
import { fail, quoteBytes } from "../bytes.ts";
import { asciiText, POW10, Scan, scanDecimal } from "../decimal.ts";
import { fieldType, wandering } from "../field-type.ts";
import { type Parsed, printPlain } from "../value.ts";

/** What a NUMERIC field accepts, for messages and documents. */
const ACCEPTS = "NUMERIC accepts a decimal number such as 22, -0.5 or 1.5e3";

/**
 * Reads a decimal as the double nearest to it (wire contract section 5, NUMERIC); −0 becomes 0, underflow 0.
 * [start, end) is trimmed and not empty. Allocates nothing for up to 2^53-1 in digits and 22 decimals.
 * @returns false with `out.error` when it is not a decimal, or too large for a double
 */
export function parse(buf: Uint8Array, start: number, end: number, out: Parsed, accepts: string = ACCEPTS): boolean {
  const found = scanDecimal(buf, start, end, out);
  if (found === Scan.Bad) return fail(out, `${quoteBytes(buf, start, end)} is not a number; ${accepts}.`);
  out.from = start;
  out.to = end;
  if (found === Scan.Exact) {
    const scale = out.scale;
    if (scale === 0) {
      out.num = out.mantissa;
      return true;
    }
    if (scale > 0 && scale <= 22) {
      // Both operands are exact doubles, so the quotient is rounded once, as Number(text) is.
      const num = out.mantissa / (POW10[scale] ?? 1);
      out.num = num;
      if (scale > 6 && num < 1e-6 && num > -1e-6) out.verbatim = false;
      return true;
    }
    if (scale < 0 && scale >= -15) {
      const whole = out.mantissa * (POW10[-scale] ?? 1);
      if (Number.isSafeInteger(whole)) {
        out.mantissa = out.num = whole;
        out.scale = 0;
        return true;
      }
    }
  }
  return parseLong(buf, start, end, out, accepts);
}

/** The rare rest: many digits, or an exponent far away. */
function parseLong(buf: Uint8Array, start: number, end: number, out: Parsed, accepts: string): boolean {
  const num = Number(asciiText(buf, start, end));
  if (!Number.isFinite(num))
    return fail(out, `${quoteBytes(buf, start, end)} is too large; ${accepts}, up to about 1.8e308.`);
  out.num = num === 0 ? 0 : num;
  out.mantissa = 0;
  out.scale = -1;
  out.verbatim = false;
  return true;
}

/** A decimal number. */
export const numeric = fieldType({
  name: "NUMERIC",
  aliases: ["FLOAT"],
  form: "number",
  accepts: ACCEPTS,
  parse: (buf, start, end, out) => parse(buf, start, end, out),
  parseObject: null,
  keepsSpace: false,
  print: printPlain,
  aggregations: OF_FORM.number,
  defaultAggregation: "AVG",
  isTotal: false,
  hasRollups: true,
  sample: "22.5",
  simulate(chance) {
    const next = wandering(chance);
    return () => next().toFixed(1);
  },
});
