import { OF_FORM } from "../aggregations.ts";
import { decode, fail, quoteBytes } from "../bytes.ts";
import { fieldType } from "../field-type.ts";
import { type Parsed, printPlain } from "../value.ts";

/** What a STRING field accepts, for messages and documents. */
const ACCEPTS = "STRING accepts UTF-8 text without NUL characters";
/** Longest text in UTF-8 bytes unless the instance says otherwise. */
export const MAX_TEXT = 65536;

/**
 * Takes the text as it came (wire contract section 5, STRING): [start, end) is the inner text, untouched, and may be empty.
 * @param maxText longest text in UTF-8 bytes; a longer one is `value_too_large`
 */
function parse(buf: Uint8Array, start: number, end: number, out: Parsed, maxText: number = MAX_TEXT): boolean {
  if (end - start > maxText) {
    out.error = `The text has ${end - start} bytes; at most ${maxText} are stored.`;
    out.code = "value_too_large";
    return false;
  }
  for (let i = start; i < end; i++)
    if (buf[i] === 0) return fail(out, `${quoteBytes(buf, start, end)} has a NUL character; ${ACCEPTS}.`);
  const text = decode(buf, start, end); // UTF-8 has no surrogates, so a lone one is refused here
  if (text === null) return fail(out, `${quoteBytes(buf, start, end)} is not UTF-8; ${ACCEPTS}.`);
  out.text = text;
  out.num = 0;
  out.mantissa = 0;
  out.scale = -1;
  out.from = start;
  out.to = end;
  out.verbatim = true;
  return true;
}

/** Any text. */
export const string = fieldType({
  name: "STRING",
  aliases: [],
  form: "text",
  accepts: ACCEPTS,
  parse,
  parseObject: null,
  keepsSpace: true,
  print: printPlain,
  aggregations: OF_FORM.text,
  defaultAggregation: "LAST",
  isTotal: false,
  hasRollups: false,
  sample: "hello",
  simulate: (chance) => () => `state ${Math.floor(chance() * 10)}`,
});
