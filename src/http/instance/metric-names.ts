import type { Histogram } from "../../base/histogram.ts";
import type { Metrics } from "../../base/metrics.ts";
import type { StoreStats } from "../../store/ports.ts";

/** The names and meanings of all that the server counts, and where each number comes from. */

type Read = () => number;
export type Figures = readonly (readonly [name: string, help: string, read: Read])[];
export type Labelled = readonly (readonly [
  name: string,
  help: string,
  label: string,
  read: () => Iterable<[string, number]>,
])[];

export function counters(m: Metrics): Figures {
  return [
    ["fieldcast_connections_opened_total", "MQTT connections opened.", () => m.connectionsOpened],
    ["fieldcast_history_limited_total", "Answers of history that a limit cut or refused.", () => m.historyLimited],
    [
      "fieldcast_api_requests_limited_total",
      "Requests that the rate of their account refused, or questions that found too many waiting.",
      () => m.requestsLimited,
    ],
    ["fieldcast_logins_accepted_total", "MQTT logins accepted.", () => m.loginsAccepted],
    ["fieldcast_messages_received_total", "PUBLISH packets received.", () => m.publishesReceived],
    ["fieldcast_measurements_recorded_total", "Measurements stored.", () => m.measurementsRecorded],
    ["fieldcast_free_messages_total", "Messages accepted on free topics.", () => m.messagesAccepted],
    [
      "fieldcast_free_routes_dropped_total",
      "Routes of free topics that were let go since there were too many.",
      () => m.freeRoutesDropped(),
    ],
    ["fieldcast_measurements_published_total", "Measurements published to subscribers.", () => m.measurementsPublished],
    [
      "fieldcast_consumer_gaps_total",
      "Times that rows were left out for a consumer of the feed that was too far behind.",
      () => m.feed.gaps,
    ],
    ["fieldcast_consumer_rows_left_out_total", "Rows of the log that were left out for them.", () => m.feed.left],
    ["fieldcast_messages_delivered_total", "Messages sent to subscribers.", () => m.deliveries],
    [
      "fieldcast_deliveries_too_large_total",
      "Messages that were not sent, since they are larger than the client's Maximum Packet Size.",
      () => m.deliveriesTooLarge,
    ],
    ["fieldcast_received_bytes_total", "Bytes received from MQTT clients.", () => m.bytesReceived],
    ["fieldcast_sent_bytes_total", "Bytes sent to MQTT clients.", () => m.bytesSent],
    ["fieldcast_trace_lines_lost_total", "Lines that readers of traces were too slow for.", () => m.traceLinesLost],
    ["fieldcast_retention_sweeps_total", "Sweeps of what retention does not keep.", () => m.sweeps],
    ["fieldcast_stream_events_total", "Events for streams over HTTP.", () => m.streamEvents],
    ["fieldcast_stream_events_lost_total", "Events that streams were too slow for.", () => m.streamEventsLost],
    [
      "fieldcast_inspector_events_lost_total",
      "Events of the inspector that were not kept: too many at once.",
      () => m.eventsLost,
    ],
    ["fieldcast_open_files_used_up_total", "Times that no file was left to open.", () => m.filesUsedUp],
    ["fieldcast_streams_refused_total", "Streams refused: the account had too many.", () => m.streamsRefused],
    ["fieldcast_commits_total", "Commits that became durable.", () => m.commits],
    ["fieldcast_commit_failures_total", "Commits that failed.", () => m.commitsFailed],
    ["fieldcast_commit_rows_total", "Rows in durable commits.", () => m.commitRows],
    ["fieldcast_alerts_opened_total", "Alerts that were opened.", () => m.alerts.opened],
    ["process_cpu_seconds_total", "Processor time used, user and system, in seconds.", cpuSeconds],
  ];
}

export function labelled(m: Metrics): Labelled {
  return [
    [
      "fieldcast_connections_refused_total",
      "Connections refused before a login, by the limit that bit.",
      "reason",
      () => m.connectionsRefused,
    ],
    [
      "fieldcast_publishers_slowed_total",
      "Times that a publisher had to wait, by whose rate (connection or account).",
      "rate",
      () => m.publishersSlowed,
    ],
    ["fieldcast_logins_refused_total", "Logins refused, over MQTT and HTTP.", "code", () => m.loginsRefused],
    [
      "fieldcast_backups_total",
      "Backups by the clock, by result.",
      "result",
      () => [
        ["ok", m.backups],
        ["failed", m.backupsFailed],
      ],
    ],
    [
      "fieldcast_clock_steps_total",
      "Times that the wall clock was set by a second or more.",
      "way",
      () => [
        ["forward", m.clockSteps.forward],
        ["back", m.clockSteps.back],
      ],
    ],
    ["fieldcast_broker_messages_total", "Messages of external brokers.", "what", () => Object.entries(m.brokers)],
    ["fieldcast_webhooks_total", "What came of webhooks.", "what", () => Object.entries(m.webhooks)],
    [
      "fieldcast_rule_actions_total",
      "What came of the actions of rules.",
      "what",
      () => Object.entries(m.alerts.actions),
    ],
    ["fieldcast_passes_total", "What came in by integrations, by its outcome.", "outcome", () => m.passes],
    ["fieldcast_refusals_total", "Publishes and records refused, by code.", "code", () => m.refusals],
    ["fieldcast_subscriptions_refused_total", "Filters refused, by reason.", "reason", () => m.subscriptionsRefused],
    ["fieldcast_disconnects_total", "Connections ended by the server, by reason.", "reason", () => m.disconnects],
    [
      "fieldcast_messages_dropped_total",
      "Messages dropped: QoS 0 for slow readers, the oldest of full queues, what no member of a shared subscription may read.",
      "reason",
      () => [
        ["qos0_slow_reader", m.qos0Dropped],
        ["queue_full", m.queueDropped],
        ["queued_bytes", m.memoryDropped],
        ["waiting_bytes", m.storedDropped],
        ["shared_unreadable", m.sharedDropped],
      ],
    ],
  ];
}

