/**
 * Texts as PostgreSQL can hold them. It has no U+0000 in a text, and no half of a surrogate pair; both can be in what people send
 * and we show again. ESC stands before four hexadecimal digits of such a unit, and before those of itself.
 */
const ESC = "\u001b";
const OUT = /[\0\u001b]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const BACK = /\u001b([0-9a-f]{4})/g;

/** @returns the text itself where nothing stands in its way, which is nearly always */
export function toStored(text: string): string {
  if (text.isWellFormed() && !text.includes("\0") && !text.includes(ESC)) return text;
  return text.replace(OUT, (unit) => `${ESC}${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What `toStored` was given. */
export function fromStored(text: string): string {
  if (!text.includes(ESC)) return text;
  return text.replace(BACK, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
