import { OF_FORM } from "../aggregations.ts";
import { fail, quoteBytes } from "../bytes.ts";
import { fieldType } from "../field-type.ts";
import { type Parsed, printPlain } from "../value.ts";

/** What a BOOL field accepts, for messages and documents. */
const ACCEPTS = "BOOL accepts true, false, 1, 0, on or off";

const WORDS: readonly (readonly [string, number])[] = [
  ["true", 1],
  ["false", 0],
  ["on", 1],
  ["off", 0],
];

/** Are the bytes this lower-case word, in any case? */
function isWord(buf: Uint8Array, start: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (((buf[start + i] ?? 0) | 0x20) !== word.charCodeAt(i)) return false;
  return true;
}

/**
 * Reads `true false 1 0 on off` in any case, nothing else (wire contract section 5, BOOL): `out.num` is 1 or 0.
 * [start, end) is trimmed. Never verbatim: how a boolean is printed is a setting of the product.
 */
function parse(buf: Uint8Array, start: number, end: number, out: Parsed): boolean {
  const length = end - start;
  out.from = start;
  out.to = end;
  out.verbatim = false;
  out.mantissa = 0;
  out.scale = -1;
  if (length === 1) {
    const c = buf[start];
    if (c === 0x30 || c === 0x31) {
      out.num = c - 0x30;
      return true;
    }
  } else {
    for (const [word, num] of WORDS)
      if (word.length === length && isWord(buf, start, word)) {
        out.num = num;
        return true;
      }
  }
  return fail(out, `${quoteBytes(buf, start, end)} is not a boolean; ${ACCEPTS}.`);
}

/** On or off. Of buckets AVG says whether more than half were true, MIN whether all, MAX whether any, SUM how many. */
export const bool = fieldType({
  name: "BOOL",
  aliases: [],
  form: "boolean",
  accepts: ACCEPTS,
  parse,
  parseObject: null,
  keepsSpace: false,
  print(value, boolText) {
    if (boolText === "True") return value === true ? "True" : "False";
    return printPlain(value);
  },
  aggregations: OF_FORM.boolean,
  defaultAggregation: "AVG",
  isTotal: false,
  hasRollups: true,
  sample: "true",
  simulate: (chance) => () => (chance() < 0.5 ? "false" : "true"),
});
