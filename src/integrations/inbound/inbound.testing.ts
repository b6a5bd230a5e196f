import { Authority } from "../../auth/authority.ts";
import { oneClock } from "../../base/clock.ts";
import { Refusal } from "../../base/errors.ts";
import { Metrics } from "../../base/metrics.ts";
import type { Sandbox } from "../../decoders/sandbox.ts";
import type { Call, Outcome } from "../../decoders/types.ts";
import { Directory } from "../../fleet/directory.ts";
import { setDecoder } from "../../fleet/edit/decoders.ts";
import { changeProduct } from "../../fleet/edit/products.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { FleetService } from "../../fleet/service.ts";
import { MemoryFleet } from "../../fleet/testing.ts";
import type { Product } from "../../fleet/types.ts";
import { Ingest } from "../../ingest/ingest.ts";
import { SeriesTable } from "../../ingest/series.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import type { MemoryData } from "../../store/memory/data.ts";
import { MemoryDataStore } from "../../store/memory/store.ts";
import type { CommitBatch, Committed } from "../../store/ports.ts";
import { PlatformTopics } from "../../topic/platform.ts";
import { openInbound } from "../open.ts";
import type { Incoming, InboundListener } from "../types.ts";

/** 2026-03-01T12:00:00Z */
export const NOW = 1_772_366_400_000_000;
const FLEET = `
workspaces:
  - slug: w
    products:
      - slug: p
        fields: [{ id: TEMPERATURE, type: NUMERIC }, { id: DOOR, type: BOOL }, { id: NOTE, type: STRING }, { id: PLACE, type: GEO }]
        devices: [{ id: d1, serial: S1 }, { id: d2, serial: 70B3D57ED005A11C }]
      - slug: single
        fields: [{ id: TEMPERATURE, type: NUMERIC }]
        devices: [{ id: only }]
`;

/** A store that can refuse, and holds commits until the test says so. */
class Store extends MemoryDataStore {
  failing = false;
  held = false;
  private readonly waiting: (() => void)[] = [];

  protected override store(batch: CommitBatch, data: MemoryData): Committed | Promise<Committed> {
    if (this.failing) throw new Refusal("storage_unavailable", "The disk is full.");
    const committed = data.apply(batch);
    if (!this.held) return committed;
    return new Promise((resolve) => this.waiting.push(() => resolve(committed)));
  }
  release(): void {
    this.held = false;
    for (const go of this.waiting.splice(0)) go();
  }
}

type Script = (call: Call) => unknown;

/**
 * The way in over a real ingestion and a store in memory; decoders are functions of the test.
 * @param real where scripts run; without it they are functions of the test
 */
