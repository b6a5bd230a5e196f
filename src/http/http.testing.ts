import { oneClock } from "../base/clock.ts";
import { Authority } from "../auth/authority.ts";
import { type BadRow, Refusal } from "../base/errors.ts";
import { Metrics } from "../base/metrics.ts";
import type { Clock, Micros } from "../base/types.ts";
import { type DeviceNode, Directory, type FieldNode, type ProductNode } from "../fleet/directory.ts";
import { PLAIN_DOWNLINK } from "../fleet/edit/downlinks.ts";
import { FleetService } from "../fleet/service.ts";
import { MemoryFleet } from "../fleet/testing.ts";
import { hashToken } from "../fleet/token.ts";
import { FreeTaps } from "../fanout/free-taps.ts";
import { LiveTaps } from "../fanout/live-taps.ts";
import type {
  Broker,
  Dashboard,
  DashboardShare,
  Field,
  FleetChange,
  Grant,
  Rule,
  Sparkplug,
  Webhook,
} from "../fleet/types.ts";
import type { Deletion } from "../history/deletion.ts";
import type { SeriesRef } from "../history/usage.ts";
import { EventLog, type Watcher } from "../ingest/event-log.ts";
import { RetainedMessages } from "../ingest/retained.ts";
import type { Recorder, ReportedRefusal, Submission } from "../ingest/types.ts";
import { Passes } from "../integrations/inbound/passes.ts";
import { Suggestions } from "../integrations/inbound/suggestions.ts";
import type { Tried } from "../integrations/tryout/tried.ts";
import type { Incoming, Received } from "../integrations/types.ts";
import { newParsed, parseJson, toValue } from "../measure/index.ts";
import type { Value } from "../measure/types.ts";
import { QuickHasher } from "../people/people.testing.ts";
import { Shares } from "../people/shares.ts";
import { MemoryAudit } from "../store/memory/audit.ts";
import { MemoryReads } from "../store/memory/points.ts";
import type {
  DataStore,
  InspectorEvent,
  EventQuery,
  LogRecord,
  Point,
  StoredEvent,
  StoredPass,
  StoredRefusal,
} from "../store/ports.ts";
import type { PresenceReader, SeriesReader } from "./deps.ts";
import type { BackupPort, InstanceFacts, InstancePort, SettingInForce } from "./instance/port.ts";
import { createHttp } from "./index.ts";
import type { Brakes } from "./limits.ts";
import type { StaticFiles } from "./kit/static.ts";
import { MemorySessions } from "./compat/sessions.testing.ts";
import { makeDownlinks } from "../integrations/downlinks/world.testing.ts";
import { specOf } from "../measure/types.ts";
import { PLAIN_BROKER } from "../fleet/brokers.ts";
import { STILL_ALERTS } from "./alerts.testing.ts";
import { STILL_BROKERS } from "./brokers.testing.ts";
import { STILL_RULES } from "./rules.testing.ts";
import { STILL_WEBHOOKS } from "./webhooks.testing.ts";

/** 2026-03-01T12:00:00Z */
export const NOW: Micros = 1_772_366_400_000_000;
export const OWNER = "a".repeat(40);
export const RECORDER = "b".repeat(40);
export const VIEWER = "c".repeat(40);
export const BLIND = "d".repeat(40);
export const EXPIRED = "e".repeat(40);
/** May operate the instance, and nothing else. */
export const OPERATOR = "9".repeat(40);
export const STRANGER = "f".repeat(40);

