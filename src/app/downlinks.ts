import type { DownlinkPort } from "../integrations/downlinks/port.ts";
import { configurationOf } from "../fleet/decoders.ts";
import type { DeviceNode } from "../fleet/directory.ts";
import { Downlinks } from "../integrations/downlinks/downlinks.ts";
import { Keeper } from "../integrations/downlinks/keeper.ts";
import { Sender } from "../integrations/downlinks/sender.ts";
import { Triggers } from "../integrations/downlinks/triggers.ts";
import type { Downlink, FieldValue } from "../integrations/downlinks/types.ts";
import type { Sandbox } from "../decoders/sandbox.ts";
import type { Learnt, Verdict, WireAnswer, WireRequest } from "../networks/downlinks/types.ts";
import { Outgoing } from "../outgoing/outgoing.ts";
import type { Core } from "./core.ts";

/** ms for a request to a network, and bytes of its answer that are read. */
const TIMEOUT_MS = 10_000;
const MOST_ANSWER = 64 * 1024;

/** Publishes a message to the external broker of a device's product; null: it has none. */
type PublishElsewhere = (device: DeviceNode, topic: string, payload: string) => Promise<Verdict> | null;

interface OpenDownlinks {
  /** For use cases. */
  readonly port: DownlinkPort;
  /** Events of networks reach it by `heard`; who wants to hear of changes, by `book.onChange`. */
  readonly downlinks: Downlinks;
  /** Who has connections to external brokers says so here. */
  toBrokers(publish: PublishElsewhere): void;
  /** Begins to send, and to look at changes of fields. */
  start(): void;
  tick(): void;
  stop(): Promise<void>;
}

/** Brings back the downlinks that are open; nothing is sent before `start`. */
export async function openDownlinks(core: Core, sandbox: Pick<Sandbox, "call">): Promise<OpenDownlinks> {
  const { config, clock, log, engine, stores } = core;
  const { directory, series, ingest, consumers, hub } = engine;
  const keeper = new Keeper({ store: stores.data, commits: ingest.commits, log });
  const addresses = new Map<number, Learnt>();
  const elsewhere: { publish: PublishElsewhere } = { publish: () => null };
  const sender = new Sender({
    directory,
    call: (call) => sandbox.call(call),
    configurationOf: (device) => configurationOf(directory, device),
    valuesOf: (device) => valuesOf(core, device),
    request: asker(core),
    publish: (device, topic, payload) => elsewhere.publish(device, topic, payload),
    record: (device, rows) => record(core, device, rows),
    learntOf: (device) => addresses.get(device),
    now: () => clock.micros(),
  });
  const later = (fn: () => void, ms: number) => void setTimeout(fn, ms).unref();
  const downlinks = new Downlinks({
    keeper,
    sender,
    clock,
    log,
    addresses,
    later,
    rate: config.maxDownlinkRate,
    chance: Math.random,
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  await downlinks.load((device) => directory.deviceByUid(device) !== undefined);
  const { intake } = downlinks;
  const triggers = new Triggers({ directory, series, consumers, intake, keeper, log, later });
  downlinks.book.onChange((one) => tell(core, one));
  const state = { isOpen: false };
  directory.onChange((changes) => {
    for (const op of downlinks.followed(changes, triggers.fields)) hub.operation(op);
    triggers.forget(changes);
    if (state.isOpen) triggers.look();
  });
  return {
    port: { service: downlinks, sender, now: () => clock.micros() },
    downlinks,
    toBrokers(publish) {
      elsewhere.publish = publish;
    },
    start() {
      state.isOpen = true;
      downlinks.start();
      triggers.look();
    },
    tick: () => downlinks.tick(),
    async stop() {
      state.isOpen = false;
      triggers.stop();
      await downlinks.stop();
    },
  };
}

/** For the inspector. */
function tell({ engine: { ingest } }: Core, { device, by, state: code, steps, id, name }: Downlink): void {
  const message = steps.at(-1)?.note ?? null;
  ingest.eventLog.seen({ kind: "downlink", principal: by, device, code, topic: name ?? id, message });
}

/** The current values of a device's fields. */
function valuesOf({ engine: { series } }: Core, { row, product }: DeviceNode) {
  const found = new Map<string, { readonly value: FieldValue; readonly time: number }>();
  for (const field of product.fields.values()) {
    const current = series.current(series.idOf(row.uid, field.row.uid) ?? 0);
    if (current !== null && field.row.active !== false) found.set(field.row.id, current);
  }
  return found;
}

/** Requests to networks: a redirect is an answer, since what follows one is no POST any more. */
function asker({ config }: Core): (request: WireRequest) => Promise<WireAnswer> {
  const outgoing = new Outgoing({ allow: config.allowOutgoing, timeout: TIMEOUT_MS, maxAnswer: MOST_ANSWER });
  return ({ url, method, headers, body }) =>
    outgoing.request(url, { method, headers, stay: true, cut: true, ...(body !== null && { body }) });
}

/** Writes values to fields of a device, as the owner of the data folder may. */
function record(
  { config, engine: { authority, ingest } }: Core,
  device: DeviceNode,
  rows: readonly { readonly field: string; readonly value: unknown }[],
): Promise<number> {
  const topic = `${config.prefix}-pub/${device.product.row.slug}/${device.row.id}`;
  return ingest.submit({
    principal: authority.localOwner(),
    device,
    rows: rows.map(({ field, value }, index) => ({ field, value, time: null, index })),
    topic,
    payload: new TextEncoder().encode(
      JSON.stringify(Object.fromEntries(rows.map(({ field, value }) => [field, value]))),
    ),
  });
}
