import { oneClock } from "../base/clock.ts";
import { Authority } from "../auth/authority.ts";
import { hashToken } from "../auth/token.ts";
import { Refusal } from "../base/errors.ts";
import { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import { Hub } from "../fanout/hub.ts";
import { Consumers } from "../feed/consumers.ts";
import type { FeedLimits } from "../feed/needs.ts";
import { Directory } from "../fleet/directory.ts";
import type { FleetChange } from "../fleet/types.ts";
import { Ingest } from "../ingest/ingest.ts";
import { SeriesTable } from "../ingest/series.ts";
import { MemoryData } from "../store/memory/data.ts";
import { MemoryDataStore } from "../store/memory/store.ts";
import type { CommitBatch, Committed } from "../store/ports.ts";
import { Ids } from "../store/ids.ts";
import type { RecordReader } from "../store/record.ts";
import { PlatformTopics } from "../topic/platform.ts";
import { Broker } from "./broker.ts";
import { recoverSessions } from "./recover.ts";

/**
 * A server without sockets, threads and files: real rooms up to the broker over a store whose commits land, fail or are
 * cut off by a crash when the test says so. Time stands still unless the test moves it.
 */
export const TOKEN = "a".repeat(40);
export const PREFIX = "dtck-pub/p/d/";
const GRACE_MS = 1000;

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
export class Disk extends MemoryData {
  /** All measurements, and messages on free topics, in the order of their commits. */
  readonly rows: StoredRow[] = [];

  protected override row(reader: RecordReader): void {
    super.row(reader);
    const { seq } = reader;
    if (reader.isMessage) {
      const part = (from: number, to: number): string => String(Buffer.from(reader.buf.subarray(from, to)));
      const topic = part(reader.topicAt, reader.propsAt);
      const text = part(reader.payloadAt, reader.payloadEnd);
      this.rows.push({ seq, field: 0, topic, qos: reader.b, text, retain: reader.retain });
      return;
    }
    const series = reader.isMeasurement ? this.series.state(reader.id) : undefined;
    if (series === undefined) return;
    const { field } = series;
    const topic = `dtck/p/d/${FIELDS[field - 1]}`;
    this.rows.push({ seq, field, topic, qos: 2, text: String(reader.value), retain: false });
  }
}

/** The store as one server process has it. */
class SlowStore extends MemoryDataStore {
  flight: { batch: CommitBatch; resolve: (committed: Committed) => void; reject: (error: Error) => void } | null = null;
  reads: {
    session: number;
    firstSeq: number;
    resolve: (body: Uint8Array | null) => void;
    reject: (e: Error) => void;
  }[] = [];

  protected override store(batch: CommitBatch): Promise<Committed> {
    return new Promise((resolve, reject) => {
      this.flight = { batch, resolve, reject };
    });
  }
  /** The commit under way is on the disk; `told`: the server hears of it. */
  land(told: boolean): void {
    const { flight } = this;
    if (!flight) return;
    this.flight = null;
    const committed = this.data.apply(flight.batch);
    if (told) flight.resolve(committed);
  }
  refuse(): void {
    const { flight } = this;
    this.flight = null;
    flight?.reject(new Refusal("storage_unavailable", "The disk is full."));
  }
  override readChunk(session: number, firstSeq: number): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => this.reads.push({ session, firstSeq, resolve, reject }));
  }
  answerRead(well: boolean): void {
    const read = this.reads.shift();
    if (!read) return;
    if (!well) read.reject(new Refusal("storage_unavailable", "The reader is gone."));
    else super.readChunk(read.session, read.firstSeq).then(read.resolve, read.reject);
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
  readonly consumers: Consumers;
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
      // small chunks, and little in memory
      maxTotalQueuedBytes = 1e5,
      feed = { maxLagBytes: 1e9, maxLagAge: 1e15 },
    }: {
      readonly maxQueued: number;
      readonly maxQueuedBytes: number;
      readonly maxStoredBytes?: number;
      readonly maxTotalQueuedBytes?: number;
      readonly feed?: FeedLimits;
    } = {
      maxQueued: 100_000,
      maxQueuedBytes: 1e6,
    },
  ) {
    this.store = new SlowStore(disk);
    void this.store.open(); // it is open in the same turn
    const directory = new Directory();
    const authority = new Authority(directory, { freeTopics: true });
    directory.apply(fleet());
    const metrics = new Metrics();
    const topics = new PlatformTopics("dtck", true);
    const series = new SeriesTable(Ids.from(disk.series.next));
    series.load(disk.series.states(), directory);
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
    const { store } = this;
    const { commits } = ingest;
    this.consumers = new Consumers({ store, names: series, clock, log: QUIET, later, commits, limits: feed });
    this.hub = new Hub(
      {
        ...common,
        ingest,
        consumers: this.consumers,
        limits: {
          maxQueued,
          maxQueuedBytes,
          maxTotalQueuedBytes,
          maxStoredBytesPerAccount: maxStoredBytes,
          maxStoredBytes: 1e9,
          maxUnsent: 1e6,
        },
        soon: (fn) => later(fn, 0),
        checkpoints: { count: 2, bytes: 20_000 },
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
      sessionIds: Ids.from(disk.sessions.next),
    });
    const newest = disk.nextSeq - 1;
    this.ready = this.consumers.load(newest).then(() => recoverSessions(this.broker, store, newest, time.now));
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
    const settled = this.broker.sessions.settle();
    if (settled === null) return;
    this.consumers.tick();
    this.hub.operation({ op: "trim", upTo: this.consumers.floor(settled) });
  }
}