export function gauges(m: Metrics): Figures {
  return [
    ["fieldcast_rule_actions_waiting", "Actions of rules that wait, or are being done.", () => m.alerts.waiting()],
    ["fieldcast_connections", "MQTT connections that are open.", () => m.connections],
    ["fieldcast_http_connections", "HTTP connections that are open.", () => m.httpConnections()],
    ["fieldcast_sessions", "MQTT sessions, connected or not.", () => m.sessions],
    ["fieldcast_subscriptions", "Subscriptions of all sessions.", () => m.subscriptions],
    ["fieldcast_shared_groups", "Shared subscriptions, each with all its members.", () => m.sharedGroups],
    ["fieldcast_outbox_bytes", "Bytes that wait for clients to read them.", () => m.outboxBytes()],
    ["fieldcast_queued_messages", "Messages that wait in the queues of sessions.", () => m.queuedMessages()],
    ["fieldcast_queued_bytes", "Bytes that wait in memory for sessions that are not stored.", () => m.queuedBytes()],
    ["fieldcast_waiting_bytes", "Bytes in the store of messages that wait for sessions.", () => m.waitingBytes],
    ["fieldcast_streams", "Streams of events over HTTP that are open.", () => m.streams],
    ["fieldcast_last_backup_timestamp_seconds", "Unix time of the last backup by the clock.", () => m.lastBackup],
    ["fieldcast_last_backup_ok", "Whether the last backup by the clock succeeded.", () => m.lastBackupOk],
    [
      "fieldcast_last_retention_sweep_timestamp_seconds",
      "Unix time of the last sweep of what retention does not keep.",
      () => m.lastSweep,
    ],
    [
      "fieldcast_retention_sweep_held",
      "Whether sweeps wait because the clock went ahead by days at once: 1 or 0.",
      () => m.sweepHeld,
    ],
    [
      "fieldcast_clock_doubted_seconds",
      "By how much the wall clock leapt ahead of late; what is stored does not end by it for a day.",
      () => m.clockDoubted,
    ],
    ["fieldcast_clock_set", "Whether the wall clock may stamp measurements: 1 or 0 (--any-clock).", () => m.clockSet],
    [
      "fieldcast_series_ahead",
      "Series with measurements ahead of the clock (fieldcast store repair-times).",
      () => m.seriesAhead,
    ],
    ["fieldcast_traces", "Traces of clients that are on.", () => m.traces],
    [
      "fieldcast_free_route_targets",
      "Receivers in the routes of free topics that are kept.",
      () => m.freeRouteWeight(),
    ],
    ["fieldcast_retained_messages", "Retained messages on free topics.", () => m.retainedMessages()],
    ["fieldcast_retained_bytes", "Bytes of the retained messages on free topics.", () => m.retainedBytes()],
    ["fieldcast_pending_rows", "Rows that wait for their commit.", () => m.pendingRows()],
  ];
}

export function storeGauges(stats: () => StoreStats | null): Figures {
  const of = (read: (s: StoreStats) => number) => () => {
    const now = stats();
    return now === null ? Number.NaN : read(now);
  };
  return [
    ["fieldcast_store_log_rows", "Rows of the log that are not sealed into blocks.", of((s) => s.logRows)],
    ["fieldcast_store_log_bytes", "Size of the log in bytes.", of((s) => s.logBytes)],
    ["fieldcast_store_head_bytes", "Memory of the log as it is decoded for reads.", of((s) => s.headBytes)],
    ["fieldcast_store_blocks", "Sealed blocks.", of((s) => s.blocks)],
    ["fieldcast_store_rollups", "Rows of rollups, each of some hundred buckets at most.", of((s) => s.rollups)],
    ["fieldcast_store_file_bytes", "Size of the data file in bytes.", of((s) => s.fileBytes)],
    ["fieldcast_store_free_bytes", "Of these free, to be used again before the file grows.", of((s) => s.freeBytes)],
  ];
}

/** Named as the exporters of other programs name them, so that common dashboards work. */
export function processGauges(lag: Read): Figures {
  const started = Date.now() / 1000 - process.uptime();
  return [
    ["process_resident_memory_bytes", "Resident memory in bytes.", () => process.memoryUsage.rss()],
    ["process_heap_bytes", "Heap in use in bytes.", () => process.memoryUsage().heapUsed],
    ["process_start_time_seconds", "Start of the process, in seconds since the Unix epoch.", () => started],
    ["fieldcast_event_loop_lag_seconds", "What one turn of the event loop took at this scrape, in seconds.", lag],
  ];
}

export function histograms(m: Metrics): readonly (readonly [name: string, help: string, histogram: Histogram])[] {
  return [
    ["fieldcast_commit_duration_seconds", "Time until a batch is durable, in seconds.", m.commitSeconds],
    ["fieldcast_commit_batch_rows", "Rows of a batch.", m.batchRows],
    [
      "fieldcast_session_arrival_seconds",
      "Time that sessions took to come here together from other nodes, in seconds.",
      m.arrivalSeconds,
    ],
  ];
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
