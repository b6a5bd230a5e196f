import type { FieldType } from "../measure/types.ts";
import { elementsOf, isArray } from "./arrays.ts";
import { type DataSet, type DataType, type Metric, PLAIN_METRIC, type Raw } from "./types.ts";

/** Between the values of metrics and those of fields. */

/** Bits of a whole number; signed ones are two's complement on the wire. */
const SIGNED: Partial<Record<DataType, number>> = { Int8: 8, Int16: 16, Int32: 32, Int64: 64 };
const UNSIGNED: Partial<Record<DataType, number>> = { UInt8: 8, UInt16: 16, UInt32: 32, UInt64: 64 };
/** Milliseconds that a date can have. */
const LATEST = 8_640_000_000_000_000;

/** The type of field that takes the values of a data type. */
export function fieldTypeOf(type: DataType): FieldType {
  if (SIGNED[type] !== undefined || UNSIGNED[type] !== undefined) return "INT";
  if (type === "Float" || type === "Double") return "NUMERIC";
  return type === "Boolean" ? "BOOL" : "STRING";
}

/**
 * What is recorded of a value, as JSON has it: whole numbers beyond 2^53 as their digits, a DateTime as RFC 3339, bytes as base64, an array or
 * a DataSet as JSON text. Null: nothing: there is none, or it is no finite number.
 */
export function recordedOf(type: DataType, value: Raw): number | string | boolean | null {
  if (value instanceof Uint8Array) {
    const elements = isArray(type) ? elementsOf(type, value) : null;
    return elements === null ? Buffer.from(value).toString("base64") : JSON.stringify(elements.map(plain));
  }
  switch (typeof value) {
    case "bigint":
      return wholeOf(type, value);
    case "number":
      return Number.isFinite(value) ? value : null;
    case "object":
      return "columns" in value ? dataSetText(value) : null;
    default:
      return value;
  }
}

function wholeOf(type: DataType, value: bigint): number | string | boolean {
  const [signed, unsigned] = [SIGNED[type], UNSIGNED[type]];
  if (signed !== undefined) return digits(BigInt.asIntN(signed, value));
  if (unsigned !== undefined) return digits(BigInt.asUintN(unsigned, value));
  if (type === "Boolean") return value !== 0n;
  if (type === "DateTime" && value <= LATEST) return new Date(Number(value)).toISOString();
  return digits(value);
}
function digits(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
function plain(value: Raw | null): unknown {
  return typeof value === "bigint" ? digits(value) : value;
}
function dataSetText({ columns, types, rows }: DataSet): string {
  const cell = (value: Raw | null, i: number) => (value === null ? null : recordedOf(types[i] ?? "Unknown", value));
  return JSON.stringify({ columns, rows: rows.map((row) => row.map(cell)) });
}

/** The unit that a metric says it has, by the usual name of the property; null: none. */
export function unitOf({ properties }: Pick<Metric, "properties">): string | null {
  for (const name of ["engUnit", "Engineering Units", "unit"]) {
    const value = properties?.get(name)?.value;
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

/** What a value is written as, for a metric of a type. A text: why it cannot be. [tck-id-operational-behavior-data-commands-ncmd-metric-value] */
export function writtenAs(type: DataType, value: unknown): { readonly raw: Raw } | { readonly problem: string } {
  const no = (wanted: string) => ({ problem: `the metric is of type ${type}: give ${wanted}` });
  const bits = SIGNED[type] ?? UNSIGNED[type];
  if (bits !== undefined) {
    const whole = wholeIn(value);
    const isSigned = SIGNED[type] !== undefined;
    const fits = whole !== null && (isSigned ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole)) === whole;
    return fits ? { raw: whole } : no(`a whole number of ${bits} bits${isSigned ? "" : ", not negative"}`);
  }
  switch (type) {
    case "Float":
    case "Double": {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof number === "number" && Number.isFinite(number) ? { raw: number } : no("a number");
    }
    case "Boolean":
      if (typeof value === "boolean") return { raw: value };
      return value === "true" || value === "false" ? { raw: value === "true" } : no("true or false");
    case "DateTime": {
      const millis = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
      return millis >= 0 && millis <= LATEST
        ? { raw: BigInt(Math.trunc(millis)) }
        : no("a time like 2026-11-29T12:00:00Z");
    }
    case "String":
    case "Text":
    case "UUID":
      return typeof value === "object" ? no("a text") : { raw: String(value) };
    case "Bytes":
    case "File": {
      const isBase64 = typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
      return isBase64 ? { raw: new Uint8Array(Buffer.from(value, "base64")) } : no("base64");
    }
    default:
      return { problem: `metrics of type ${type} are not written` };
  }
}
function wholeIn(value: unknown): bigint | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : null;
  return typeof value === "string" && /^-?\d{1,20}$/.test(value) ? BigInt(value) : null;
}

/** A metric that writes a value. [tck-id-operational-behavior-data-commands-ncmd-metric-name] */
export function writing(name: string | null, alias: bigint | null, type: DataType, value: Raw, now: number): Metric {
  return { ...PLAIN_METRIC, name, alias, type, value, timestamp: now };
}
