import { Client } from "../load/client.ts";
import { drain, type Figures, measureRates } from "../load/measure.ts";
import type { OnPacket } from "../load/framer.ts";
import { encodeBlock, Pump } from "../load/pump.ts";
import { allDevices, CPU_ROWS, type LoadOptions, publisherTopics, type Scenario } from "./scenario.ts";

/** The window is sent in so many blocks: one is written again when the last of its messages is acknowledged. */
const BLOCKS_PER_WINDOW = 4;

/** Many publishers at QoS 1 with a window of unacknowledged messages each, one subscriber at QoS 1 that acknowledges. */
export const fanInQos1: Scenario = {
  id: "fan-in-qos1",
  title: (volume) => `${volume.publishers} publishers → 1 subscriber, QoS 1, ${volume.window} in flight each`,
  rows: [
    { key: "acknowledged", label: "acknowledged publishes/s", unit: "number" },
    { key: "delivered", label: "delivered/s", unit: "number" },
    { key: "share", label: "delivered of all acknowledged", unit: "percent" },
    { key: "refused", label: "refused publishes/s", unit: "number" },
    ...CPU_ROWS,
  ],
  aim: "5×",
  load,
};

interface Counters {
  acknowledged: number;
  /** Acknowledged with a reason of failure (MQTT 5 tells; 3.1.1 cannot). */
  refused: number;
  delivered: number;
  written: number;
}

async function load(options: LoadOptions): Promise<Figures> {
  const counters: Counters = { acknowledged: 0, refused: 0, delivered: 0, written: 0 };
  const subscriber = await Client.connect(options.target, "bench-sub");
  await subscriber.subscribe(allDevices(options), 1);
  acknowledgeAll(subscriber, counters);

  let stopped = false;
  const pumps: Pump[] = [];
  for (let i = 0; i < options.publishers; i++) pumps.push(await publisher(options, i, counters, () => stopped));
  for (const pump of pumps) pump.run();
  const rates = await measureRates(options.warmup, options.seconds, options.serverPid, () => ({ ...counters }));
  stopped = true;
  await drain(
    () => counters.acknowledged >= counters.written && counters.delivered >= counters.written,
    () => counters.acknowledged + counters.delivered,
  );
  const share = counters.delivered / counters.acknowledged;
  for (const client of [subscriber, ...pumps.map((pump) => pump.client)]) client.close();
  return { ...rates, share };
}

/** A publisher that keeps its window full until `stopped`. */
async function publisher(
  options: LoadOptions,
  index: number,
  counters: Counters,
  stopped: () => boolean,
): Promise<Pump> {
  const client = await Client.connect(options.target, `bench-pub-${index}`);
  const topics = publisherTopics(options, index, options.publishers);
  const size = Math.max(1, Math.floor(Math.min(options.window, client.receiveMaximum) / BLOCKS_PER_WINDOW));
  const blocks = Array.from({ length: BLOCKS_PER_WINDOW }, (_, b) =>
    encodeBlock(options.target.version, topics, size, 1, 1 + b * size, index * BLOCKS_PER_WINDOW + b),
  );
  const unacknowledged = blocks.map(() => 0);
  const free = blocks.map((_, b) => b);
  const pump = new Pump(client, () => {
    const b = stopped() ? undefined : free.shift();
    if (b === undefined) return undefined;
    unacknowledged[b] = size;
    counters.written += size;
    return blocks[b];
  });
  client.onPacket = (first, bytes, body, end) => {
    if (first !== 0x40) return;
    const packetId = ((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0);
    const b = Math.floor((packetId - 1) / size);
    counters.acknowledged++;
    if (end - body > 2 && (bytes[body + 2] ?? 0) >= 0x80) counters.refused++;
    const left = (unacknowledged[b] ?? 0) - 1;
    unacknowledged[b] = left;
    if (left === 0) free.push(b);
  };
  client.onChunkRead = () => pump.run();
  return pump;
}

/** Counts what arrives and answers each chunk's messages with one write of PUBACKs. */
function acknowledgeAll(client: Client, counters: Counters): void {
  let pending = new Uint8Array(1 << 16);
  let filled = 0;
  const flush = () => {
    if (filled === 0) return;
    const taken = client.write(pending, 0, filled);
    pending.copyWithin(0, taken, filled);
    filled -= taken;
  };
  const onPacket: OnPacket = (first, bytes, body) => {
    if (first >> 4 !== 3) return;
    counters.delivered++;
    if ((first & 0x06) !== 0x02) return;
    const id = body + 2 + (((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0)); // after the topic
    if (filled + 4 > pending.length) {
      const larger = new Uint8Array(pending.length * 2);
      larger.set(pending);
      pending = larger;
    }
    pending[filled++] = 0x40;
    pending[filled++] = 2;
    pending[filled++] = bytes[id] ?? 0;
    pending[filled++] = bytes[id + 1] ?? 0;
  };
  client.onPacket = onPacket;
  client.onChunkRead = flush;
  client.onWritable = flush;
}
