import { oneClock } from "../../src/base/clock.ts";
import { Metrics } from "../../src/base/metrics.ts";
import { Authority } from "../../src/auth/authority.ts";
import { BatchRows } from "../../src/feed/batch-rows.ts";
import { Consumers } from "../../src/feed/consumers.ts";
import { Directory } from "../../src/fleet/directory.ts";
import { createWebhook, type WebhookWish } from "../../src/fleet/edit/webhooks.ts";
import { FleetService } from "../../src/fleet/service.ts";
import { MemoryFleet } from "../../src/fleet/testing.ts";
import type { FleetChange, Webhook } from "../../src/fleet/types.ts";
import type { SeenEvent } from "../../src/ingest/event-log.ts";
import { Webhooks } from "../../src/integrations/webhooks/webhooks.ts";
import { Outgoing } from "../../src/outgoing/outgoing.ts";
import type { MemoryData } from "../../src/store/memory/data.ts";
import { MemoryDataStore } from "../../src/store/memory/store.ts";
import type { StoreOp } from "../../src/store/ports.ts";
import { RecordWriter, TAG_PUBLISHED } from "../../src/store/record.ts";
import { until } from "../run/until.ts";

/**
 * Webhooks on a store in memory, with time that the test sets, and endpoints that are real HTTP servers. Each device of the two products has
 * one series, whose number is its uid.
 */

const START = Date.UTC(2026, 2, 1, 12) * 1000;
const product = (uid: number, slug: string): FleetChange => ({
  kind: "product",
  op: "put",
  row: { uid, workspace: 1, slug, name: slug, retainLastValues: false, publishBackfill: false, boolText: "true" },
});
const field = (uid: number, of: number): FleetChange => ({
  kind: "field",
  op: "put",
  row: { uid, product: of, id: "T", type: "NUMERIC", name: "T", unit: "°C" },
});
const device = (uid: number, of: number, tags: readonly string[] = []): FleetChange => ({
  kind: "device",
  op: "put",
  row: { uid, product: of, id: `d${uid}`, name: `Device ${uid}`, serial: null, tags },
});
const FLEET: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "home", name: "" } },
  product(1, "pump"),
  product(2, "door"),
  field(1, 1),
  field(2, 2),
  ...[1, 2, 3, 4].map((uid) => device(uid, 1, uid === 2 ? ["hall"] : [])),
  device(5, 2),
  { kind: "user", op: "put", row: { uid: 1, email: "ada@example.com", admin: true } },
  { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role: "owner" } },
  {
    kind: "apiUser",
    op: "put",
    row: { uid: 1, workspace: 1, name: "narrow", mqtt: true, grants: [{ scope: "device", device: 1, can: ["view"] }] },
  },
];

/** A request as an endpoint got it. */
export interface Got {
  readonly id: string;
  readonly headers: Headers;
  readonly body: string;
}
/** An endpoint: what it got, and how it answers. */
export class Endpoint {
  readonly got: Got[] = [];
  /** How it answers the n-th request, from 0 on. */
  answer: (got: Got, n: number) => Response | Promise<Response> = () => new Response("ok");
  private readonly server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const got = { id: request.headers.get("webhook-id") ?? "", headers: request.headers, body: await request.text() };
      this.got.push(got);
      return this.answer(got, this.got.length - 1);
    },
  });
  get url(): string {
    return `http://127.0.0.1:${this.server.port}/hook`;
  }
  /** What was sent in single events. */
  get values(): [device: string, value: unknown][] {
    return this.got.map(({ body }) => {
      const { data } = JSON.parse(body) as { data: { device: { id: string }; value: unknown } };
      return [data.device.id, data.value];
    });
  }
  async stop(): Promise<void> {
    await this.server.stop(true);
  }
}

interface Options {
  readonly data?: MemoryData;
  readonly timeout?: number;
  readonly allow?: readonly string[];
  readonly limits?: { readonly maxLagBytes: number; readonly maxLagAge: number };
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** The fleet as it was. */
  readonly fleet?: readonly FleetChange[];
  readonly now?: number;
}
export type World = Awaited<ReturnType<typeof makeWorld>>;