const A_RULE = {
  ...{ uid: 1, workspace: 1, name: "door", active: true, created: NOW },
  scope: { products: [], devices: [], tags: [] },
  definition: {
    trigger: { type: "measurement", fields: ["DOOR"] },
    condition: { field: "DOOR", operator: "=", value: true },
    ...{ for: null, repeat: null, hours: null, limit: null, max_age: "1h" },
  },
  actions: [
    {
      ...{ type: "webhook", on: ["fired"], url: "https://hooks.example.com/", body: null, secret: null },
      headers: { Authorization: "Bearer very-secret" },
    },
  ],
  alert: { severity: "warning", text: "{{ rule }}", closes: true },
  account: { user: 1, apiUser: null },
} as const satisfies Rule;
const A_WEBHOOK = {
  uid: 1,
  workspace: 1,
  name: "hook",
  url: "https://hooks.example.com/",
  events: ["device_measurement"],
  filter: { products: [], devices: [], tags: [], fields: [] },
  headers: { Authorization: "Bearer very-secret" },
  form: "original",
  batchMax: 1,
  batchWait: 0,
  secret: `whsec_${"A".repeat(32)}`,
  signature: "standard",
  account: { user: 1, apiUser: null },
  active: true,
  created: 0,
} as const satisfies Webhook;
/** Of the product `p`, for each of its devices. */
const A_DASHBOARD: Dashboard = {
  ...{ uid: 1, workspace: 1, product: 1, name: "door", created: 0 },
  content: {
    ...{ version: 1, range: "24h", phone: null },
    widgets: [{ id: "door", type: "boolean", place: { x: 0, y: 0, w: 3, h: 2 }, source: { field: "DOOR" } }],
  },
};
const A_SHARE: DashboardShare = {
  ...{ uid: 1, dashboard: 1, device: 1, name: "wall", hash: "ab".repeat(32), passwordHash: null },
  ...{ account: { user: 1, apiUser: null }, created: 0, expires: null, used: null },
};
const A_BROKER = {
  ...PLAIN_BROKER,
  uid: 1,
  workspace: 1,
  name: "plant",
  addresses: ["mqtts://broker.example.com"],
  username: "us",
  password: "very-secret",
  clientId: "fieldcast-1",
  account: 2,
  routes: [{ direction: "forward", pattern: "home/#", way: "both", qos: 1, local_prefix: "", remote_prefix: "" }],
  created: 0,
} as const satisfies Broker;
const A_HOST = {
  uid: 1,
  workspace: 1,
  host: "scada",
  account: 1,
  products: [{ nodes: "plant/#", product: 1 }],
  reorder: 5000,
  rebirth: true,
  active: true,
} as const satisfies Sparkplug;
const apiUser = (uid: number, workspace: number, secret: string, can: Grant[]): FleetChange[] => [
  {
    kind: "apiUser",
    op: "put",
    row: { uid, workspace, name: uid === 1 ? "one" : `api ${uid}`, mqtt: true, grants: can },
  },
  token(uid, secret, null, uid),
];
function token(
  uid: number,
  secret: string,
  user: number | null,
  apiUser: number | null,
  expires: number | null = null,
) {
  const row = { uid, hash: hashToken(secret), hint: "", name: "", user, apiUser, created: 0, expires };
  return { kind: "token", op: "put", row } satisfies FleetChange;
}
const product = (uid: number, workspace: number, slug: string): FleetChange => ({
  kind: "product",
  op: "put",
  row: { uid, workspace, slug, name: slug, retainLastValues: false, publishBackfill: false, boolText: "true" },
});
const field = (uid: number, productUid: number, id: string, type: Field["type"], unit: string | null = null) =>
  ({
    kind: "field",
    op: "put",
    row: { uid, product: productUid, id, type, name: id.toLowerCase(), unit },
  }) satisfies FleetChange;
const device = (uid: number, productUid: number, id: string, serial: string | null): FleetChange => ({
  kind: "device",
  op: "put",
  row: { uid, product: productUid, id, name: `Device ${uid}`, serial, tags: ["t"] },
});

const LORA = { server: "https://lora.example.com", application: null, webhook: null, key: "a-key" } as const;
const RESET = { source: "hex", content: "01ff", port: 3 } as const;

