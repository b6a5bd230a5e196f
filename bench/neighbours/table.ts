/** The table of the bench of noisy neighbours. */
import type { Figures } from "../load/measure.ts";
import { print } from "../table.ts";
import type { Disturber } from "./disturber.ts";

/** The steady stream's times alone and beside a disturber, and how often that did what it does; or why there are none. */
export type Pair = { readonly alone: Figures; readonly beside: Figures; readonly done: number } | string;

/** @param pairs one for each disturber */
export function markdownTable(disturbers: readonly Disturber[], pairs: readonly Pair[]): string {
  const head =
    "| beside (how often it was done) | PUBACK p50 | ratio | PUBACK p99 | ratio | delivery p99, ratio |\n|---|---|---|---|---|---|";
  const rows = disturbers.map(({ title }, i) => {
    const pair = pairs[i];
    if (pair === undefined || typeof pair === "string") return `| ${title} | FAILED: ${pair} | | | | |`;
    const { alone, beside, done } = pair;
    const of = (figures: Figures, key: string) => figures[key] ?? Number.NaN;
    const times = (key: string) => `${of(alone, key).toFixed(2)} → ${print(of(beside, key), "ms")}`;
    const ratio = (key: string) => print(of(beside, key) / of(alone, key), "ratio");
    return `| ${title} (${done}) | ${times("p50")} | ${ratio("p50")} | ${times("p99")} | ${ratio("p99")} | ${ratio("delivery99")} |`;
  });
  return [head, ...rows].join("\n");
}
