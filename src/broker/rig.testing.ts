import { oneClock } from "../base/clock.ts";
import { Authority } from "../auth/authority.ts";
import { hashToken } from "../auth/token.ts";
import { Metrics } from "../base/metrics.ts";
import type { Clock, Log } from "../base/types.ts";
import {
  createFrame,
  decode,
  encode,
  FRAME_COMPLETE,
  FRAME_SHORT,
  type ConnectPacket,
  type Packet,
  type PublishPacket,
  readFrame,
  type Version,
} from "../codec/index.ts";
import { Ids } from "../store/ids.ts";
import { followLog } from "../fanout/follow.ts";
import { Hub } from "../fanout/hub.ts";
import { Consumers } from "../feed/consumers.ts";
import { Directory } from "../fleet/directory.ts";
import type { FleetChange, Grant } from "../fleet/types.ts";
import { Ingest } from "../ingest/ingest.ts";
import type { MessageLimits } from "../ingest/free-messages.ts";
import { LogOrder } from "../ingest/order.ts";
import { SeriesTable } from "../ingest/series.ts";
import type { Turns } from "../ingest/turns.ts";
import type { MemoryData } from "../store/memory/data.ts";
import { MemoryDataStore } from "../store/memory/store.ts";
import type { CommitBatch, Committed, News } from "../store/ports.ts";
import { RecordReader, Told } from "../store/record.ts";
import { PlatformTopics } from "../topic/platform.ts";
import { Members } from "../feed/members.ts";
import { Broker } from "./broker.ts";
import type { BrokerLimits } from "./context.ts";
import { SeveralNodes } from "./elsewhere.ts";
import { ShareNodes } from "./share-nodes.ts";
import { recoverSessions } from "./recover.ts";
import { sharePresence } from "./share-presence.ts";
import type { Wire, WireListener } from "./wire.ts";

export const TOKEN = "a".repeat(40);
/** May do nothing but use MQTT, and be given rights. */
export const OTHER = "b".repeat(40);
const START = 1_700_000_000_000_000;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** A store in memory that remembers what was committed, answers in the same turn, and can refuse. */
class MemoryStore extends MemoryDataStore {
  readonly commits: (CommitBatch & Committed)[] = [];
  /** When set, commits are refused with it. */
  failure: Error | null = null;
  /** When true, commits are answered by `answer` alone. */
  held = false;
  private readonly waiting: (() => void)[] = [];

  protected override store(batch: CommitBatch, data: MemoryData): Committed | Promise<Committed> {
    if (this.failure) throw this.failure;
    const committed = data.apply(batch, this.node);
    this.commits.push({ ...batch, ...committed });
    if (!this.held) return committed;
    return new Promise((resolve) => this.waiting.push(() => resolve(committed)));
  }
  /** Answers the commits that are held. */
  answer(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
  /** Measurements that were committed. */
  get rows(): number {
    let n = 0;
    for (const { blob, firstSeq } of this.commits) {
      if (blob === null) continue;
      const reader = new RecordReader(blob, firstSeq);
      while (reader.next()) if (reader.isMeasurement) n++;
    }
    return n;
  }
}

/** A client whose network is this object: takes what the broker writes, and can stop taking. */
export class FakeWire implements Wire {
  readonly transport = "tcp";
  readonly local = false;
  readonly holds = 0;
  certificate: string | null = null;
  listener: WireListener | null = null;
  /** The version in which it reads; null: it does not look at what comes. */
  version: Version | null = 5;
  paused = false;
  ended = false;
  terminated = false;
  isProbed = false;
  /** Bytes it takes before it is blocked. */
  room = Number.POSITIVE_INFINITY;
  /** Bytes that it had to keep for the broker, which read nothing. */
  kept = 0;
  private rest: Uint8Array = new Uint8Array(0);
  private readonly packets: Packet[] = [];

  constructor(readonly remote: string) {}

