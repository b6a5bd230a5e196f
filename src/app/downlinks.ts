import type { DownlinkPort } from "../integrations/downlinks/port.ts";
import type { DeviceNode } from "../fleet/directory.ts";
import { Downlinks } from "../integrations/downlinks/downlinks.ts";
import { Keeper } from "../integrations/downlinks/keeper.ts";
import { Triggers } from "../integrations/downlinks/triggers.ts";
import type { Downlink } from "../integrations/downlinks/types.ts";
import type { Sandbox } from "../decoders/sandbox.ts";
import type { Learnt } from "../networks/downlinks/types.ts";
import type { NetworkEvent } from "../networks/types.ts";
import { isAccountKey } from "../store/owner.ts";
import type { Core } from "./core.ts";
import type { SendMetrics } from "../integrations/sparkplug/types.ts";
import { forgetLeft } from "./left-behind.ts";
import { type Elsewhere, type PublishElsewhere, senderOf } from "./downlink-sender.ts";

interface OpenDownlinks {
  /** For use cases. */
  readonly port: DownlinkPort;
  /** Who wants to hear of changes says so to its `book`. */
  readonly downlinks: Downlinks;
  /** An event of a network about a device; see Reports.heard. */
  heard(device: DeviceNode, event: NetworkEvent): Promise<void>;
  /** Who has connections to external brokers says so here. */
  toBrokers(publish: PublishElsewhere): void;
  /** Who speaks to edge nodes of Sparkplug B says so here. */
  toSparkplug(send: SendMetrics): void;
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
  const elsewhere: Elsewhere = { publish: () => null, command: () => null };
  const sender = senderOf(core, sandbox, addresses, elsewhere);
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
  for (const op of forgetLeft(engine.left, (devices) => keeper.forgetDevices(devices, [], triggers.fields)))
    hub.operation(op);
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
    heard: (device, event) => downlinks.heard(device, event),
    toBrokers(publish) {
      elsewhere.publish = publish;
    },
    toSparkplug(send) {
      elsewhere.command = send;
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
  // a command is no account
  const principal = isAccountKey(by) ? by : "";
  ingest.eventLog.seen({ kind: "downlink", principal, device, code, topic: name ?? id, message });
}
