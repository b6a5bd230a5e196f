import { Refusal } from "../base/errors.ts";
import { quote } from "./bytes.ts";

/** Without these no number is as large as 1e299, and no key is `__proto__`, however it is written. */
const SUSPECT = /\d{200}|[eE]\+?\d{3}|__proto__|\\u/;

/**
 * JSON of a request, where nothing may be lost without a word: a key that is given twice, and a number that no double holds,
 * are refused, as well as a key that JavaScript gives a meaning to.
 * @param tells whether keys may be repeated in the message
 * @throws Refusal invalid_request
 */
export function readJson(text: string, tells = true): unknown {
  let value: unknown;
  let wrong: string | null = null;
  try {
    value = JSON.parse(text); // a look at each value costs several times as much, and few texts need it
    if (SUSPECT.test(text))
      JSON.parse(text, (key, one: unknown) => {
        if (key === "__proto__") throw new SyntaxError("__proto__");
        if (typeof one === "number" && !Number.isFinite(one))
          wrong ??= `The number ${tells && key !== "" ? `of ${quote(key)} ` : ""}is larger than a number may be (about 1.8e308).`;
        return one;
      });
  } catch {
    throw new Refusal("invalid_request", "The body is not JSON.");
  }
  const twice = keyGivenTwice(text);
  if (twice !== null)
    wrong ??= `The key ${tells ? `${quote(twice)} ` : ""}is given twice in one object; which is meant?`;
  if (wrong !== null) throw new Refusal("invalid_request", wrong);
  return value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The first key that an object has twice; null: none. @param text valid JSON */
export function keyGivenTwice(text: string): string | null {
  /** Keys of the objects that are open; null: an array. */
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x7b) open.push(new Set());
    else if (c === 0x5b) open.push(null);
    else if (c === 0x7d || c === 0x5d) open.pop();
    if (c !== QUOTE) continue;
    const from = i++;
    while (text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
    const keys = open.at(-1);
    if (!keys || !isKey(text, i + 1)) continue;
    const key = JSON.parse(text.slice(from, i + 1)) as string; // a string of valid JSON
    if (keys.has(key)) return key;
    keys.add(key);
  }
  return null;
}

/** Whether a colon follows. */
function isKey(text: string, from: number): boolean {
  let i = from;
  while (text.charCodeAt(i) <= 0x20) i++;
  return text[i] === ":";
}
