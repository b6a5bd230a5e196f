/** From the figures of all runs to one Markdown table. */
import { median, type Outcome, print } from "../table.ts";
import type { HttpVolume } from "./options.ts";
import type { HttpRow, HttpScenario } from "./scenarios.ts";

/** Median, and the least and the most when there were several runs. */
function cell({ runs, failure }: Outcome, { key, unit }: HttpRow): string {
  const values = runs.map((run) => run[key]).filter((value) => value !== undefined);
  if (values.length === 0) return failure === undefined ? "–" : "failed";
  const middle = print(median(values), unit);
  if (values.length === 1) return middle;
  return `${middle} (${print(Math.min(...values), unit)}–${print(Math.max(...values), unit)})`;
}

function middle(outcome: Outcome | undefined, key: string): number {
  return median((outcome?.runs ?? []).map((run) => run[key] ?? Number.NaN));
}

/** The whole table, with a line below it for every scenario that failed. `outcomes` by scenario. */
export function markdownTable(
  scenarios: readonly HttpScenario[],
  volume: HttpVolume,
  outcomes: ReadonlyMap<string, Outcome>,
): string {
  const lines = ["| | fieldcast |", "|---|---:|"];
  const failures: string[] = [];
  for (const { id, title, rows, shareOf = {} } of scenarios) {
    const outcome = outcomes.get(id) ?? { runs: [] };
    lines.push(`| **${id}**: ${title(volume)} | |`);
    for (const row of rows) lines.push(`| – ${row.label} | ${cell(outcome, row)} |`);
    const [{ key }] = rows;
    for (const [other, words] of Object.entries(shareOf)) {
      const share = middle(outcome, key) / middle(outcomes.get(other), key);
      if (Number.isFinite(share)) lines.push(`| – of what ${words} does | ${print(share, "ratio")} |`);
    }
    if (outcome.failure !== undefined) failures.push(`- ${id}: ${outcome.failure}`);
  }
  if (failures.length > 0) lines.push("", "Failed:", "", ...failures);
  return lines.join("\n");
}
