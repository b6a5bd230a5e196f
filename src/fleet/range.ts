/** Ranges in device ids of the fleet file: `dev{0..999}` means dev0, dev1, … dev999; `{000..999}` keeps three digits. */

/** Most devices that one range makes. */
const MAX_RANGE = 100_000;

export interface Range {
  readonly prefix: string;
  readonly suffix: string;
  readonly from: number;
  readonly to: number;
  /** Digits to pad to with zeros; 0: none. */
  readonly width: number;
}

/** The range in a text; null when it has none; a string: what is wrong with it. */
export function rangeOf(text: string): Range | null | string {
  const open = text.indexOf("{");
  if (open < 0) return null;
  const close = text.indexOf("}", open);
  const dots = text.indexOf("..", open);
  if (close < 0 || dots < 0 || dots > close) return "a range is written {0..999}";
  const suffix = text.slice(close + 1);
  if (suffix.includes("{")) return "only one range is allowed";
  const from = text.slice(open + 1, dots);
  const to = text.slice(dots + 2, close);
  if (!isDigits(from) || !isDigits(to)) return "a range is written {0..999}, with two whole numbers";
  const range = { prefix: text.slice(0, open), suffix, from: Number(from), to: Number(to), width: widthOf(from, to) };
  if (range.to < range.from) return `the range ends (${to}) before it begins (${from})`;
  if (range.to - range.from >= MAX_RANGE) return `a range makes at most ${MAX_RANGE} devices`;
  return range;
}

/** The numbers of a range as they are written into ids and in place of `{n}`. */
export function* numbersOf(range: Range): Generator<string> {
  for (let n = range.from; n <= range.to; n++) yield numberText(range, n);
}
export function numberText({ width }: Range, n: number): string {
  return String(n).padStart(width, "0");
}

function isDigits(text: string): boolean {
  if (text.length < 1 || text.length > 9) return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x30 || c > 0x39) return false;
  }
  return true;
}
function widthOf(from: string, to: string): number {
  const padded = (from.length > 1 && from.startsWith("0")) || (to.length > 1 && to.startsWith("0"));
  return padded ? Math.max(from.length, to.length) : 0;
}
