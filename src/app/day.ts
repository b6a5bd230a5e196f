import type { Histogram } from "../base/histogram.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Micros } from "../base/types.ts";

/** Minutes that are kept: a day. */
const KEPT = 1440;
const MINUTE = 60;

/** What is kept of each minute. Rates are a second's, averaged; gauges are those of its end. */
const DAY_FIGURES = [
  "publishes_received_rate",
  "measurements_recorded_rate",
  "deliveries_rate",
  "refusals_rate",
  "bytes_received_rate",
  "bytes_sent_rate",
  "connections",
  "queued_messages",
  "outbox_bytes",
  "commit_p50_seconds",
  "commit_p99_seconds",
  "longest_turn_seconds",
  "memory_bytes",
] as const;

/** The figures of the last day, a value a minute; oldest first. */
interface Day {
  /** When each minute ended, µs. */
  readonly times: readonly Micros[];
  /** null: nothing to tell of that minute, like the time of commits when there was none. */
  readonly figures: Readonly<Record<string, readonly (number | null)[]>>;
}

type Counters = readonly [publishes: number, recorded: number, sent: number, refused: number, got: number, out: number];

/** Keeps what the console draws of the last day. In memory: a restart begins anew. */
export class DayOfFigures {
  private readonly rows: { readonly time: Micros; readonly values: readonly (number | null)[] }[] = [];
  private before: Counters;
  private commits: number[];
  private tickedAt = Number.NaN;
  private startedAt = Number.NaN;
  private longest = 0;
  private ticks = 0;

  /** @param memory bytes of this process */
  constructor(
    private readonly metrics: Metrics,
    private readonly memory: () => number,
  ) {
    this.before = countersOf(metrics);
    this.commits = [...metrics.commitSeconds.counts, metrics.commitSeconds.count];
  }

  /** Once a second. @param now ms of a clock that only goes forward @param wall µs */
  tick(now: number, wall: Micros): void {
    if (Number.isNaN(this.startedAt)) this.startedAt = now;
    // what comes later than after a second waited for a turn of the event loop
    if (!Number.isNaN(this.tickedAt)) this.longest = Math.max(this.longest, now - this.tickedAt - 1000);
    this.tickedAt = now;
    if (++this.ticks % MINUTE !== 0) return;
    const seconds = Math.max(1, (now - this.startedAt) / 1000);
    this.startedAt = now;
    this.rows.push({ time: wall, values: this.sample(seconds) });
    if (this.rows.length > KEPT) this.rows.shift();
  }

  read(): Day {
    const column = (i: number) => this.rows.map(({ values }) => values[i] ?? null);
    const figures = Object.fromEntries(DAY_FIGURES.map((name, i) => [name, column(i)]));
    return { times: this.rows.map(({ time }) => time), figures };
  }

  private sample(seconds: number): (number | null)[] {
    const { metrics } = this;
    const now = countersOf(metrics);
    const rates = now.map((count, i) => (count - (this.before[i] ?? 0)) / seconds);
    this.before = now;
    const counts = [...metrics.commitSeconds.counts, metrics.commitSeconds.count];
    const during = counts.map((count, i) => count - (this.commits[i] ?? 0));
    this.commits = counts;
    const { longest } = this;
    this.longest = 0;
    return [
      ...rates,
      metrics.connections,
      metrics.queuedMessages(),
      metrics.outboxBytes(),
      quantile(metrics.commitSeconds, during, 0.5),
      quantile(metrics.commitSeconds, during, 0.99),
      longest / 1000,
      this.memory(),
    ];
  }
}

function countersOf(m: Metrics): Counters {
  const refused = [...m.refusals.values()].reduce((sum, n) => sum + n, 0);
  return [m.publishesReceived, m.measurementsRecorded, m.deliveries, refused, m.bytesReceived, m.bytesSent];
}

/**
 * A quantile of cumulative counts, within a bucket by its share (as Prometheus' histogram_quantile does); what lies above all bounds is the last of them.
 * @param counts by bound, and at the end of all @returns null: there is none
 */
export function quantile({ bounds }: Pick<Histogram, "bounds">, counts: readonly number[], q: number): number | null {
  const all = counts[bounds.length] ?? 0;
  if (all === 0) return null;
  const wanted = q * all;
  const at = bounds.findIndex((_, i) => (counts[i] ?? 0) >= wanted);
  if (at < 0) return bounds.at(-1) ?? null;
  const [low, high] = [at === 0 ? 0 : (bounds[at - 1] ?? 0), bounds[at] ?? 0];
  const below = at === 0 ? 0 : (counts[at - 1] ?? 0);
  return low + ((high - low) * (wanted - below)) / ((counts[at] ?? 0) - below);
}