/**
 * Two workspaces. In the first: product `p` with devices d1 (serial S1), d2 (serial SAME) and product `q` with d3
 * (serial SAME) and `twice` (which `p` has as well); in the second: product `z` with the device `hidden`.
 */
function fleet(): FleetChange[] {
  return [
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    { kind: "workspace", op: "put", row: { uid: 2, slug: "v", name: "" } },
    product(1, 1, "p"),
    product(2, 1, "q"),
    product(3, 2, "z"),
    field(1, 1, "TEMPERATURE", "NUMERIC", "°C"),
    field(2, 1, "DOOR", "BOOL"),
    field(3, 1, "NOTE", "STRING"),
    field(4, 1, "POSITION", "GEO"),
    field(5, 2, "TEMPERATURE", "NUMERIC"),
    device(1, 1, "d1", "S1"),
    device(2, 1, "d2", "SAME"),
    device(3, 2, "d3", "SAME"),
    device(4, 1, "twice", null),
    device(5, 2, "twice", null),
    device(6, 3, "hidden", "S1"),
    { kind: "network", op: "put", row: { uid: 1, workspace: 1, name: "lora", type: "chirpstack", ...LORA } },
    { kind: "downlink", op: "put", row: { uid: 1, product: 1, name: "reset", ...PLAIN_DOWNLINK, ...RESET } },
    { kind: "user", op: "put", row: { uid: 1, email: "owner@example.com", admin: true } },
    { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role: "owner" } },
    token(100, OWNER, 1, null),
    token(101, EXPIRED, 1, null, NOW),
    ...apiUser(1, 1, RECORDER, [{ scope: "product", product: 1, can: ["record_measurements"] }]),
    ...apiUser(2, 1, VIEWER, [{ scope: "all", can: ["view"] }]),
    ...apiUser(3, 1, BLIND, [{ scope: "device", device: 1, can: ["record_only"] }]),
    ...apiUser(5, 1, OPERATOR, [{ scope: "instance", can: ["operate"] }]),
    { kind: "webhook", op: "put", row: A_WEBHOOK },
    { kind: "rule", op: "put", row: A_RULE },
    { kind: "dashboard", op: "put", row: A_DASHBOARD },
    { kind: "dashboardShare", op: "put", row: A_SHARE },
    { kind: "broker", op: "put", row: A_BROKER },
    { kind: "sparkplug", op: "put", row: A_HOST },
    ...apiUser(4, 2, STRANGER, [{ scope: "all", can: ["record_measurements"] }]),
  ];
}

/** Keeps in memory what a store would keep: points by series, and the current values. */
class MemoryData extends MemoryReads implements SeriesReader, Pick<DataStore, "readRefusals" | "stats"> {
  private readonly ids = new Map<string, number>();
  private readonly points = new Map<number, Point[]>();
  readonly refusals: StoredRefusal[] = [];
  /** When set, the store answers nothing but this. */
  failure: Error | null = null;
  reads = 0;

