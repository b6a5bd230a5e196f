/** The load that both QoS 0 scenarios share: publishers flat out, subscribers that only count. */
import { Client, connectMany } from "../load/client.ts";
import { drain, type Figures, measureRates } from "../load/measure.ts";
import { pingPacket } from "../load/packets.ts";
import { encodeBlock, Pump } from "../load/pump.ts";
import { allDevices, CPU_ROWS, type LoadOptions, publisherTopics, type Row } from "./scenario.ts";

const BLOCK_MESSAGES = 250;
/** Blocks of one publisher that the server has not read yet: enough that it never waits for the load, and little to drain. */
const BLOCKS_UNREAD = 32;

export const QOS0_ROWS: readonly [Row, ...Row[]] = [
  { key: "delivered", label: "delivered/s", unit: "number" },
  { key: "published", label: "published/s (read by the server)", unit: "number" },
  { key: "share", label: "delivered of all published", unit: "percent" },
  ...CPU_ROWS,
];

/**
 * Publishes flat out at QoS 0. Every block ends with a PINGREQ, because nothing else tells what the server has read: the
 * kernel alone holds more than a slow server reads in the whole run.
 * @returns `delivered` and `published` (read by the server) per second of the clock, and `share`: of all that was published from first to last, how
 *   much had arrived when nothing more came (per subscriber, 0–1)
 */
export async function qos0Flood(options: LoadOptions, publishers: number, subscribers: number): Promise<Figures> {
  const { target } = options;
  let delivered = 0;
  const listeners = await connectMany(target, "bench-sub", subscribers);
  for (const listener of listeners) {
    listener.onPacket = (first) => {
      if (first >> 4 === 3) delivered++;
    };
    await listener.subscribe([allDevices(options)], 0);
  }

  let stopped = false;
  let written = 0;
  let published = 0;
  const pumps: Pump[] = [];
  for (let i = 0; i < publishers; i++) {
    const client = await Client.connect(target, `bench-pub-${i}`);
    const publishes = encodeBlock(client, publisherTopics(options, i, publishers), BLOCK_MESSAGES, 0, 0, i);
    const block = Buffer.concat([publishes, client.frame(pingPacket())]);
    let unread = 0;
    const pump = new Pump(client, () => {
      if (stopped || unread === BLOCKS_UNREAD) return undefined;
      unread++;
      written += BLOCK_MESSAGES;
      return block;
    });
    client.onPacket = (first) => {
      if (first !== 0xd0) return;
      unread--;
      published += BLOCK_MESSAGES;
    };
    client.onChunkRead = () => pump.run();
    pumps.push(pump);
  }

  for (const pump of pumps) pump.run();
  const rates = await measureRates(options.warmup, options.seconds, options.serverPid, () => ({
    delivered,
    published,
  }));
  stopped = true;
  await drain(
    () => published === written && delivered >= written * subscribers,
    () => delivered + published,
  );
  const share = delivered / (written * subscribers);
  for (const client of [...listeners, ...pumps.map((pump) => pump.client)]) client.close();
  return { ...rates, share };
}
