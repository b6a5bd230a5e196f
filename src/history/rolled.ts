import { Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import { printTime } from "../measure/time.ts";
import type { Aggregates } from "../store/ports.ts";

const STEPS: readonly (readonly [Micros, string])[] = [
  [86_400_000_000, "1d"],
  [3_600_000_000, "1h"],
  [60_000_000, "1m"],
];

/**
 * Refuses figures that would be told wrongly: where only rollups are left, a bucket must begin where one of them does. The
 * two ends of the range are what a person picked, and may lie anywhere: a rollup counts in the bucket in which it begins.
 * @param edges of the buckets, µs
 * @throws Refusal invalid_request, with what can be asked instead
 */
export function refuseUneven(key: string, edges: Float64Array, rolled: Aggregates["rolled"]): void {
  if (rolled === null || rolled.step === 0) return;
  const { before, step } = rolled;
  for (let i = 1; i < edges.length - 1; i++) {
    const edge = edges[i] ?? 0;
    if (edge >= before) return;
    if (edge % step === 0) continue;
    const name = STEPS.find(([length]) => length === step)?.[1] ?? `${step / 1e6}s`;
    throw new Refusal(
      "invalid_request",
      `resolution: of ${key} before ${printTime(before)} only rollups of ${name} are kept, so buckets must be multiples of that ` +
        `in UTC; use resolution=${name} or such a multiple, or a range from ${printTime(before)} on.`,
    );
  }
}