  idOf(deviceUid: number, fieldUid: number): number | undefined {
    return this.ids.get(`${deviceUid} ${fieldUid}`);
  }
  /** As `idOf` gave them. */
  private readonly nodes: { readonly device: number; readonly field: number }[] = [];
  /** Set by the world. */
  directory: Directory | null = null;
  device(id: number): DeviceNode | null {
    return this.directory?.deviceByUid(this.nodes[id]?.device ?? 0) ?? null;
  }
  field(id: number): FieldNode | null {
    return this.directory?.field(this.nodes[id]?.field ?? 0) ?? null;
  }
  /** What the log holds. */
  readonly records: LogRecord[] = [];
  protected override log(): readonly LogRecord[] {
    if (this.failure) throw this.failure;
    return this.records;
  }
  current(id: number): Point | null {
    return this.points.get(id)?.at(-1) ?? null;
  }
  seen(device: DeviceNode): { time: Micros | null; number: number } {
    const points = [...device.product.fields.values()].flatMap(
      ({ row }) => this.points.get(this.idOf(device.row.uid, row.uid) ?? 0) ?? [],
    );
    const time = points.length === 0 ? null : Math.max(...points.map((point) => point.time));
    return { time, number: points.length };
  }
  put(deviceUid: number, fieldUid: number, time: Micros, value: Value): void {
    const key = `${deviceUid} ${fieldUid}`;
    const id = this.ids.get(key) ?? this.ids.size + 1;
    this.ids.set(key, id);
    this.nodes[id] = { device: deviceUid, field: fieldUid };
    const others = (this.points.get(id) ?? []).filter((point) => point.time !== time);
    this.points.set(
      id,
      [...others, { time, value }].sort((a, b) => a.time - b.time),
    );
  }
  refs(): SeriesRef[] {
    return [...this.ids.values()].flatMap((id) => {
      const [found, measured] = [this.device(id), this.field(id)];
      return found && measured ? [{ id, device: found, field: measured }] : [];
    });
  }
  readonly erased: Deletion[] = [];
  async forget(): Promise<void> {}
  async erase(deletion: Deletion): Promise<void> {
    if (this.failure) throw this.failure;
    this.erased.push(deletion);
    const { series, range } = deletion;
    const { from, to } = range;
    for (const id of series) {
      const left = this.points.get(id)?.filter(({ time }) => time < from || time >= to) ?? [];
      this.points.set(id, left);
    }
  }
  protected pointsOf(series: number): readonly Point[] {
    this.reads++;
    if (this.failure) throw this.failure;
    return this.points.get(series) ?? [];
  }
  async readRefusals(deviceUid: number | null, principal: string | null, limit: number): Promise<StoredRefusal[]> {
    return this.refusals
      .filter(
        (r) => (deviceUid === null || r.device === deviceUid) && (principal === null || r.principal === principal),
      )
      .slice(0, limit);
  }
  async stats() {
    if (this.failure) throw this.failure;
    return { logRows: 7, logBytes: 70, headBytes: 700, blocks: 0, rollups: 0, fileBytes: 4096, freeBytes: 0 };
  }
}

/** Decides as the real one does, and records in memory. */
class MemoryRecorder implements Recorder {
  readonly submitted: Submission[] = [];
  readonly reported: ReportedRefusal[] = [];
  constructor(
    private readonly data: MemoryData,
    private readonly now: () => Micros,
  ) {}

  async submit(submission: Submission): Promise<number> {
    const { principal, device, rows } = submission;
    if (this.data.failure) throw this.data.failure;
    if (!principal.mayRecord(device)) throw new Refusal("not_permitted", "No.");
    const bad: BadRow[] = [...(submission.bad ?? [])];
    const out = newParsed();
    const good: (() => void)[] = [];
    for (const row of rows) {
      const node = device.product.fields.get(row.field);
      if (!node)
        bad.push({ row: row.index, field: row.field, code: "unknown_field", message: "There is no such field." });
      else if (!parseJson(specOf(node.row.type), row.value, out))
        bad.push({ row: row.index, field: row.field, code: out.code, message: out.error });
      else {
        const value = toValue(specOf(node.row.type), out);
        good.push(() => this.data.put(device.row.uid, node.row.uid, row.time ?? this.now(), value));
      }
    }
    const [first] = bad;
    if (first)
      throw new Refusal(
        (submission.count ?? rows.length) === 1 ? first.code : "invalid_batch",
        "Some rows are refused.",
        bad,
      );
    for (const put of good) put();
    this.submitted.push(submission);
    return rows.length;
  }
  report(refusal: ReportedRefusal): void {
    this.reported.push(refusal);
  }
}

