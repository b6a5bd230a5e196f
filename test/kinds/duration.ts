import { OF_FORM } from "../../src/measure/aggregations.ts";
import { fail, quoteBytes } from "../../src/measure/bytes.ts";
import { asciiText } from "../../src/measure/decimal.ts";
import { fieldType } from "../../src/measure/field-type.ts";
import type { Parsed } from "../../src/measure/value.ts";

/** A field type that there is not: the test beside it registers it in a copy of the source tree. */

const ACCEPTS = "DURATION accepts a time such as 90s, 15m or 2h, or a number of seconds";
const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

function parse(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  const [, digits, unit] = /^(\d{1,9})([smh]?)$/.exec(asciiText(buf, start, end)) ?? [];
  const seconds = Number(digits) * (UNITS.get(unit ?? "") ?? 0);
  if (digits === undefined) return fail(out, `${quoteBytes(buf, start, end)} is not a time; ${ACCEPTS}.`);
  out.num = out.mantissa = seconds;
  out.scale = 0;
  out.verbatim = false;
  return true;
}

/** How long something took, in seconds. */
export const duration = fieldType({
  name: "DURATION",
  aliases: ["TIMESPAN"],
  form: "number",
  accepts: ACCEPTS,
  parse,
  parseObject: null,
  keepsSpace: false,
  print: (value) => `${String(value)}s`,
  aggregations: OF_FORM.number,
  defaultAggregation: "MAX",
  isTotal: false,
  hasRollups: true,
  sample: "15m",
  simulate: (chance) => () => `${Math.floor(chance() * 100)}m`,
});