export async function makeWorld(store = new Store(), real: Pick<Sandbox, "call" | "on" | "isOff"> | null = null) {
  const opened = await store.open();
  const time = { now: NOW };
  const clock = oneClock(() => time.now);
  const [directory, metrics] = [new Directory(), new Metrics()];
  const authority = new Authority(directory);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const fleet = new FleetService({
    store: new MemoryFleet(),
    directory,
    micros: () => time.now,
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  await fleet.applyFile(FLEET);
  const series = new SeriesTable();
  for await (const states of store.series()) series.load(states, directory);
  const ingest = new Ingest({
    store,
    directory,
    topics: new PlatformTopics("dtck", false),
    series,
    metrics,
    clock,
    log,
    nextSeq: opened.nextSeq,
    options: {
      gapMs: 0,
      graceMs: 0,
      later: (fn, ms) => void (ms < 1000 && setImmediate(fn)),
      maxCommitRows: 1000,
      maxCommitBytes: 1e6,
      maxBatchRows: 100,
      keepEvents: 1e12,
    },
  });
  const scripts = new Map<string, Script>();
  const calls: Call[] = [];
  const sandbox = {
    isOff: () => false,
    on() {},
    async call(call: Call): Promise<Outcome> {
      calls.push(call);
      const told = { log: ["said"], ms: 1 };
      try {
        const result = await scripts.get(call.script.code)?.(call);
        if (typeof result === "object" && result !== null && "reason" in result)
          return { ok: false, ...result } as Outcome;
        return {
          ok: true,
          called: call.kind === "uplink" ? "decodeUplink" : "Decoder",
          result: result ?? null,
          ...told,
        };
      } catch (error) {
        return { ok: false, reason: "threw", message: (error as Error).message, line: 3, ...told };
      }
    },
  };
  const parts = await openInbound({
    directory,
    fleet,
    ingest,
    store,
    sandbox: real ?? sandbox,
    trying: real ?? sandbox,
    current: (device, field) => series.current(series.idOf(device, field) ?? 0),
    clock,
    metrics,
    log,
    root: "dtck-pub",
  });
  const product = (slug = "p"): ProductNode => {
    const node = directory.product(slug);
    if (!node) throw new Error(`there is no product ${slug}`);
    return node;
  };
  const incoming = (body: unknown, more: Partial<Incoming> = {}): Incoming => ({
    way: "http",
    network: null,
    remote: "192.0.2.1",
    request: { method: "POST", path: "/integrations/api/key", query: [], headers: [], form: [] },
    topic: null,
    body: typeof body === "string" ? Buffer.from(body) : Buffer.from(JSON.stringify(body)),
    product: product(),
    events: [],
    principal: null,
    dedupeKeys: [],
    ...more,
  });
  const heard: Parameters<NonNullable<InboundListener["decoded"]>>[0][] = [];
  const events: NetworkEvent[] = [];
  parts.inbound.listen({
    decoded: async (output) => void heard.push(output),
    event: async (_, event) => void events.push(event),
  });
  return {
    ...parts,
    store,
    directory,
    authority,
    fleet,
    ingest,
    series,
    time,
    calls,
    heard,
    events,
    product,
    incoming,
    send: (body: unknown, more: Partial<Incoming> = {}) => parts.inbound.receive(incoming(body, more)),
    /** Sets a product's decoder to a function of the test. */
    async decoder(script: Script, slug = "p"): Promise<void> {
      const code = `script ${scripts.size}`;
      scripts.set(code, script);
      await fleet.edit((draft) => setDecoder(draft, product(slug), { code, by: "me" }));
    },
    /** Sets a product's decoder to a script. */
    script: (code: string, slug = "p") => fleet.edit((draft) => setDecoder(draft, product(slug), { code, by: "me" })),
    change: (changes: Partial<Product>, slug = "p") =>
      fleet.edit((draft) => changeProduct(draft, product(slug), changes)),
    /** The current value of a device's field; undefined: none. */
    current(device: string, field: string, slug = "p") {
      const [node, fieldNode] = [product(slug).device(device), product(slug).fields.get(field)];
      return series.current(series.idOf(node?.row.uid ?? 0, fieldNode?.row.uid ?? 0) ?? 0)?.value;
    },
    /** The passes of a product, newest first. */
    passesOf: async (slug = "p") =>
      (await parts.passes.read({ list: "product", owner: product(slug).row.uid, limit: 100 })).map(({ body }) => body),
    suggested: (slug = "p") => parts.suggestions.list(product(slug).row.workspace, product(slug).row.uid),
  };
}

/** An uplink of d2. */
export const uplink = (more: Partial<NetworkEvent> = {}): NetworkEvent => ({
  network: "tti",
  kind: "up",
  devEui: "70b3d57ed005a11c",
  deviceId: "sensor-2",
  time: NOW / 1000,
  uplink: {
    bytes: Uint8Array.of(1, 2),
    port: 2,
    counter: 7,
    confirmed: false,
    encrypted: false,
    decoded: null,
    rssi: -97,
    snr: 7,
    dataRate: "SF7BW125",
    frequencyHz: 868_100_000,
    codingRate: "4/5",
    gateways: [],
  },
  downlink: null,
  reply: null,
  location: null,
  battery: null,
  text: "An uplink came.",
  dedupeKeys: [],
  raw: { uplink_message: {} },
  ...more,
});