  write(bytes: Uint8Array): number {
    if (this.ended || this.terminated) return -1;
    const taken = Math.min(bytes.length, this.room);
    this.room -= taken;
    if (this.version === null) return taken;
    const all = new Uint8Array(this.rest.length + taken);
    all.set(this.rest);
    all.set(bytes.subarray(0, taken), this.rest.length);
    const frame = createFrame();
    let at = 0;
    for (;;) {
      const state = readFrame(all, at, all.length, Number.POSITIVE_INFINITY, frame);
      if (state === FRAME_SHORT) break;
      if (state !== FRAME_COMPLETE) throw new Error("the broker sent a malformed packet");
      this.packets.push(decode(this.version, all, frame));
      at = frame.bodyEnd;
    }
    this.rest = all.slice(at);
    return taken;
  }
  probe(): void {
    this.isProbed = true;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  end(): void {
    this.ended = true;
  }
  terminate(): void {
    this.terminated = true;
  }

  /** Sends packets in one segment. */
  send(...packets: Packet[]): void {
    for (const packet of packets) if (packet.type === "connect") this.version = packet.version;
    const version = this.version ?? 5;
    const bytes = Buffer.concat(packets.map((packet) => encode(version, packet)));
    if (this.paused) this.kept += bytes.length;
    this.listener?.data(bytes);
  }
  /** The network connection is gone. */
  lost(): void {
    this.ended = true;
    this.listener?.closed();
  }
  /** What came since the last call, without its bytes. */
  got(): Packet[] {
    return this.packets.splice(0);
  }
  /** What came since the last call, as words: `connack 0`, `publish TOPIC PAYLOAD`, `puback 1 0`. */
  heard(): string[] {
    return this.got().map((p) => {
      if (p.type === "publish") return `publish ${p.topic} ${text.decode(p.payload)}`;
      const id = "packetId" in p ? ` ${p.packetId}` : "";
      const code = "reasonCode" in p ? ` ${p.reasonCode}` : "";
      const codes = "reasonCodes" in p ? ` ${p.reasonCodes.join(",")}` : "";
      return `${p.type}${id}${code}${codes}`;
    });
  }
}

export const connectOf = (wish: Partial<ConnectPacket> & { token?: string } = {}): ConnectPacket => {
  const { token = TOKEN, ...more } = wish;
  const password = utf8.encode(token);
  return {
    type: "connect",
    version: 5,
    cleanStart: true,
    keepAlive: 0,
    clientId: "c",
    userName: token,
    password,
    ...more,
  };
};
export const publishOf = (topic: string, payload: string, more: Partial<PublishPacket> = {}): PublishPacket => ({
  type: "publish",
  topic,
  payload: utf8.encode(payload),
  qos: 0,
  dup: false,
  retain: false,
  ...more,
});
/** Will of the connection: a measurement of its own. */
export const willOf = (payload: string, willDelayInterval = 0): NonNullable<ConnectPacket["will"]> => ({
  topic: "dtck-pub/p/d1/T",
  payload: utf8.encode(payload),
  qos: 0,
  retain: false,
  ...(willDelayInterval > 0 ? { properties: { willDelayInterval } } : {}),
});

const LIMITS: BrokerLimits = {
  receiveMaximum: 1024,
  topicAliasMaximum: 64,
  outboundTopicAliases: 64,
  maxPacket: 262_144,
  maxPacketBeforeLogin: 16_384,
  maxSessionExpiry: 604_800,
  outboundWindow: 20,
  maxTopicLevels: 32,
  maxUnsent: 1_048_576,
  maxConnections: 10,
  maxPublishRate: 0,
  maxPublishByteRate: 0,
  maxAccountPublishRate: 0,
  maxAccountPublishByteRate: 0,
  maxConnectionsPerAddress: 0,
  maxAcceptRate: 0,
  maxBytesBeforeLogin: 1e9,
  maxKeepAlive: 0,
  maxSubscriptions: 100,
  maxTotalSubscriptions: 1e6,
  maxSubscribeFilters: 1e6,
  maxSessionsPerAccount: 1e6,
  maxAliasBytes: 65_536,
  connectTimeout: 10,
};

/** A broker over nothing but memory, whose time is the test's. */
export class Rig {
  readonly store: MemoryStore;
  readonly directory = new Directory();
  readonly authority: Authority;
  readonly metrics = new Metrics();
  readonly series: SeriesTable;
  /** Where it is told of what other nodes commit; null: it is alone. */
  readonly turns: Turns | null = null;
  /** Who takes part; null: it is alone. */
  readonly members: Members | null = null;
  /** What it heard as one of several nodes, and up to which row it had published then. */
  readonly news: (News & { readonly fanned: number })[] = [];
  /** Why it must end, as one of several nodes. */
  readonly failures: Error[] = [];
  /** What was logged: `level message`, with its fields. */
  readonly logged: { readonly level: string; readonly fields: object; readonly text: string }[] = [];
  readonly ingest: Ingest;
  /** Durable consumers of the feed; none is there before they are loaded. */
  readonly consumers: Consumers;
  readonly hub: Hub;
  readonly broker: Broker;
  now = START;
  /** How far the wall clock was set ahead, µs. */
  ahead = 0;
  private due: { readonly fn: () => void; readonly at: number }[] = [];
  private ids = 0;
  private address = 0;

