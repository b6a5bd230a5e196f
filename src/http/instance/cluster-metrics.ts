import type { Metrics } from "../../base/metrics.ts";
import type { Figures } from "./metric-names.ts";

/** Figures of a server that shares its store with others, or may: counters. */
export function clusterCounters(m: Metrics): Figures {
  return [
    ["fieldcast_bus_records_total", "Records of the log that came by the bus.", () => m.roads?.taken ?? 0],
    [
      "fieldcast_bus_missed_total",
      "Records of the log that were read since the bus did not bring them.",
      () => m.roads?.read ?? 0,
    ],
    ["fieldcast_bus_refused_total", "Messages on the bus that were not believed.", () => m.roads?.refused ?? 0],
    ["fieldcast_silences_total", "Times that the server was silent, not sure to have its store.", () => m.silences],
    ["fieldcast_sessions_arrived_total", "Stored sessions that came here from other nodes.", () => m.sessionsArrived],
  ];
}

/** The same: gauges. */
export function clusterGauges(m: Metrics): Figures {
  return [
    ["fieldcast_active", "Whether it serves: 0 while it stands by or is silent.", () => (m.lease?.frozen ? 0 : 1)],
    ["fieldcast_lease_age_seconds", "Time since the store was last this server's.", () => (m.lease?.age ?? 0) / 1000],
    ["fieldcast_store_replicated", "Whether commits wait for a standby.", () => (m.lease?.replicated ? 1 : 0)],
    ["fieldcast_nodes", "Nodes that take part, as this one knows; 0: it is alone.", () => m.node?.live() ?? 0],
    ["fieldcast_node_duty", "Whether this node does what one does for all.", () => (m.node?.hasDuty() ? 1 : 0)],
    ["fieldcast_log_row", "Number of the last row of the log that has taken effect here.", () => m.logRow()],
    [
      "fieldcast_log_lag_rows",
      "Rows of the log that this node knows of, and that have not taken effect here.",
      () => m.node?.lag.rows ?? 0,
    ],
    [
      "fieldcast_log_lag_seconds",
      "Time since everything in the log that this node knows of had taken effect here.",
      () => m.node?.lag.seconds ?? 0,
    ],
  ];
}