export async function makeWorld(options: Options = {}) {
  const { allow = ["127.0.0.1"], timeout = 5000, limits = { maxLagBytes: 1e9, maxLagAge: 1e15 } } = options;
  const store = new MemoryDataStore(options.data);
  await store.open();
  const time = { now: options.now ?? START };
  const clock = oneClock(() => time.now);
  const logged: string[] = [];
  const say = (_: object, text: string) => void logged.push(text);
  const log = { debug() {}, info() {}, warn: say, error: say };
  const directory = new Directory();
  const authority = new Authority(directory);
  directory.apply(options.fleet ?? FLEET);
  const fleetStore = new MemoryFleet(100);
  const random = (n: number) => new Uint8Array(n).fill(7);
  const fleet = new FleetService({ store: fleetStore, directory, micros: () => time.now, random });
  let timers: { readonly at: number; readonly fn: () => void }[] = [];
  const later = (fn: () => void, ms: number): void => {
    if (ms <= 0) setImmediate(fn);
    else timers.push({ at: time.now + ms * 1000, fn });
  };
  const ops: StoreOp[] = [];
  const commits = { batch: { empty: false, ops }, batcher: { poke() {} }, committedBytes: 0 };
  const heard = new Map<number, number>();
  const series = {
    device: (id: number) => directory.deviceByUid(id) ?? null,
    field: (id: number) => directory.field(directory.deviceByUid(id)?.product.row.uid ?? 0) ?? null,
    seen: ({ row }: { readonly row: { readonly uid: number } }) => ({ time: heard.get(row.uid) ?? null }),
    idOf: (uid: number) => uid,
    current: () => null,
  };
  const consumers = new Consumers({ store, names: series, clock, log, limits, commits, later });
  await consumers.load((store.data.nextSeq ?? 1) - 1);
  const events: SeenEvent[] = [];
  const metrics = new Metrics();
  const commit = async (rows: readonly (readonly [device: number, value: number])[] = []): Promise<void> => {
    const writer = rows.length > 0 ? new RecordWriter(256) : null;
    for (const [id, value] of rows) writer?.decimal(TAG_PUBLISHED, id, time.now + value, 0, 0, value);
    for (const [id] of rows) heard.set(id, time.now);
    consumers.sealing();
    const series = options.data === undefined && store.data.nextSeq === 1 ? [1, 2, 3, 4, 5] : [];
    const puts = series.map(
      (id): StoreOp => ({ op: "series_put", id, device: id, field: id === 5 ? 2 : 1, type: "NUMERIC" }),
    );
    const blob = writer?.finish() ?? null;
    commits.committedBytes += blob?.length ?? 0;
    const { firstSeq } = await store.commit({ count: rows.length, blob, ops: [...puts, ...ops.splice(0)] });
    if (rows.length === 0) return;
    // consumers find them in the log
    consumers.passed(firstSeq + rows.length - 1);
    consumers.tell(NOTHING, 0, 0, firstSeq + rows.length - 1);
  };
  const outgoing = new Outgoing({
    allow,
    timeout,
    maxAnswer: 4096,
    ...(options.resolve && { resolve: options.resolve }),
  });
  const webhooks = new Webhooks({
    directory,
    fleet,
    authority,
    series,
    consumers,
    store,
    operation: (op) => void ops.push(op),
    durable: () => commit(),
    post: outgoing,
    clock,
    log,
    chance: () => 0.5,
    later,
    tell: (event) => void events.push(event),
    metrics,
  });
  webhooks.start();
  const fire = (): void => {
    const due = timers.filter(({ at }) => at <= time.now);
    timers = timers.filter(({ at }) => at > time.now);
    for (const { fn } of due) fn();
  };
  return {
    store,
    directory,
    fleet,
    webhooks,
    consumers,
    metrics,
    events,
    logged,
    time,
    commit,
    /** Time goes on: timers run, as the ticks of each second do (of long times: one). */
    async pass(seconds: number): Promise<void> {
      time.now += seconds * 1e6;
      fire();
      consumers.tick();
      webhooks.tick();
      await commit();
    },
    /** Makes a webhook; what is left out is as simple as it can be. */
    async hook(url: string, more: Partial<WebhookWish> = {}): Promise<Webhook> {
      const wish: WebhookWish = {
        name: `hook ${directory.all("webhook").length + 1}`,
        url,
        events: ["device_measurement"],
        filter: { products: [], devices: [], tags: [], fields: [] },
        headers: {},
        form: "original",
        batchMax: 1,
        batchWait: 0,
        signature: "standard",
        account: { user: null, apiUser: null },
        active: true,
        ...more,
      };
      await fleet.edit((draft) => createWebhook(draft, 1, wish));
      const row = directory.named("webhook", 1, wish.name);
      if (row === undefined) throw new Error("it was made");
      await until("it is loaded", () => webhooks.status(row.uid));
      await commit();
      return row;
    },
    /** Everything that a fleet file would hold, for another life. */
    rows: (): FleetChange[] => [
      ...(options.fleet ?? FLEET),
      ...directory.all("webhook").map((row): FleetChange => ({ kind: "webhook", op: "put", row })),
    ],
  };
}
const NOTHING = new BatchRows();
