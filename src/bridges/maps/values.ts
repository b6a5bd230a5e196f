import { identifier, type Row, rowsOf } from "../../decoders/results.ts";
import { isObject, type Json, numberOf } from "../../networks/values.ts";

/** Values of messages as rows. */

/** A name as fields may have it here. */
export function fieldName(...parts: readonly (string | number)[]): string {
  const name = identifier(parts.map(String).join("_"));
  return name.replace(/_{2,}/g, "_").replace(/^_|_$/g, "").slice(0, 64);
}
/** A row; without a value none. */
export function row(field: string, value: unknown, unit?: string): readonly Row[] {
  const plain = plainValue(value);
  return plain === undefined ? [] : [{ field: fieldName(field), value: plain, ...(unit !== undefined && { unit }) }];
}
/** A position; null: none. */
export function place(position: { readonly lat: number; readonly lng: number } | null): readonly Row[] {
  return position === null ? [] : [{ field: "LOCATION", value: position }];
}

/** Words that programs write where they have no value. */
const NONE: ReadonlySet<string> = new Set(["", "nan", "null", "none", "unknown", "unavailable", "undefined", "-nan"]);

/** A value as it is recorded; undefined: there is none. `ON` and `OFF` are yes and no, a text that is a number is one. */
export function plainValue(value: unknown): number | string | boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  const lower = text.toLowerCase();
  if (NONE.has(lower)) return undefined;
  if (lower === "on" || lower === "true") return true;
  if (lower === "off" || lower === "false") return false;
  return numberOf(text) ?? text;
}

/** Rows, and what there was beside them. */
export interface Values {
  readonly rows: readonly Row[];
  readonly left: number;
  readonly warnings: readonly string[];
}
/** Rows that were made one by one. */
export function valuesOf(...rows: readonly (readonly Row[])[]): Values {
  return { rows: rows.flat(), left: 0, warnings: [] };
}

interface Flat {
  /** Keys of the first level that are no values. */
  readonly skip?: ReadonlySet<string>;
  /** In front of every name. */
  readonly prefix?: string;
  /** The unit of a value, by its whole name; undefined: it is not known. */
  readonly unit?: (field: string) => string | undefined;
}
/** Values of one list that become fields of their own. */
const MOST_OF_LIST = 16;
const DEEPEST = 8;

/** Every value of an object as a row; what is nested has the names of all levels, places in short lists are numbers from 1. */
export function flat(object: Json, { skip, prefix = "", unit }: Flat = {}): Values {
  const entries = Object.entries(object).filter(([key]) => skip?.has(key) !== true);
  // these two are no fields of a decoder's result, and are here
  const plain = Object.fromEntries(
    entries.map(([key, one]) => [/^(?:device|timestamp)$/.test(key) ? `${key}_` : key, one]),
  );
  const read = rowsOf("Decoder", { data: spread(plain, 0) });
  const rows = read.rows.flatMap((one): readonly Row[] => {
    const field = fieldName(prefix, one.field);
    const value = typeof one.value === "object" ? one.value : plainValue(one.value);
    if (value === undefined) return [];
    const known = one.unit ?? unit?.(field);
    return [{ ...one, field, value, ...(known !== undefined && { unit: known }) }];
  });
  return { rows, left: read.left, warnings: read.warnings };
}
/** Lists of plain values as objects with keys from 1. */
function spread(value: unknown, depth: number): unknown {
  if (Array.isArray(value))
    return value.length <= MOST_OF_LIST && value.every((one) => typeof one === "number" || typeof one === "boolean")
      ? Object.fromEntries(value.map((one: unknown, i) => [`_${i + 1}`, one]))
      : undefined;
  if (!isObject(value) || depth > DEEPEST) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, spread(one, depth + 1)]));
}

/** Units by the end of a field's name, the first that fits. */
export function unitsBy(
  table: readonly (readonly [end: RegExp, unit: string])[],
): (field: string) => string | undefined {
  return (field) => table.find(([end]) => end.test(field))?.[1];
}