/** EventLog whose events are kept in memory. */
function eventsOf(directory: Directory, clock: Clock, metrics: Metrics) {
  const log = new EventLog(directory, clock, metrics, 1e12);
  const kept: StoredEvent[] = [];
  const read = async (q: EventQuery): Promise<StoredEvent[]> => {
    const op = log.take();
    if (op?.op === "events_put") for (const row of op.rows) kept.push({ id: kept.length + 1, ...row });
    const see = ({ workspace, principal }: InspectorEvent) =>
      q.visible === null || q.visible.principal === principal || q.visible.workspaces.includes(workspace);
    const is = <T>(wanted: T | undefined, value: T) => wanted === undefined || wanted === value;
    return kept
      .filter((e) => see(e) && is(q.principal, e.principal) && is(q.device, e.device) && is(q.kind, e.kind))
      .filter((e) => e.time >= (q.since ?? 0) && e.id < (q.before ?? Number.POSITIVE_INFINITY))
      .reverse()
      .slice(0, q.limit);
  };
  return { all: log, watch: (watcher: Watcher) => log.watch(watcher), read };
}

/** A server that tells what the test says of it. */
class MemoryInstance implements InstancePort {
  day() {
    return { times: [60_000_000], figures: { connections: [3], commit_p99_seconds: [null] } };
  }
  /** Backups by their names; null: no folder is set. */
  files: Map<string, string> | null = new Map();
  works = true;
  caPem: string | null = null;
  ca(): string | null {
    return this.caPem;
  }
  about(): InstanceFacts {
    const listeners = [{ name: "mqtt" as const, host: "127.0.0.1", port: 1883, secure: false }];
    return { version: "1.2.3", startedAt: NOW, publicUrl: null, listeners, certificate: null };
  }
  async figures(): Promise<Record<string, number>> {
    return { fieldcast_connections: 2 };
  }
  nodes: InstancePort["nodes"] = { list: async () => null, drain: async () => {} };
  state: InstancePort["state"] = async (at) => ({ position: at + 1, parts: { series: { count: 2, sum: 3 } } });
  settings(): readonly SettingInForce[] {
    const one = { group: "limits", value: "1M", default: "1M", source: "default", description: "text" } as const;
    return [{ name: "--max-packet", ...one }];
  }
  async productStorage(
    product: ProductNode,
    counts: (device: DeviceNode) => boolean,
  ): ReturnType<InstancePort["productStorage"]> {
    const series = [...product.devicesById.values()].filter(counts).length;
    const size = { measurements: 10 * series, bytes: 0, oldest: null, newest: null, buckets: 0, rollupBytes: 0 };
    return { ...size, series, going: { measurements: 0, bytes: 0 }, logBytesEach: 40 };
  }
  async storage(): ReturnType<InstancePort["storage"]> {
    const all = {
      series: 1,
      measurements: 2,
      bytes: 3,
      oldest: NOW,
      newest: null,
      buckets: 4,
      rollupBytes: 5,
      going: { measurements: 0, bytes: 0 },
    };
    const store = { logRows: 1, logBytes: 2, headBytes: 3, blocks: 4, rollups: 5, fileBytes: 6, freeBytes: 7 };
    return { all, products: [{ name: "p", ...all }], fields: [], devices: [], store, nextSweep: NOW, diskFree: 8 };
  }
  readonly backups: BackupPort = {
    list: () => this.files && [...this.files].map(([name, text]) => ({ name, time: NOW, bytes: text.length })),
    make: async () => {
      if (this.works) this.files?.set("fieldcast-20260301T120000Z.tar", "tar");
      return this.works;
    },
    read: (name) => {
      const text = this.files?.get(name);
      return text === undefined ? null : { stream: new Response(text).body as ReadableStream, bytes: text.length };
    },
  };
}

