/** The load that the scenarios at QoS 1 and 2 share: publishers that keep a window full, subscribers that acknowledge. */
import { Answers, acknowledgeAll } from "../load/answers.ts";
import { Client, connectMany } from "../load/client.ts";
import { drain, type Figures, measureRates } from "../load/measure.ts";
import { encodeBlock, Pump } from "../load/pump.ts";
import { allDevices, CPU_ROWS, isRefusal, type LoadOptions, publisherTopics, type Row } from "./scenario.ts";

/** The window is sent in so many blocks: one is written again when the last of its messages is acknowledged. */
const BLOCKS_PER_WINDOW = 4;

/** The rows of these scenarios. */
export const FLOOD_ROWS: readonly [Row, ...Row[]] = [
  { key: "acknowledged", label: "acknowledged publishes/s", unit: "number" },
  { key: "delivered", label: "delivered/s", unit: "number" },
  { key: "share", label: "delivered of all acknowledged", unit: "percent" },
  { key: "refused", label: "refused publishes/s", unit: "number" },
  ...CPU_ROWS,
];

interface FloodPlan {
  readonly qos: 1 | 2;
  readonly subscribers?: number;
  /** What each of them subscribes to; every device when it is left out. */
  readonly filter?: string;
}

/** Publishers and subscribers at work. */
export class AcknowledgedFlood {
  readonly counters = { acknowledged: 0, refused: 0, delivered: 0 };
  /** Messages that each subscriber got. */
  readonly received: number[] = [];
  #written = 0;
  #stopped = false;
  readonly #clients: Client[] = [];

  private constructor(
    readonly options: LoadOptions,
    readonly plan: FloodPlan,
  ) {}

  /** Connects all of them, and starts. */
  static async start(options: LoadOptions, plan: FloodPlan): Promise<AcknowledgedFlood> {
    const flood = new AcknowledgedFlood(options, plan);
    const { counters, received } = flood;
    const subscribers = await connectMany(options.target, "bench-sub", plan.subscribers ?? 1);
    for (const [i, subscriber] of subscribers.entries()) {
      received[i] = 0;
      acknowledgeAll(subscriber, () => {
        counters.delivered++;
        received[i] = (received[i] ?? 0) + 1;
      });
      await subscriber.subscribe([plan.filter ?? allDevices(options)], plan.qos);
    }
    const pumps: Pump[] = [];
    for (let i = 0; i < options.publishers; i++) pumps.push(await flood.#publisher(i));
    flood.#clients.push(...subscribers, ...pumps.map((pump) => pump.client));
    for (const pump of pumps) pump.run();
    return flood;
  }

  /** Counts per second, after the warm-up. */
  measure(): Promise<Figures> {
    const { warmup, seconds, serverPid } = this.options;
    return measureRates(warmup, seconds, serverPid, () => ({ ...this.counters }));
  }

  /** Stops publishing, waits for the rest, and closes; returns how much was delivered of all that was acknowledged (0–1). */
  async finish(): Promise<number> {
    this.#stopped = true;
    const { counters } = this;
    await drain(
      () => counters.acknowledged >= this.#written && counters.delivered >= this.#written,
      () => counters.acknowledged + counters.delivered,
    );
    for (const client of this.#clients) client.close();
    return counters.delivered / counters.acknowledged;
  }

  /** A publisher that keeps its window full until all is stopped. */
  async #publisher(index: number): Promise<Pump> {
    const { options, counters, plan } = this;
    const client = await Client.connect(options.target, `bench-pub-${index}`);
    const topics = publisherTopics(options, index, options.publishers);
    const size = Math.max(1, Math.floor(Math.min(options.window, client.receiveMaximum) / BLOCKS_PER_WINDOW));
    const blocks = Array.from({ length: BLOCKS_PER_WINDOW }, (_, b) =>
      encodeBlock(client, topics, size, plan.qos, 1 + b * size, index * BLOCKS_PER_WINDOW + b),
    );
    const unacknowledged = blocks.map(() => 0);
    const free = blocks.map((_, b) => b);
    const releases = new Answers(client.framed);
    const pump = new Pump(client, () => {
      const answers = releases.take();
      if (answers) return answers;
      const b = this.#stopped ? undefined : free.shift();
      if (b === undefined) return undefined;
      unacknowledged[b] = size;
      this.#written += size;
      return blocks[b];
    });
    client.onPacket = (first, bytes, body, end) => {
      const kind = first >> 4;
      if (kind === 5 && !isRefusal(bytes, body, end)) return releases.add(0x62, bytes, body); // PUBREC: PUBREL
      if (kind !== 4 && kind !== 5 && kind !== 7) return;
      counters.acknowledged++;
      if (isRefusal(bytes, body, end)) counters.refused++;
      const packetId = ((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0);
      const b = Math.floor((packetId - 1) / size);
      const left = (unacknowledged[b] ?? 0) - 1;
      unacknowledged[b] = left;
      if (left === 0) free.push(b);
    };
    client.onChunkRead = () => pump.run();
    return pump;
  }
}

/** Starts, measures, finishes. */
export async function acknowledgedFlood(options: LoadOptions, plan: FloodPlan): Promise<Figures> {
  const flood = await AcknowledgedFlood.start(options, plan);
  const rates = await flood.measure();
  const share = await flood.finish();
  return { ...rates, share };
}