  constructor(
    limits: Partial<BrokerLimits> = {},
    {
      freeTopics = false,
      messages,
      earliest = Number.NEGATIVE_INFINITY,
      maxTotalQueuedBytes = 1e9,
      node,
      alone,
    }: {
      readonly freeTopics?: boolean;
      readonly messages?: MessageLimits;
      readonly earliest?: number;
      readonly maxTotalQueuedBytes?: number;
      /** It is alone on what others had. */
      readonly alone?: MemoryData;
      /** It is one of several on the same store. */
      readonly node?: {
        readonly number: number;
        readonly data: MemoryData;
        /** Nodes that take part, and their epochs. */
        readonly live: readonly (readonly [node: number, epoch: number])[];
        /** What it had is its own still. */
        readonly kept?: boolean;
        /** Of this life; its number by default. */
        readonly epoch?: number;
      };
    } = {},
  ) {
    const data = node?.data ?? alone;
    this.store = new MemoryStore(data, node?.number);
    // numbers of an earlier life are not given again
    const ids = (node?.number ?? 0) * 1000 + 1 + ((data?.nextSeq ?? 1) - 1) * 10_000;
    this.series = new SeriesTable(Ids.from((node?.number ?? 0) * 1000 + 1));
    const order = node && new LogOrder(this.series);
    const newest = (data?.nextSeq ?? 1) - 1;
    this.authority = new Authority(this.directory, { freeTopics });
    const topics = new PlatformTopics("dtck", freeTopics);
    const clock: Clock = {
      ...oneClock(() => this.now),
      micros: () => this.now + this.ahead,
      wallOf: (steady) => steady + this.ahead,
    };
    const say = (level: string) => (fields: object, said: string) =>
      void this.logged.push({ level, fields, text: said });
    const log: Log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
    const later = (fn: () => void, ms: number): void => void this.due.push({ fn, at: this.now + ms * 1000 });
    const { store, directory, authority, metrics, series } = this;
    directory.apply(FLEET);
    void store.open(); // it is open in the same turn
    const batches = {
      gapMs: 2,
      graceMs: 30_000,
      maxCommitRows: 65_536,
      maxCommitBytes: 8_388_608,
      maxBatchRows: 10_000,
    };
    this.ingest = new Ingest({
      store,
      directory,
      topics,
      series,
      metrics,
      clock,
      log,
      nextSeq: newest + 1,
      ...(order ? { order } : {}),
      options: { ...batches, later, earliest, ...(messages ? { messages } : {}) },
    });
    const all = { ...LIMITS, ...limits };
    const queues = {
      maxQueued: 1000,
      maxQueuedBytes: 1e6,
      maxTotalQueuedBytes,
      maxStoredBytesPerAccount: 1e9,
      maxStoredBytes: 1e9,
      maxUnsent: all.maxUnsent,
    };
    const needs = { ingest: this.ingest, series, store, topics, metrics, clock, log };
    const { commits } = this.ingest;
    const lags = { maxLagBytes: 1e9, maxLagAge: 1e15 };
    this.consumers = new Consumers({ store, names: series, clock, log, limits: lags, commits, later });
    const { consumers } = this;
    this.hub = new Hub({ ...needs, consumers, limits: queues, soon: (fn) => later(fn, 0) }, newest);
    this.broker = new Broker({
      ...needs,
      hub: this.hub,
      directory,
      authority,
      limits: all,
      later,
      newClientId: () => `assigned-${++this.ids}`,
      sessionIds: Ids.from(ids),
      anonymous: () => null,
    });
    this.begin = async () => {
      for await (const states of store.series()) series.load(states, directory);
      await recoverSessions(this.broker, store, newest, this.now);
    };
    if (!node || !order) return;
    const failed = (why: Error): void => void this.failures.push(why);
    const { ingest, hub, broker } = this;
    const members = new Members(node.number, node.live);
    this.members = members;
    const elsewhere = new SeveralNodes({ context: broker, members, store, kept: node.kept ?? true, failed });
    broker.elsewhere = elsewhere;
    const presence = sharePresence(broker, members);
    const isFirst = node.epoch === undefined || node.live.every(([one]) => one === node.number);
    const shares = new ShareNodes(broker, members, node.epoch ?? node.number, store, isFirst);
    const heard = (news: News): Promise<void> | undefined => {
      this.news.push({ ...news, fanned: hub.fannedSeq });
      members.heard(news);
      elsewhere.heard(news);
      presence.heard(news);
      return shares.heard(news);
    };
    this.turns = followLog({ node: node.number, directory, order, ingest, hub, heard, failed }, newest);
    this.begin = async (epoch) => {
      for await (const states of store.series()) {
        order.load(states);
        series.load(states, directory);
      }
      await recoverSessions(broker, store, newest, this.now);
      presence.settle();
      ingest.commits.operation({ op: "node_up", node: node.number, epoch });
      ingest.commits.news(Told.NodeUp, [node.number, epoch]);
      if (!isFirst) void shares.enter();
    };
  }
  /** Brings back what the store has, and takes part. */
  begin: (epoch: number) => Promise<void> = async () => {};

