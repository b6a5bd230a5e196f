import { type Span, spanOf } from "./span.ts";

/** A window as it is stored (JSON): `[time, value]` for one value, all properties of a span for several told together. */
export interface WindowState {
  readonly before: readonly [time: number, value: number] | null;
  readonly spans: readonly (readonly number[])[];
}

/** In the order in which they are stored: never changed. */
const PROPERTIES: readonly (keyof Span)[] = [
  "from",
  "to",
  "count",
  "sum",
  "lost",
  "minimum",
  "maximum",
  "first",
  "last",
  "increase",
];

export function numbersOf(span: Span): readonly number[] {
  return span.count === 1 ? [span.from, span.last] : PROPERTIES.map((key) => span[key]);
}

/** @param numbers as `numbersOf` gave them */
export function spanFrom(numbers: readonly number[]): Span {
  const span = spanOf(numbers[0] ?? 0, numbers[1] ?? 0);
  if (numbers.length === PROPERTIES.length) for (const [i, key] of PROPERTIES.entries()) span[key] = numbers[i] ?? 0;
  return span;
}
