import { Client } from "../load/client.ts";
import { drain, type Figures, measureWork } from "../load/measure.ts";
import { publishPacket, readings } from "../load/packets.ts";
import { Pump } from "../load/pump.ts";
import { median } from "../table.ts";
import { CPU_ROWS, DEVICES, isRefusal, type LoadOptions, type Needs, type Scenario } from "./scenario.ts";

/** Subscribers that come one after the other. */
const REPLAYS = 3;

/** New subscribers to very many topics that each have a retained value. */
function retained(id: string, topics: Needs["topics"]): Scenario {
  return {
    id,
    group: "scale",
    title: (volume) =>
      `${volume.retained} retained values ${topics === "free" ? "on free topics" : "of a product"} → a new subscriber, QoS 0`,
    rows: [
      { key: "delivered", label: "delivered/s", unit: "number" },
      { key: "seconds", label: "until the last one", unit: "seconds" },
      { key: "share", label: "delivered of all retained", unit: "percent" },
      { key: "published", label: "published/s before (1 publisher, QoS 1)", unit: "number" },
      ...CPU_ROWS,
    ],
    aim: "–",
    needs: (volume) => ({ transport: "tcp", topics, retainedFields: fields(volume.retained) }),
    load,
  };
}

export const RETAINED: readonly Scenario[] = [retained("retained", "platform"), retained("free-retained", "free")];

const fields = (values: number) => Math.ceil(values / DEVICES);

async function load(options: LoadOptions): Promise<Figures> {
  const { seconds: filling = Number.NaN } = await measureWork(undefined, () => publishAll(options));
  const replays: Figures[] = [];
  for (let i = 0; i < REPLAYS; i++) replays.push(await replay(options, i));
  const middle = (key: string) => median(replays.map((one) => one[key] ?? Number.NaN));
  return {
    delivered: middle("delivered"),
    seconds: middle("seconds"),
    share: Math.min(...replays.map((one) => one.share ?? 0)),
    published: options.retained / filling,
    serverCpu: middle("serverCpu"),
    loadCpu: middle("loadCpu"),
  };
}

/** Publishes one value on every topic and waits for all acknowledgements. */
async function publishAll(options: LoadOptions): Promise<void> {
  const client = await Client.connect(options.target, "bench-pub");
  const window = Math.min(options.window, client.receiveMaximum);
  const values = readings(1);
  let written = 0;
  let acknowledged = 0;
  let refused = 0;
  const done = Promise.withResolvers<void>();
  const pump = new Pump(client, () => {
    const packets: Uint8Array[] = [];
    while (written < options.retained && written - acknowledged < window) {
      const topic = `${options.publishPrefix}/bench/dev${written % DEVICES}/F${Math.floor(written / DEVICES)}`;
      const packetId = (written++ % 65_535) + 1;
      packets.push(publishPacket(options.target.version, topic, values.next().value, 1, packetId, true));
    }
    return packets.length === 0 ? undefined : Buffer.concat(packets);
  });
  client.onPacket = (first, bytes, body, end) => {
    if (first >> 4 !== 4) return;
    if (isRefusal(bytes, body, end)) refused++;
    if (++acknowledged === options.retained) done.resolve();
  };
  client.onChunkRead = () => pump.run();
  pump.run();
  await done.promise;
  client.close();
  if (refused > 0) throw new Error(`the server refused ${refused} of ${options.retained} retained values`);
}

/** One new subscriber to all of it. */
async function replay(options: LoadOptions, index: number): Promise<Figures> {
  const client = await Client.connect(options.target, `bench-sub-${index}`);
  let delivered = 0;
  let last = performance.now();
  client.onPacket = (first) => {
    if (first >> 4 === 3) delivered++;
  };
  client.onChunkRead = () => {
    last = performance.now();
  };
  const started = performance.now();
  const work = await measureWork(options.serverPid, async () => {
    await client.subscribe([`${options.subscribePrefix}/bench/+/+`], 0);
    await drain(
      () => delivered >= options.retained,
      () => delivered,
      60,
    );
  });
  client.close();
  const seconds = (last - started) / 1000;
  return { ...work, seconds, delivered: delivered / seconds, share: delivered / options.retained };
}
