import type { Histogram } from "../../base/histogram.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { StoreStats } from "../../store/ports.ts";
import { labelledGauges } from "./labelled-gauges.ts";
import { clusterCounters, clusterGauges } from "./cluster-metrics.ts";
import { counters, type Figures, gauges, histograms, labelled, processGauges, storeGauges } from "./metric-names.ts";
import { ruleCounters, ruleLabelled } from "./rule-metrics.ts";

/** What the server counts, as metrics that can be printed. */

/** One number of a metric; `label`: what tells it from its neighbours. */
export interface Sample {
  /** The metric's own, with a suffix where it is part of a histogram. */
  readonly name: string;
  readonly label: readonly [name: string, value: string] | null;
  readonly value: number;
}

/** One metric: what it means, and what it is at the moment it is asked. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: () => readonly Sample[];
}

/**
 * All metrics, in the order in which they are shown.
 * @param stats what the store said last; null: it did not answer
 * @param lag what one turn of the event loop took last, in seconds
 */
export function familiesOf(metrics: Metrics, stats: () => StoreStats | null, lag: () => number): readonly Family[] {
  const single =
    (type: "counter" | "gauge") =>
    ([name, help, read]: Figures[number]): Family => ({
      name,
      help,
      type,
      samples: () => [{ name, label: null, value: read() }],
    });
  const several =
    (type: "counter" | "gauge") =>
    ([name, help, label, read]: ReturnType<typeof labelled>[number]): Family => ({
      name,
      help,
      type,
      samples: () => [...read()].map(([of, value]) => ({ name, label: [label, of] as const, value })),
    });
  return [
    ...[...counters(metrics), ...ruleCounters(metrics), ...clusterCounters(metrics)].map(single("counter")),
    ...[...labelled(metrics), ...ruleLabelled(metrics)].map(several("counter")),
    ...[...gauges(metrics), ...clusterGauges(metrics), ...storeGauges(stats), ...processGauges(lag)].map(
      single("gauge"),
    ),
    ...labelledGauges(metrics).map(several("gauge")),
    ...histograms(metrics).map(
      ([name, help, histogram]): Family => ({
        name,
        help,
        type: "histogram",
        samples: () => histogramSamples(name, histogram),
      }),
    ),
  ];
}

/** How many are at most each bound, then their sum and their number. */
function histogramSamples(name: string, { bounds, counts, sum, count }: Histogram): readonly Sample[] {
  const bucket = (le: string, value: number): Sample => ({ name: `${name}_bucket`, label: ["le", le], value });
  return [
    ...bounds.map((bound, i) => bucket(String(bound), counts[i] ?? 0)),
    bucket("+Inf", count),
    { name: `${name}_sum`, label: null, value: sum },
    { name: `${name}_count`, label: null, value: count },
  ];
}
