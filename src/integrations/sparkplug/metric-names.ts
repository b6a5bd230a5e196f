import { fieldIdOf } from "../../sparkplug/names.ts";
import type { JournalRow } from "../../store/ports.ts";
import { valueIn } from "../downlinks/stored.ts";

/** Metrics of all products of a host that get fields. */
const MOST = 50_000;

/**
 * Which field is which metric's, in each product: who comes first has the plain identifier, and it stays so, whatever comes later. Kept in the store.
 */
export class MetricNames {
  private readonly fields = new Map<string, string>();
  private readonly metrics = new Map<string, string>();
  private fresh: JournalRow[] = [];
  private last = 0;

  load(rows: readonly JournalRow[]): void {
    for (const { key, body } of rows) {
      const value = valueIn(body);
      const [product, metric, field] = Array.isArray(value) ? (value as readonly unknown[]) : [];
      if (typeof product !== "number" || typeof metric !== "string" || typeof field !== "string") continue;
      this.enter(product, metric, field);
      this.last = Math.max(this.last, key);
    }
  }
  private enter(product: number, metric: string, field: string): void {
    this.fields.set(`${product} ${metric}`, field);
    this.metrics.set(`${product} ${field}`, metric);
  }

  /** The identifier of a metric's field; null: there are too many metrics. @param now µs */
  fieldOf(product: number, metric: string, now: number): string | null {
    const known = this.fields.get(`${product} ${metric}`);
    if (known !== undefined) return known;
    if (this.fields.size >= MOST) return null;
    const field = fieldIdOf(metric, (id) => this.metrics.has(`${product} ${id}`));
    this.enter(product, metric, field);
    this.fresh.push({ key: ++this.last, time: now, body: JSON.stringify([product, metric, field]) });
    return field;
  }
  /** The metric that a field stands for; undefined: for none. */
  metricOf(product: number, field: string): string | undefined {
    return this.metrics.get(`${product} ${field}`);
  }
  /** What the store has not got yet. */
  take(): readonly JournalRow[] {
    const rows = this.fresh;
    this.fresh = [];
    return rows;
  }
}
