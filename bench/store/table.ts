/** From the figures of all runs to one Markdown table. */
import type { Figures } from "../load/measure.ts";
import { median } from "../table.ts";
import type { Row, StoreScenario, Unit } from "./scenarios/scenario.ts";
import type { StoreVolume } from "./volume.ts";

/** What one engine did in one scenario: its figures run by run, or why there are none. */
export interface Outcome {
  readonly runs: Figures[];
  readonly failure?: string;
}
/** By scenario, then by engine. */
type Outcomes = ReadonlyMap<string, ReadonlyMap<string, Outcome>>;

const FIRST = "fieldcast";

/** A figure as a person reads it. */
export function print(value: number, unit: Unit): string {
  switch (unit) {
    case "rate":
      return Math.round(value).toLocaleString("en-US");
    case "ms":
      return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value < 10 ? 2 : 0)} ms`;
    case "bytes":
      return `${value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString("en-US")} B`;
    case "megabytes":
      return `${(value / 1e6).toFixed(1)} MB`;
    default:
      throw new Error(`unknown unit ${unit satisfies never}`);
  }
}

function middle(outcome: Outcome | undefined, key: string): number {
  return median((outcome?.runs ?? []).map((run) => run[key]).filter((value) => value !== undefined));
}

/** How many times better fieldcast is: more of a rate, less of everything else. */
function ratio(own: number, other: number, unit: Unit): string {
  const quotient = unit === "rate" ? own / other : other / own;
  if (!Number.isFinite(quotient)) return "";
  return ` (${quotient.toFixed(quotient < 10 ? 2 : 0)}×)`;
}

function cell(outcomes: ReadonlyMap<string, Outcome> | undefined, engine: string, { key, unit }: Row): string {
  const outcome = outcomes?.get(engine);
  const value = middle(outcome, key);
  if (Number.isNaN(value)) return outcome?.failure === undefined ? "–" : "failed";
  return print(value, unit) + (engine === FIRST ? "" : ratio(middle(outcomes?.get(FIRST), key), value, unit));
}

/** The whole table, with a line below it for every engine that did not finish a scenario. */
export function markdownTable(
  scenarios: readonly StoreScenario[],
  engines: readonly string[],
  volume: StoreVolume,
  outcomes: Outcomes,
): string {
  const lines = [`| | ${engines.join(" | ")} | aim |`, `|---|${engines.map(() => "---:").join("|")}|---:|`];
  const failures: string[] = [];
  for (const scenario of scenarios) {
    const byEngine = outcomes.get(scenario.id);
    lines.push(`| **${scenario.id}**: ${scenario.title(volume)} |${engines.map(() => "").join(" |")} | |`);
    for (const row of scenario.rows) {
      const cells = engines.map((engine) => cell(byEngine, engine, row));
      lines.push(`| – ${row.label(volume)} | ${cells.join(" | ")} | ${row.aim ?? ""} |`);
    }
    for (const [engine, { failure }] of byEngine ?? []) {
      if (failure !== undefined) failures.push(`- ${engine}, ${scenario.id}: ${failure}`);
    }
  }
  if (failures.length > 0) lines.push("", "Failed:", "", ...failures);
  return lines.join("\n");
}