/** Takes what comes in, and keeps it for the test. */
class MemoryIntegrations {
  readonly received: Incoming[] = [];
  readonly unread: string[] = [];
  /** What comes next is refused with this. */
  failure: Refusal | null = null;
  /** What comes next waits for this. */
  commit: Promise<void> = Promise.resolve();
  readonly inbound = {
    receive: async (incoming: Incoming): Promise<Received> => {
      await this.commit;
      if (this.failure) throw this.failure;
      this.received.push(incoming);
      return { stored: 0, refused: 0, repeated: 0, unknown: 0, suggested: 0 };
    },
    unreadable: (_: Incoming, problem: string) => void this.unread.push(problem),
  };
  readonly suggestions = new Suggestions();
  /** Whether decoders are stopped. */
  areStopped = false;
  readonly stopped = {
    is: () => this.areStopped,
    restart: () => {
      this.areStopped = false;
    },
  };
  readonly tryOut = {
    once: async (): Promise<Tried> => ({
      ...{ decoded: null, messages: ["nothing was tried"], rows: [], fields: [], newFields: [] },
      ...{ devices: [], newDevices: [] },
    }),
    recorded: async () => [],
    map: async () => ({ subscription: "x", matches: true, problem: null, tried: await this.tryOut.once(), events: [] }),
    network: async () => [],
    problem: async (_: unknown, code: string) => (code.includes("{{") ? "line 1: SyntaxError: unexpected token" : null),
  };
  kept: StoredPass[] = [];
  readonly passes = new Passes({ operation: () => {}, durable: async () => {}, read: async () => this.kept });
}

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** What an answer with an error has. */
interface ErrorBody {
  readonly code?: string;
  readonly message: string;
  readonly detail: string;
  readonly rows?: readonly BadRow[];
  readonly rows_total?: number;
}
export async function errorOf(answer: Response): Promise<ErrorBody> {
  return (await answer.json()) as ErrorBody; // the tests that read it say what they expect
}

