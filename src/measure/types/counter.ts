import { OF_FORM } from "../aggregations.ts";
import { parse as parseNumeric } from "./numeric.ts";
import { fieldType } from "../field-type.ts";
import { type Parsed, printPlain } from "../value.ts";

/** What a COUNTER field accepts, for messages and documents. */
const ACCEPTS = "COUNTER accepts the running total as a decimal number such as 1042 or 17.25";

/**
 * Reads a device's running total (wire contract section 5, COUNTER): the grammar is NUMERIC's, and the total itself is
 * stored and published; increments are derived when history is read.
 */
function parse(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  return parseNumeric(buf, start, end, out, ACCEPTS);
}

/** A running total. */
export const counter = fieldType({
  name: "COUNTER",
  aliases: [],
  form: "number",
  accepts: ACCEPTS,
  parse,
  parseObject: null,
  keepsSpace: false,
  print: printPlain,
  aggregations: OF_FORM.number,
  defaultAggregation: "CHANGE",
  isTotal: true,
  hasRollups: true,
  sample: "1",
  simulate(chance) {
    let total = 0;
    return () => {
      total += Math.floor(chance() * 10);
      return String(total);
    };
  },
});
