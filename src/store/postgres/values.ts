import { fromStored, toStored } from "./text.ts";

/** What a statement can be given. Uint8Arrays are bytea. */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly (string | null)[]
  | readonly (number | null)[]
  | readonly (Uint8Array | null)[];

/** How values of PostgreSQL's types are read: whole numbers as numbers, a boolean as 1 or 0, as SQLite has them. */
const READERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => (text === "t" ? 1 : 0),
  17: (text) => bytesOf(text),
  19: fromStored,
  20: Number,
  21: Number,
  23: Number,
  25: fromStored,
  700: Number,
  701: Number,
  1043: fromStored,
  1700: Number,
};
const AS_IT_IS = (text: string): string => text;
export const TYPES = { getTypeParser: (oid: number) => READERS[oid] ?? AS_IT_IS };

/** bytea comes as hexadecimal text, with a backslash and an x before it. */
function bytesOf(text: string): Uint8Array {
  const raw = Buffer.from(text.slice(2), "hex");
  // a small Buffer is a view of a large one, all of which would go along in a message
  return raw.byteLength === raw.buffer.byteLength ? new Uint8Array(raw.buffer) : new Uint8Array(raw);
}

/** A value as the driver takes it. */
export function bound(value: Value): unknown {
  if (typeof value === "string") return toStored(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value === "number") return whole(value);
  if (Array.isArray(value)) return value.map((one) => bound(one as Value));
  return value;
}

/** Numbers are those of bigint columns: what lies beyond all times is the last of them, and a fraction is the next whole one. */
function whole(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  if (Number.isNaN(value)) throw new RangeError("NaN is no number of a row");
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(value)));
}
