import type { Value } from "../measure/types.ts";
import type { Columns, Point } from "./ports.ts";

/** Points as columns, see Columns. */
export function columnsOf(points: readonly Point[]): Columns {
  const values = points.map((p) => p.value);
  return { times: Float64Array.from(points, (p) => p.time), values: numeric(values) ?? values };
}

/** As numbers, NaN for null; null when a text or a position is among them. */
export function numeric(values: readonly (Value | null)[]): Float64Array | null {
  const numbers = new Float64Array(values.length);
  for (const [i, value] of values.entries()) {
    const number = value === null ? Number.NaN : asNumber(value);
    if (number === null) return null;
    numbers[i] = number;
  }
  return numbers;
}

/** A boolean is 1 or 0; null: it is a text or a position. */
export function asNumber(value: Value): number | null {
  return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : null;
}