/** A server's HTTP side over the fleet above, with everything that it did open to look at. */
export function makeWorld(
  given: {
    maxBody?: number;
    maxBatchRows?: number;
    maxHistoryPoints?: number;
    maxRequestRate?: number;
    maxIntegrationRate?: number;
    maxReads?: number;
    maxStreams?: number;
    maxStreamBuffer?: number;
    files?: StaticFiles;
    /** It is one of several nodes, and another one has what one does for all. */
    elsewhere?: boolean;
    /** The instance has free topics. */
    freeTopics?: boolean;
  } = {},
) {
  const limits = {
    maxBody: 10_000,
    maxBatchRows: 500,
    maxHistoryPoints: 100_000,
    maxRequestRate: 0,
    maxIntegrationRate: 0,
    maxReads: 4,
    maxStreams: 3,
    maxStreamBuffer: 4000,
    ...given,
  };
  const directory = new Directory();
  const { freeTopics = false } = given;
  const authority = new Authority(directory, { freeTopics });
  const free = freeTopics
    ? { taps: new FreeTaps(), retained: new RetainedMessages(), mayStillPublish: (key: string) => key !== "a:0" }
    : null;
  directory.apply(fleet());
  const time = { now: NOW };
  const data = new MemoryData();
  data.directory = directory;
  const recorder = new MemoryRecorder(data, () => time.now);
  const metrics = new Metrics();
  const logged: { fields: object; message: string }[] = [];
  const say = (fields: object, message: string) => void logged.push({ fields, message });
  const log = { debug: say, info: say, warn: say, error: say };
  /** `seq`: number of the last row that was told to listeners. */
  const state = { ready: true, seq: 0 };
  /** What the devices' connections are, by uid. */
  const connected = new Map<number, ReturnType<PresenceReader["of"]>>();
  const nobody = { connected: false, connectedAt: null, disconnectedAt: null, number: 0 };
  const presence: PresenceReader = { of: (device) => connected.get(device.row.uid) ?? nobody };
  const sessions = new MemorySessions();
  const clock = oneClock(() => time.now);
  const ready = () => state.ready;
  /** What the brakes were asked, what they answer, and the delays that run out when the test says so. */
  const braked = { failed: [] as string[], asked: [] as string[], wait: 0, delay: 0, due: [] as (() => void)[] };
  const brakes: Brakes = {
    failedLogin(address) {
      braked.failed.push(address);
      return braked.delay;
    },
    record(account, bytes) {
      braked.asked.push(`${account} ${bytes}`);
      return braked.wait;
    },
    later: (fn, ms) => void (ms === 0 ? fn() : braked.due.push(fn)),
  };
  let bytes = 0;
  const fleetStore = new MemoryFleet(1000);
  const service = new FleetService({
    store: fleetStore,
    directory,
    micros: clock.micros,
    random: (n) => Uint8Array.from({ length: n }, () => ++bytes % 256),
  });
  const instance = new MemoryInstance();
  const integrations = new MemoryIntegrations();
  const downlinks = makeDownlinks({ directory, clock, hold: true });
  const deps = {
    instance,
    fleet: service,
    durable: async () => {},
    prefix: "dtck",
    directory,
    authority,
    recorder,
    series: data,
    presence,
    store: data,
    audit: new MemoryAudit(),
    downlinks: downlinks.port,
    events: eventsOf(directory, clock, metrics),
    eraser: data,
    index: {
      open: async () => data,
      all: async () => data.refs(),
    },
    live: { taps: new LiveTaps(data), fannedSeq: () => state.seq, store: data, free },
    sessions,
    integrations,
    webhooks: STILL_WEBHOOKS,
    rules: STILL_RULES,
    alerts: STILL_ALERTS,
    brokers: STILL_BROKERS,
    // what hears and asks: src/integrations/sparkplug, test/sparkplug
    sparkplug: {
      status: () => ({ state: "online" as const, reason: null, nodes: 0, alive: 0 }),
      parts: () => [],
      rebirth: () => undefined,
      forget: async () => undefined,
    },
    // the rules themselves: src/broker/ask.test.ts, test/client.test.ts
    access: {
      prefix: "dtck",
      account: (key: string) => authority.principalOf(key),
      publish: () => null,
      subscribe: (_: unknown, filter: string) => ({
        granted: true as const,
        canonical: filter,
        note: null,
        absent: null,
      }),
    },
    shares: new Shares({ directory, fleet: service, authority, clock, log, hasher: new QuickHasher() }),
    brakes,
    metrics,
    clock,
    log,
    ready,
    limits,
  };
  const parts = given.elsewhere === true ? partsElsewhere(deps) : {};
  const http = createHttp({ ...deps, ...parts, files: given.files });
  /** @param path from the slash on; @param secret the token, null for none */
  const ask = async (
    method: string,
    path: string,
    secret: string | null,
    body?: Body,
    more: Record<string, string> = {},
  ) => {
    const headers = new Headers(more);
    if (secret !== null) headers.set("Authorization", `Token ${secret}`);
    const init = body === undefined ? { method, headers } : { method, headers, body };
    return http.fetch(new Request(`http://localhost${path}`, init), { remoteAddress: "127.0.0.1" });
  };
  const node = (uid: number) => directory.deviceByUid(uid) as DeviceNode; // one of the fleet above
  return { ...deps, fleetStore, braked, connected, data, http, ask, node, logged, state, time };
}

/** What one node does for all, as another one has it: whoever asks any of it is refused. */
function partsElsewhere<Deps extends Parameters<typeof createHttp>[0]>(deps: Deps): Partial<Deps> {
  const refusing = (): never =>
    new Proxy({} as never, {
      get() {
        throw new Refusal("node_unreachable", "Another node has it.");
      },
    });
  const { webhooks, alerts, brokers, sparkplug, rules, downlinks, integrations } = deps;
  const names = Object.keys({ webhooks, alerts, brokers, sparkplug, rules, downlinks, integrations });
  return Object.fromEntries(names.map((name) => [name, refusing()])) as unknown as Partial<Deps>; // each part by its name
}