  /** A new network connection. @param from its address; one that nobody else has, when absent */
  open(from = `192.0.2.${++this.address}`): FakeWire {
    const wire = new FakeWire(from);
    wire.listener = this.broker.accept(wire);
    return wire;
  }
  /** One that has logged in; its CONNACK is taken away. */
  async login(wish: Parameters<typeof connectOf>[0] = {}): Promise<FakeWire> {
    const wire = this.open();
    wire.send(connectOf(wish));
    await this.settle();
    const [first] = wire.got();
    if (first?.type !== "connack" || first.reasonCode !== 0) throw new Error(`no login: ${JSON.stringify(first)}`);
    return wire;
  }
  /** Runs all that is due now, and what follows from it. */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < 1000; rounds++) {
      // what is read of the store takes some steps
      for (let i = this.turns === null ? 2 : 16; i > 0; i--) await Promise.resolve();
      const ready = this.due.filter(({ at }) => at <= this.now);
      if (ready.length === 0) return;
      this.due = this.due.filter(({ at }) => at > this.now);
      for (const { fn } of ready) fn();
    }
    throw new Error("it does not come to rest");
  }
  /** Time passes, with a tick in each second. */
  async pass(seconds: number): Promise<void> {
    const end = this.now + seconds * 1e6;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 1e6);
      this.broker.tick();
      await this.settle();
    }
    // commits in a row keep their gap
    for (let i = 0; i < 10; i++) {
      this.now += 2000;
      await this.settle();
    }
  }
  /** Gives OTHER these rights instead. */
  grant(grants: readonly Grant[], mqtt = true): void {
    this.directory.apply([{ kind: "apiUser", op: "put", row: { uid: 2, workspace: 1, name: "other", mqtt, grants } }]);
  }
}

const settings = { publishBackfill: false, boolText: "true" } as const;
const product = (uid: number, slug: string, retainLastValues: boolean): FleetChange => ({
  kind: "product",
  op: "put",
  row: { uid, workspace: 1, slug, name: "", retainLastValues, ...settings },
});
const field = (uid: number, of: number): FleetChange => ({
  kind: "field",
  op: "put",
  row: { uid, product: of, id: "T", type: "NUMERIC", name: "", unit: null },
});
const device = (uid: number, of: number, id: string): FleetChange => ({
  kind: "device",
  op: "put",
  row: { uid, product: of, id, name: "", serial: null, tags: [] },
});
const token = (uid: number, secret: string, apiUser: number): FleetChange => ({
  kind: "token",
  op: "put",
  row: { uid, hash: hashToken(secret), hint: "", name: "", user: null, apiUser, created: 0, expires: null },
});
/** Product p (nothing retained) and kept (retained), devices d1 and d2 in each, field T; TOKEN may everything, free topics included. */
const FLEET: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
  product(1, "p", false),
  product(2, "kept", true),
  field(1, 1),
  field(2, 2),
  device(1, 1, "d1"),
  device(2, 1, "d2"),
  device(3, 2, "d1"),
  device(4, 2, "d2"),
  {
    kind: "apiUser",
    op: "put",
    row: {
      uid: 1,
      workspace: 1,
      name: "all",
      mqtt: true,
      grants: [
        { scope: "all", can: ["record_measurements"] },
        { scope: "instance", can: ["operate"] },
        { scope: "free_topics", filters: ["#"], except: [], can: ["publish", "subscribe"] },
      ],
    },
  },
  { kind: "apiUser", op: "put", row: { uid: 2, workspace: 1, name: "other", mqtt: true, grants: [] } },
  token(1, TOKEN, 1),
  token(2, OTHER, 2),
];
