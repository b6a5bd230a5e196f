import { oneClock } from "../base/clock.ts";
import { Authority } from "../auth/authority.ts";
import { hashToken } from "../auth/token.ts";
import { Refusal } from "../base/errors.ts";
import { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import { Hub } from "../fanout/hub.ts";
import { Directory } from "../fleet/directory.ts";
import type { FleetChange } from "../fleet/types.ts";
import { Ingest } from "../ingest/ingest.ts";
import { SeriesTable } from "../ingest/series.ts";
import { MemoryReads } from "../store/points.model.ts";
import type {
  CommitBatch,
  Committed,
  DataStore,
  LogRecord,
  IdKind,
  IdRange,
  Opened,
  RecoveredSession,
  SeriesState,
  StoredSession,
  StoredSubscription,
  StoredPresence,
  StoreOp,
} from "../store/ports.ts";
import { Ids } from "../store/ids.ts";
import { RecordReader, rowsOf } from "../store/record.ts";
import { createRetained, readRetained } from "../store/retained.ts";
import { PlatformTopics } from "../topic/platform.ts";
import { Broker } from "./broker.ts";
import { recoverSessions } from "./recover.ts";

/**
 * A server without sockets, threads and files: real rooms up to the broker over a store whose commits land, fail or are
 * cut off by a crash when the test says so. Time stands still unless the test moves it.
 */
export const TOKEN = "a".repeat(40);
export const PREFIX = "dtck-pub/p/d/";
export const GRACE_MS = 1000;

interface Kept {
  session: StoredSession;
  readonly subscriptions: Map<string, StoredSubscription>;
  floor: number;
  queued: number;
  state: Uint8Array | null;
  readonly chunks: Map<number, { count: number; deadlineMax: number; body: Uint8Array }>;
}
export interface StoredRow {
  readonly seq: number;
  /** uid of a measurement's field; 0: a message. */
  readonly field: number;
  /** On which it is delivered. */
  readonly topic: string;
  /** A message's QoS; 2: a measurement, published by the platform. */
  readonly qos: number;
  readonly text: string;
  readonly retain: boolean;
}

/** What is on the disk. */
export class Disk {
  nextSeq = 1;
  nextSeries = 1;
  nextSession = 1;
  readonly series = new Map<number, SeriesState>();
  readonly sessions = new Map<number, Kept>();
  readonly presence = new Map<number, StoredPresence>();
  /** Retained messages, packed, by workspace and topic. */
  readonly retained = new Map<string, Uint8Array>();
  log: LogRecord[] = [];
  /** All measurements, and messages on free topics, in the order of their commits. */
  readonly rows: StoredRow[] = [];

  apply(batch: CommitBatch): Committed {
    // as in the real store: session_put makes the row that the others need
    for (const op of batch.ops) this.operation(op);
    const firstSeq = this.nextSeq;
    if (batch.blob === null) return { firstSeq };
    this.nextSeq += batch.count;
    this.log.push({ firstSeq, body: batch.blob });
    const reader = new RecordReader(batch.blob, firstSeq);
    while (reader.next()) {
      const { seq } = reader;
      if (reader.isMessage) {
        const part = (from: number, to: number): string => String(Buffer.from(reader.buf.subarray(from, to)));
        const topic = part(reader.topicAt, reader.propsAt);
        const text = part(reader.payloadAt, reader.payloadEnd);
        this.rows.push({ seq, field: 0, topic, qos: reader.b, text, retain: reader.retain });
        continue;
      }
      const series = reader.isMeasurement ? this.series.get(reader.id) : undefined;
      if (series === undefined) continue;
      const { field } = series;
      const topic = `dtck/p/d/${FIELDS[field - 1]}`;
      this.rows.push({ seq, field, topic, qos: 2, text: String(reader.value), retain: false });
      const { time, value } = reader;
      this.series.set(series.id, { ...series, time, value, lastArrival: time, lastSeq: reader.seq });
    }
    return { firstSeq };
  }
  private operation(op: StoreOp): void {
    switch (op.op) {
      case "series_put":
        this.nextSeries = Math.max(this.nextSeries, op.id + 1);
        this.series.set(op.id, { ...op, time: null, value: null, lastArrival: 0, lastSeq: 0 });
        return;
      case "session_put": {
        this.nextSession = Math.max(this.nextSession, op.session.id + 1);
        const kept = this.sessions.get(op.session.id);
        if (kept) kept.session = op.session;
        else
          this.sessions.set(op.session.id, {
            session: op.session,
            subscriptions: new Map(),
            floor: 0,
            queued: 0,
            state: null,
            chunks: new Map(),
          });
        return;
      }
      case "session_delete":
        this.sessions.delete(op.id);
        return;
      case "subscription_put":
        this.sessions.get(op.session)?.subscriptions.set(op.subscription.filter, op.subscription);
        return;
      case "subscription_delete":
        this.sessions.get(op.session)?.subscriptions.delete(op.filter);
        return;
      case "checkpoint": {
        const kept = this.sessions.get(op.session);
        if (!kept) return;
        kept.floor = op.floor;
        kept.state = op.state ?? kept.state;
        return;
      }
      case "chunk_put": {
        const kept = this.sessions.get(op.session);
        if (!kept) return;
        kept.chunks.set(op.firstQn, { ...op });
        kept.queued = Math.max(kept.queued, op.upTo);
        return;
      }
      case "chunk_delete": {
        const chunks = this.sessions.get(op.session)?.chunks;
        for (const first of chunks?.keys() ?? []) if (first < op.before) chunks?.delete(first);
        return;
      }
      case "trim":
        this.log = this.log.filter(({ firstSeq, body }) => {
          const reader = new RecordReader(body, firstSeq);
          return reader.firstSeq + reader.count - 1 > op.upTo;
        });
        return;
      case "retained":
        return this.retain(op.changes);
      case "presence_put":
        // as it goes to the storage worker: a copy of this moment
        this.presence.set(op.presence.device, { ...op.presence });
        return;
      case "presence_delete":
        for (const device of op.devices) this.presence.delete(device);
        return;
      case "seen_floor":
      case "series_delete":
      case "points_delete":
      case "retain":
      case "refusals_put":
      case "doors_put":
        return;
      default:
        op satisfies never;
    }
  }
  private retain(changes: Uint8Array): void {
    const r = createRetained();
    for (let at = 0; at < changes.length && readRetained(changes, at, r); at = r.next) {
      const key = `${r.workspace} ${Buffer.from(changes.subarray(r.topicStart, r.topicEnd))}`;
      if (!r.removed) this.retained.set(key, changes.slice(at, r.next));
      else if (r.deadline === 0 || this.deadlineOf(key) === r.deadline) this.retained.delete(key);
    }
  }
  private deadlineOf(key: string): number {
    const r = createRetained();
    const packed = this.retained.get(key);
    return packed !== undefined && readRetained(packed, 0, r) ? r.deadline : -1;
  }
  recovered(): RecoveredSession[] {
    const sessions: RecoveredSession[] = [...this.sessions.values()].map((kept) => ({
      session: kept.session,
      subscriptions: [...kept.subscriptions.values()],
      floor: kept.floor,
      queued: kept.queued,
      state: kept.state,
      chunks: [...kept.chunks]
        .sort(([a], [b]) => a - b)
        .map(([firstQn, { count, deadlineMax, body }]) => ({
          firstQn,
          count,
          deadlineMax,
          bytes: body.length,
          shared: null,
        })),
    }));
    return sessions;
  }
}

/** The store as one server process has it. */
class SlowStore extends MemoryReads implements DataStore {
  flight: { batch: CommitBatch; resolve: (committed: Committed) => void; reject: (error: Error) => void } | null = null;
  reads: {
    session: number;
    firstQn: number;
    resolve: (body: Uint8Array | null) => void;
    reject: (e: Error) => void;
  }[] = [];
  constructor(private readonly disk: Disk) {
    super();
  }

  open(): Promise<Opened> {
    const highest = { device: 0, field: 0 };
    return Promise.resolve({ nextSeq: this.disk.nextSeq, seenFloor: 0, highest });
  }
  reserve(kind: IdKind, count: number): Promise<IdRange> {
    const { nextSeries, nextSession } = this.disk;
    return Promise.resolve({ first: kind === "series" ? nextSeries : nextSession, count });
  }
  async *series(): AsyncGenerator<readonly SeriesState[]> {
    yield [...this.disk.series.values()];
  }
  async *sessions(): AsyncGenerator<readonly RecoveredSession[]> {
    yield this.disk.recovered();
  }
  async *presence(): AsyncGenerator<readonly StoredPresence[]> {
    yield [...this.disk.presence.values()];
  }
  async *retained(): AsyncGenerator<Uint8Array> {
    yield* this.disk.retained.values();
  }
  async *replay(after: number): AsyncGenerator<LogRecord> {
    for (const record of this.disk.log) if (record.firstSeq + rowsOf(record.body) - 1 > after) yield record;
  }
  commit(batch: CommitBatch): Promise<Committed> {
    if (this.flight) throw new Error("one commit at a time");
    return new Promise((resolve, reject) => {
      this.flight = { batch, resolve, reject };
    });
  }
  /** The commit under way is on the disk; `told`: the server hears of it. */
  land(told: boolean): void {
    const { flight } = this;
    if (!flight) return;
    this.flight = null;
    const committed = this.disk.apply(flight.batch);
    if (told) flight.resolve(committed);
  }
  refuse(): void {
    const { flight } = this;
    this.flight = null;
    flight?.reject(new Refusal("storage_unavailable", "The disk is full."));
  }
  readChunk(session: number, firstQn: number): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => this.reads.push({ session, firstQn, resolve, reject }));
  }
  answerRead(well: boolean): void {
    const read = this.reads.shift();
    if (!read) return;
    if (!well) read.reject(new Refusal("storage_unavailable", "The reader is gone."));
    else read.resolve(this.disk.sessions.get(read.session)?.chunks.get(read.firstQn)?.body ?? null);
  }
  /** Nobody asks this store for history. */
  protected pointsOf(): [] {
    return [];
  }
  readRefusals(): Promise<never[]> {
    return Promise.resolve([]);
  }
  stats(): Promise<never> {
    return Promise.reject(new Refusal("storage_unavailable", ""));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const QUIET: Log = { debug() {}, info() {}, warn() {}, error() {} };
export const FIELDS = ["A", "B"] as const;
/** Free topics, with the same last levels. */
export const FREE = "free/";

function fleet(): FleetChange[] {
  const product = { uid: 1, workspace: 1, slug: "p", name: "", publishBackfill: false, boolText: "true" as const };
  return [
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    { kind: "product", op: "put", row: { ...product, retainLastValues: false } },
    ...FIELDS.map(
      (id, i) =>
        ({
          kind: "field",
          op: "put",
          row: { uid: i + 1, product: 1, id, type: "STRING", name: id, unit: null },
        }) satisfies FleetChange,
    ),
    { kind: "device", op: "put", row: { uid: 1, product: 1, id: "d", name: "", serial: null, tags: [] } },
    {
      kind: "apiUser",
      op: "put",
      row: {
        uid: 1,
        workspace: 1,
        name: "",
        mqtt: true,
        grants: [
          { scope: "all", can: ["record_measurements"] },
          { scope: "free_topics", filters: ["#"], except: [], can: ["publish", "subscribe"] },
        ],
      },
    },
    {
      kind: "token",
      op: "put",
      row: { uid: 1, hash: hashToken(TOKEN), hint: "", name: "", user: null, apiUser: 1, created: 0, expires: null },
    },
  ];
}

/** One life of the server, from its start to its crash. */
export class Life {
  readonly store: SlowStore;
  readonly broker: Broker;
  readonly hub: Hub;
  /** The sessions are back. */
  readonly ready: Promise<void>;
  private tasks: { at: number; fn: () => void }[] = [];

  constructor(
    readonly disk: Disk,
    readonly time: { now: number; drift: number },
    {
      maxQueued,
      maxQueuedBytes,
      maxStoredBytes = 1e9,
    }: { readonly maxQueued: number; readonly maxQueuedBytes: number; readonly maxStoredBytes?: number } = {
      maxQueued: 100_000,
      maxQueuedBytes: 1e6,
    },
  ) {
    this.store = new SlowStore(disk);
    const directory = new Directory();
    const authority = new Authority(directory, { freeTopics: true });
    directory.apply(fleet());
    const metrics = new Metrics();
    const topics = new PlatformTopics("dtck", true);
    const series = new SeriesTable(Ids.from(disk.nextSeries));
    series.load([...disk.series.values()], directory);
    const clock = oneClock(() => (time.now += time.drift));
    const later = (fn: () => void, ms: number): void => {
      this.tasks.push({ at: time.now + ms * 1000, fn });
    };
    const common = { directory, topics, series, metrics, clock, log: QUIET, store: this.store };
    const ingest = new Ingest({
      ...common,
      nextSeq: disk.nextSeq,
      options: { gapMs: 2, graceMs: GRACE_MS, later, maxCommitRows: 1000, maxCommitBytes: 1e6, maxBatchRows: 100 },
    });
    this.hub = new Hub(
      {
        ...common,
        ingest,
        limits: {
          maxQueued,
          maxQueuedBytes,
          maxStoredBytesPerAccount: maxStoredBytes,
          maxStoredBytes: 1e9,
          maxUnsent: 1e6,
        },
        soon: (fn) => later(fn, 0),
      },
      disk.nextSeq - 1,
    );
    this.broker = new Broker({
      ...common,
      ingest,
      hub: this.hub,
      authority,
      later,
      anonymous: () => null,
      limits: {
        receiveMaximum: 1000,
        topicAliasMaximum: 8,
        outboundTopicAliases: 8,
        maxPacket: 1e6,
        maxSessionExpiry: 1e6,
        outboundWindow: 5,
        maxPacketBeforeLogin: 10_000,
        maxTopicLevels: 32,
        maxUnsent: 1e6,
        maxConnections: 100,
        maxPublishRate: 0,
        maxPublishByteRate: 0,
        maxAccountPublishRate: 0,
        maxAccountPublishByteRate: 0,
        maxConnectionsPerAddress: 0,
        maxAcceptRate: 0,
        maxBytesBeforeLogin: 1e9,
        maxKeepAlive: 0,
        maxAliasBytes: 65_536,
        maxTotalSubscriptions: 1000,
        maxSubscribeFilters: 100,
        maxSessionsPerAccount: 100,
        maxSubscriptions: 100,
        connectTimeout: 10,
      },
      newClientId: () => "assigned",
      sessionIds: Ids.from(disk.nextSession),
    });
    this.ready = recoverSessions(this.broker, this.store, disk.nextSeq - 1, time.now);
  }

  /** Runs what is due, until nothing is, or for some turns; promises settle in between. */
  async run(turns = 1000): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      for (let i = 0; i < 6; i++) await null;
      const due = this.tasks.filter(({ at }) => at <= this.time.now);
      if (due.length === 0) return;
      this.tasks = this.tasks.filter(({ at }) => at > this.time.now);
      for (const { fn } of due) fn();
    }
    if (turns === 1000) throw new Error("the server does not come to rest");
  }
  /** As the server does once in a while. */
  trim(): void {
    this.broker.sessions.checkpointAll();
    this.hub.operation({ op: "trim", upTo: this.hub.fannedSeq });
  }
}
