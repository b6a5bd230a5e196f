import type { Content } from "./types.ts";

type MetricsEncoded =
  | { readonly is: "content"; readonly content: Content }
  | { readonly is: "nothing" }
  | { readonly is: "problem"; readonly problem: string };

/** Metrics of one command. */
const MOST = 500;

/**
 * Values for metrics of Sparkplug B, as an encoder gives them: `{NAME: value}` by the identifiers of fields or the metrics' own names, or one value for the
 * target.
 */
export function metricsFrom(result: unknown, target: string | null): MetricsEncoded {
  if (result === null || result === undefined) return { is: "nothing" };
  if (typeof result !== "object" && target === null)
    return { is: "problem", problem: "the encoder gave one value, and the downlink does not say for which metric" };
  if (Array.isArray(result)) return { is: "problem", problem: "the encoder gave a list, not {NAME: value}" };
  const given = typeof result === "object" ? Object.entries(result) : [[target ?? "", result] as const];
  if (given.length === 0) return { is: "nothing" };
  if (given.length > MOST)
    return { is: "problem", problem: `the encoder gave ${given.length} metrics; most are ${MOST}` };
  const metrics: { metric: string; value: number | string | boolean }[] = [];
  for (const [metric, value] of given) {
    if (typeof value !== "number" && typeof value !== "string" && typeof value !== "boolean")
      return {
        is: "problem",
        problem: `the value for ${metric.slice(0, 80)} is neither a number, a text, true nor false`,
      };
    metrics.push({ metric, value });
  }
  return { is: "content", content: { form: "metrics", metrics } };
}
