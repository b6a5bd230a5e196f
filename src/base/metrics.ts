import { Histogram } from "./histogram.ts";
import type { ErrorCode } from "./errors.ts";
import { AlertFigures, type FeedFigures, type NodeFigures, RuleFigures } from "./figures.ts";

/**
 * The figures of a running server: plain numbers, so that counting costs nothing on the hot path. `/metrics` and
 * `$SYS` print them. Everything counts up from the start of the process, but for the gauges.
 */
export class Metrics {
  connectionsOpened = 0;
  /** Refused before a login, by the limit that bit. */
  readonly connectionsRefused = new Map<string, number>();
  loginsAccepted = 0;
  readonly loginsRefused = new Map<string, number>();
  /** Gauges. */
  connections = 0;
  sessions = 0;
  subscriptions = 0;
  sharedGroups = 0;
  // messages
  publishesReceived = 0;
  measurementsRecorded = 0;
  measurementsPublished = 0;
  /** On free topics. */
  messagesAccepted = 0;
  deliveries = 0;
  /** Larger than the Maximum Packet Size of the client. */
  deliveriesTooLarge = 0;
  bytesReceived = 0;
  bytesSent = 0;
  readonly refusals = new Map<ErrorCode, number>();
  // limits that bit
  qos0Dropped = 0;
  queueDropped = 0;
  /** Messages that waited for sessions and went for want of room for those of all: in memory; in the store, or of their account there. */
  memoryDropped = 0;
  storedDropped = 0;
  /** Bytes in the store of messages that wait for sessions. */
  waitingBytes = 0;
  sharedDropped = 0;
  /** Times that a publisher was not read for a while, or a request refused, by whose rate. */
  readonly publishersSlowed = new Map<string, number>();
  readonly disconnects = new Map<string, number>();
  /** Answers of history that a limit refused, or ended early. */
  historyLimited = 0;
  /** Requests under /api/v1 that an account's rate refused. */
  requestsLimited = 0;
  readonly subscriptionsRefused = new Map<string, number>();
  /** What came in by integrations, by its outcome. */
  readonly passes = new Map<string, number>();
  /** Lines that readers of traces were too slow for. */
  traceLinesLost = 0;
  /** Gauge: traces that are on. */
  traces = 0;
  filesUsedUp = 0;
  /** Gauge: HTTP connections that are open. */
  httpConnections: () => number = () => 0;
  /** Gauge: streams of events over HTTP. */
  streams = 0;
  streamEvents = 0;
  streamsRefused = 0;
  streamEventsLost = 0;
  /** Messages of external brokers; tries of webhooks that were accepted and that failed, requests given up, events that were too many. */
  readonly brokers = { received: 0, sent: 0, refused: 0, dropped: 0 };
  readonly webhooks = { accepted: 0, failed: 0, dead_letters: 0, dropped_events: 0 };
  readonly rules = new RuleFigures();
  readonly alerts = new AlertFigures();
  /** Events of the inspector that were not kept: too many at once. */
  eventsLost = 0;
  backups = 0;
  backupsFailed = 0;
  /** Unix time in seconds of the last one that was verified; NaN: none since the start. */
  lastBackup = Number.NaN;
  /** Whether the last one succeeded: 1 or 0; NaN: there was none. */
  lastBackupOk = Number.NaN;
  sweeps = 0;
  /** Unix time in seconds at which the last sweep began; NaN: none since the start. */
  lastSweep = Number.NaN;
  /** 1 while sweeps wait because the clock went ahead by days at once. */
  sweepHeld = 0;
  // the clock
  readonly clockSteps = { forward: 0, back: 0 };
  clockStepped(way: "forward" | "back"): void {
    this.clockSteps[way]++;
  }
  /** Gauges: seconds by which it leapt ahead and is not believed; 1 while it may stamp; series with points ahead of it. */
  clockDoubted = 0;
  clockSet = 1;
  seriesAhead = 0;
  /** Records of the log that came by the bus, that were read, and messages that were not believed; null: there is no bus. */
  roads: { readonly taken: number; readonly read: number; readonly refused: number } | null = null;
  /** As one of several nodes; null: it is alone. */
  node: NodeFigures | null = null;
  /** Stored sessions that came from other nodes, and how long those took that came together, s. */
  sessionsArrived = 0;
  readonly arrivalSeconds = new Histogram([0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]);
  /** Number of the last row of the log that has taken effect. */
  logRow: () => number = () => 0;
  // commits
  /** Whether this process still has its store: ms since that was made sure of, whether commits wait for a standby; null: nobody else can have it. */
  lease: { readonly frozen: boolean; readonly age: number; readonly replicated: boolean } | null = null;
  /** How often it had to be silent because that was not sure. */
  silences = 0;
  commits = 0;
  commitsFailed = 0;
  commitRows = 0;
  /** Seconds from handing a batch to the store until it is durable. */
  readonly commitSeconds = new Histogram([0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5]);
  readonly batchRows = new Histogram([1, 10, 100, 1_000, 4_000, 16_000, 65_536]);
  /** Gauges: bytes waiting in outboxes, messages waiting in queues, rows not yet committed. */
  outboxBytes: () => number = () => 0;
  queuedMessages: () => number = () => 0;
  queuedBytes: () => number = () => 0;
  pendingRows: () => number = () => 0;
  /** Of free topics: weight of the routes that are kept, about one for 100 bytes; how many went for their weight; retained messages. */
  freeRouteWeight: () => number = () => 0;
  freeRoutesDropped: () => number = () => 0;
  retainedMessages: () => number = () => 0;
  retainedBytes: () => number = () => 0;

  /** Durable consumers of the feed: how far each is behind, and what was left out for them. */
  feed: FeedFigures = { gaps: 0, left: 0, lags: () => [] };

  requestLimited(): void {
    this.requestsLimited++;
  }
  refused(code: ErrorCode): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }
  publisherSlowed(whose: string): void {
    this.publishersSlowed.set(whose, (this.publishersSlowed.get(whose) ?? 0) + 1);
  }
  connectionRefused(why: string): void {
    this.connectionsRefused.set(why, (this.connectionsRefused.get(why) ?? 0) + 1);
  }
  loginRefused(code: string): void {
    this.loginsRefused.set(code, (this.loginsRefused.get(code) ?? 0) + 1);
  }
  subscriptionRefused(why: string): void {
    this.subscriptionsRefused.set(why, (this.subscriptionsRefused.get(why) ?? 0) + 1);
  }
  /** @param reason e.g. "keep_alive", "protocol_error", "taken_over" */
  disconnected(reason: string): void {
    this.disconnects.set(reason, (this.disconnects.get(reason) ?? 0) + 1);
  }
}
