import { type Columns, sliceOf, valueAt } from "../../sqlite/data/block/columns.ts";

/** Most points of a chunk. */
export const CHUNK_POINTS = 1024;
/** Most characters of the texts in one, unless a single one is longer. */
const CHUNK_TEXT = 65_536;
const MOST_INT = 2 ** 31 - 1;
/** Decimal places that whole numbers stand for at most. */
const MOST_PLACES = 9;

/**
 * Points of a series as a row of the table `chunk`, columns as PostgreSQL writes arrays: each is null where the points need none.
 * A time is `first` and `dt` (or `wide`, where that is too far) steps; a number `i / div`, or `f`; a position `i / div` and `j / div`, or `f` and
 * `g`.
 */
export interface Chunk {
  /** Microseconds. */
  readonly first: number;
  readonly last: number;
  readonly n: number;
  /** Microseconds. */
  readonly step: number;
  readonly dt: string | null;
  readonly wide: string | null;
  readonly div: number;
  readonly i: string | null;
  readonly j: string | null;
  readonly f: string | null;
  readonly g: string | null;
  readonly b: string | null;
  readonly s: string | null;
}

/** Points in strictly increasing time, cut into chunks of about one size. */
export function chunksOf(c: Columns): Chunk[] {
  const n = c.times.length;
  const pieces = Math.ceil(n / CHUNK_POINTS);
  return Array.from({ length: pieces }, (_, k) =>
    sliceOf(c, Math.floor((n * k) / pieces), Math.floor((n * (k + 1)) / pieces)),
  ).flatMap((piece) => cutByText(piece).map(encoded));
}

function cutByText(c: Columns): Columns[] {
  if (!("odd" in c)) return [c];
  const pieces: Columns[] = [];
  let [low, characters] = [0, 0];
  for (let k = 0; k < c.times.length; k++) {
    const value = c.odd[k];
    characters += typeof value === "string" ? value.length : 0;
    if (characters <= CHUNK_TEXT || k === low) continue;
    pieces.push(sliceOf(c, low, k));
    low = k;
    characters = typeof value === "string" ? value.length : 0;
  }
  pieces.push(sliceOf(c, low, c.times.length));
  return pieces;
}

function encoded(c: Columns): Chunk {
  const n = c.times.length;
  const first = c.times[0] ?? 0;
  const last = c.times[n - 1] ?? 0;
  const offsets = Array.from(c.times, (time) => time - first);
  const step = offsets.reduce(greatestCommon, 0) || 1;
  const dt = array(offsets.map((offset) => offset / step));
  const isWide = (last - first) / step > MOST_INT;
  return { first, last, n, step, dt: isWide ? null : dt, wide: isWide ? dt : null, ...NOTHING, ...values(c) };
}
const NOTHING = { div: 1, i: null, j: null, f: null, g: null, b: null, s: null };

function greatestCommon(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function values(c: Columns): Partial<Chunk> {
  switch (c.kind) {
    case "number": {
      const div = divisorOf(c.num);
      return div === null ? { f: array(Array.from(c.num, double)) } : { div, i: whole(c.num, div) };
    }
    case "boolean":
      return { b: array(Array.from(c.num, (value) => (value === 1 ? "t" : "f"))) };
    case "geo": {
      const div = Math.max(divisorOf(c.num) ?? Number.NaN, divisorOf(c.num2) ?? Number.NaN);
      const fits = [c.num, c.num2].every((list) => list.every((value) => isWhole(value, div)));
      return fits
        ? { div, i: whole(c.num, div), j: whole(c.num2, div) }
        : { f: array(Array.from(c.num, double)), g: array(Array.from(c.num2, double)) };
    }
    default:
      return c.kind === "text" ? { s: array(c.odd.map((value) => quoted(String(value)))) } : several(c);
  }
}
/** Values of several kinds: each column has null where a value is another's. */
function several(c: Columns): Partial<Chunk> {
  const all = Array.from(c.times, (_, k) => valueAt(c, k));
  const column = (pick: (value: (typeof all)[number]) => string | null): string | null => {
    const picked = all.map(pick);
    return picked.every((one) => one === null) ? null : array(picked.map((one) => one ?? "NULL"));
  };
  return {
    f: column((v) => (typeof v === "number" ? double(v) : typeof v === "object" ? double(v.lat) : null)),
    g: column((v) => (typeof v === "object" ? double(v.lng) : null)),
    b: column((v) => (typeof v === "boolean" ? (v ? "t" : "f") : null)),
    s: column((v) => (typeof v === "string" ? quoted(v) : null)),
  };
}

/** The smallest power of ten by which all numbers are whole and small enough; null: there is none. */
function divisorOf(list: Float64Array): number | null {
  let div = 1;
  for (const value of list) {
    while (!isWhole(value, div)) {
      div *= 10;
      if (div > 10 ** MOST_PLACES) return null;
    }
  }
  // those before the last step may have become too large
  return div === 1 || list.every((value) => isWhole(value, div)) ? div : null;
}
/** Whether a number is exactly a small whole number divided by `div`, as every engine divides. */
function isWhole(value: number, div: number): boolean {
  const m = Math.round(value * div);
  return Math.abs(m) <= MOST_INT && Object.is(m / div, value);
}
function whole(list: Float64Array, div: number): string {
  return array(Array.from(list, (value) => Math.round(value * div)));
}
/** As PostgreSQL reads a double. */
export function double(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
/** A text as PostgreSQL can hold it for people to read: what it cannot hold is U+FFFD. */
export function readable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}
function quoted(text: string): string {
  return `"${readable(text).replaceAll(/["\\]/g, "\\$&")}"`;
}
function array(items: readonly (string | number)[]): string {
  return `{${items.join(",")}}`;
}
