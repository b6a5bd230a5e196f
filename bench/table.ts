/** From the figures of all runs to one Markdown table. */
import type { Figures } from "./load/measure.ts";
import type { Row, Scenario, Unit, Volume } from "./scenarios/scenario.ts";

/** What one server did in one scenario: its figures run by run, or why there are none. */
export interface Outcome {
  readonly runs: Figures[];
  readonly failure?: string;
  /** The reason is that this server cannot do it at all. */
  readonly cannot?: boolean;
}

/** By scenario id, then by server name. */
type Outcomes = ReadonlyMap<string, ReadonlyMap<string, Outcome>>;

/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(half)] ?? Number.NaN;
  return (low + high) / 2;
}

/** A figure as a person reads it. */
export function print(value: number, unit: Unit): string {
  switch (unit) {
    case "number":
      return value < 10 ? value.toFixed(value === 0 ? 0 : 1) : Math.round(value).toLocaleString("en-US");
    case "percent": // rounded down, so that 100 % means all
      return `${(Math.floor(value * 1000) / 10).toFixed(1)} %`;
    case "cores":
      return value.toFixed(2);
    case "ms":
      return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
    case "seconds":
      return `${value.toFixed(value < 10 ? 2 : 1)} s`;
    case "ratio":
      return `${value.toFixed(2)}×`;
    case "bytes":
      return Math.abs(value) < 1e6
        ? `${Math.round(value).toLocaleString("en-US")} B`
        : `${(value / 1e6).toFixed(1)} MB`;
    default:
      throw new Error(`unknown unit ${unit satisfies never}`);
  }
}

function valuesOf(outcome: Outcome | undefined, key: string): number[] {
  return (outcome?.runs ?? []).map((run) => run[key]).filter((value) => value !== undefined);
}

/** Median, and the smallest and largest when there were several runs. */
function cell(outcome: Outcome | undefined, row: Row): string {
  const values = valuesOf(outcome, row.key);
  if (values.length === 0) return outcome?.failure === undefined || outcome.cannot ? "–" : "failed";
  const middle = print(median(values), row.unit);
  if (values.length === 1) return middle;
  return `${middle} (${print(Math.min(...values), row.unit)}–${print(Math.max(...values), row.unit)})`;
}

/** Those that a column compares with; Mosquitto always, the aims are about it. */
const PEERS = ["mosquitto", "rabbitmq", "nats"];
/** Those that are compared with the server that has its data in its folder. */
const FORMS = ["fieldcast-postgres", "fieldcast-replicated", "fieldcast-nodes"];

/** Ratio of the medians of one and another. */
function ratio(outcomes: ReadonlyMap<string, Outcome> | undefined, one: string, other: string, key: string): string {
  const quotient = median(valuesOf(outcomes?.get(one), key)) / median(valuesOf(outcomes?.get(other), key));
  return Number.isFinite(quotient) ? `${quotient.toFixed(quotient < 10 ? 2 : 1)}×` : "–";
}

/** The whole table, with a line of failures below it for every server that did not finish a scenario. */
export function markdownTable(
  scenarios: readonly Scenario[],
  servers: readonly string[],
  volume: Volume,
  outcomes: Outcomes,
): string {
  const forms = servers.includes("fieldcast") ? FORMS.filter((name) => servers.includes(name)) : [];
  const peers = PEERS.filter((name) => (name === "mosquitto" && forms.length === 0) || servers.includes(name));
  const pairs = [
    ...peers.map((name) => ["fieldcast", name] as const),
    ...forms.map((name) => [name, "fieldcast"] as const),
  ];
  const columns = [...servers, ...pairs.map(([one, other]) => `${one} / ${other}`), "aim"];
  const lines = [`| scenario | ${columns.join(" | ")} |`, `|---|${columns.map(() => "---:").join("|")}|`];
  const failures: string[] = [];
  const unable: string[] = [];
  for (const scenario of scenarios) {
    const byServer = outcomes.get(scenario.id);
    scenario.rows.forEach((row, index) => {
      const main = index === 0;
      const label = main ? `**${scenario.title(volume)}**: ${row.label}` : `– ${row.label}`;
      const cells = servers.map((name) => cell(byServer?.get(name), row));
      const ratios = pairs.map(([one, other]) => (main ? ratio(byServer, one, other, row.key) : ""));
      lines.push(`| ${[label, ...cells, ...ratios, main ? scenario.aim : ""].join(" | ")} |`);
    });
    for (const [name, outcome] of byServer ?? []) {
      if (outcome.failure === undefined) continue;
      (outcome.cannot ? unable : failures).push(`- ${name}, ${scenario.id}: ${outcome.failure}`);
    }
  }
  if (unable.length > 0) lines.push("", "Not possible:", "", ...unable);
  if (failures.length > 0) lines.push("", "Failed:", "", ...failures);
  return lines.join("\n");
}
