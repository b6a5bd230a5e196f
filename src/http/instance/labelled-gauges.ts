import type { Metrics } from "../../base/metrics.ts";
import { SEVERITIES } from "../../fleet/rule-action-rows.ts";
import type { Labelled } from "./metric-names.ts";

/** Gauges of which there are several. */
export function labelledGauges({ feed, alerts }: Metrics): Labelled {
  const of = (read: (lag: { rows: number; bytes: number; age: number }) => number) => () =>
    Array.from(feed.lags(), ([name, lag]): [string, number] => [name, read(lag)]);
  return [
    [
      "fieldcast_consumer_lag_rows",
      "Rows of the log that a consumer of the feed has not handled yet.",
      "consumer",
      of(({ rows }) => rows),
    ],
    ["fieldcast_consumer_lag_bytes", "Bytes of the log behind it, about.", "consumer", of(({ bytes }) => bytes)],
    [
      "fieldcast_consumer_lag_seconds",
      "Time since the first of these rows was published, while the server runs.",
      "consumer",
      of(({ age }) => age / 1e6),
    ],
    ["fieldcast_alerts", "Alerts that are not closed, by severity.", "severity", () => activeBySeverity(alerts)],
  ];
}

function activeBySeverity({ active }: Metrics["alerts"]): [string, number][] {
  const counts = new Map<string, number>(SEVERITIES.map((one) => [one, 0]));
  for (const { severity } of active()) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return [...counts];
}
