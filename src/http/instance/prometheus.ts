import type { Metrics } from "../../base/metrics.ts";
import { nextTurn } from "../../base/turns.ts";
import type { DataStore, StoreStats } from "../../store/ports.ts";
import { familiesOf, type Family, type Sample } from "./metric-families.ts";

/**
 * Prints what the server counts in the Prometheus text format, version 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/); it is read when it is asked, not before.
 */
export class Prometheus {
  private readonly families: readonly Family[];
  /** Null: the store did not answer. */
  private stats: StoreStats | null = null;
  private lag = 0;

  constructor(
    metrics: Metrics,
    private readonly store: Pick<DataStore, "stats">,
  ) {
    this.families = familiesOf(
      metrics,
      () => this.stats,
      () => this.lag,
    );
  }

  /** The page, and its media type. */
  async print(): Promise<{ readonly text: string; readonly type: string }> {
    await this.look();
    return { text: printText(this.families), type: "text/plain; version=0.0.4; charset=utf-8" };
  }

  /** The same as names and numbers: what is labelled is summed up, of a histogram there are count and sum. */
  async figures(): Promise<Record<string, number>> {
    await this.look();
    const sums: Record<string, number> = {};
    for (const { name, label, value } of this.families.flatMap(({ samples }) => samples()))
      if (label?.[0] !== "le" && Number.isFinite(value)) sums[name] = (sums[name] ?? 0) + value;
    return sums;
  }

  /** Asks what cannot be read at once: the store, and how long a turn of the event loop takes. */
  private async look(): Promise<void> {
    this.stats = await this.store.stats().catch(() => null);
    const before = performance.now();
    await nextTurn();
    this.lag = (performance.now() - before) / 1000;
  }
}

/** Metrics in the text format, each with its help and its type. */
export function printText(families: readonly Family[]): string {
  return families.map(printFamily).join("\n");
}
function printFamily({ name, help, type, samples }: Family): string {
  const lines = [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...samples().map(printSample)];
  return lines.map((line) => `${line}\n`).join("");
}
function printSample({ name, label, value }: Sample): string {
  const labels = label === null ? "" : `{${label[0]}="${escaped(label[1]).replaceAll('"', '\\"')}"}`;
  return `${name}${labels} ${printNumber(value)}`;
}
/** As the format has them: what is no finite number is `NaN`, `+Inf` or `-Inf`. */
function printNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
