import { Client } from "../load/client.ts";
import { drain, type Figures, Latencies, measureRates } from "../load/measure.ts";
import { publishPacket } from "../load/packets.ts";
import { Pump } from "../load/pump.ts";
import { allDevices, CPU_ROWS, type LoadOptions, publisherTopics, type Scenario } from "./scenario.ts";

/** The value of the first message; the values of all have this many digits, and tell which message it is. */
const FIRST = 1_000_000;
const DIGITS = 7;
/** Messages that one publisher writes in one block. */
const MOST_IN_BLOCK = 512;

/**
 * Open loop: messages are due at a fixed rate, whatever the server does, and every time counts from when the message was due.
 * So a server that stands still for a second shows in all messages of that second, not in one.
 */
export const latency: Scenario = {
  id: "latency",
  group: "core",
  title: ({ rate, publishers }) =>
    `${rate} messages/s offered by ${publishers} publishers at QoS 1 → 1 subscriber, QoS 0, times from when each was due`,
  rows: [
    { key: "p99", label: "PUBACK p99", unit: "ms" },
    { key: "p50", label: "PUBACK p50", unit: "ms" },
    { key: "p999", label: "PUBACK p99.9", unit: "ms" },
    { key: "delivery50", label: "delivery p50", unit: "ms" },
    { key: "delivery99", label: "delivery p99", unit: "ms" },
    { key: "delivery999", label: "delivery p99.9", unit: "ms" },
    { key: "late99", label: "sent late by the load program, p99", unit: "ms" },
    { key: "acknowledged", label: "acknowledged publishes/s", unit: "number" },
    { key: "share", label: "delivered of all acknowledged", unit: "percent" },
    ...CPU_ROWS,
  ],
  aim: "under 10 ms",
  load,
};

/** When message i is due, in milliseconds after the start: what is due in one millisecond is due together. */
const dueAt = (i: number, rate: number) => Math.floor((i * 1000) / rate);

/** What is due, what came of it, and the times of what is due between two moments. */
class Course {
  readonly acks = new Latencies();
  readonly deliveries = new Latencies();
  readonly lateness = new Latencies();
  /** Messages 0..due are due. */
  due = 0;
  acknowledged = 0;
  delivered = 0;
  begun = Number.NaN;

  constructor(readonly options: LoadOptions) {}

  /** Notes the time since message i was due, if that was while the clock ran. */
  note(times: Latencies, i: number, now: number): void {
    const due = dueAt(i, this.options.rate);
    const { warmup, seconds } = this.options;
    if (due >= warmup * 1000 && due < (warmup + seconds) * 1000) times.add(now - this.begun - due);
  }
}

async function load(options: LoadOptions): Promise<Figures> {
  const { rate, warmup, seconds, publishers } = options;
  const most = Math.floor((warmup + seconds) * rate);
  if (FIRST + most > 10 ** DIGITS - 1) throw new Error("--rate for so many seconds is more than the values can number");
  const course = new Course(options);
  const subscriber = await Client.connect(options.target, "bench-sub");
  subscriber.onPacket = (first, bytes, _body, end) => {
    if (first >> 4 !== 3) return;
    course.delivered++;
    let value = 0;
    for (let at = end - DIGITS; at < end; at++) value = value * 10 + (bytes[at] ?? 0) - 0x30;
    course.note(course.deliveries, value - FIRST, performance.now());
  };
  await subscriber.subscribe([allDevices(options)], 0);
  const pumps: Pump[] = [];
  for (let i = 0; i < publishers; i++) pumps.push(await publisher(course, i));

  course.begun = performance.now();
  const clock = setInterval(() => {
    const elapsed = Math.floor(performance.now() - course.begun);
    while (course.due < most && dueAt(course.due, rate) <= elapsed) course.due++;
    for (const pump of pumps) pump.run();
  }, 1);
  const rates = await measureRates(warmup, seconds, options.serverPid, () => ({ acknowledged: course.acknowledged }));
  await drain(
    () => course.acknowledged === most && course.delivered === most,
    () => course.acknowledged + course.delivered,
  );
  clearInterval(clock);
  for (const client of [subscriber, ...pumps.map((pump) => pump.client)]) client.close();
  if (course.acknowledged < most) throw new Error(`it acknowledged ${course.acknowledged} of ${most} messages`);
  return { ...rates, ...quantiles(course), share: course.delivered / course.acknowledged };
}

function quantiles({ acks, deliveries, lateness }: Course): Figures {
  return {
    p50: acks.quantile(0.5),
    p99: acks.quantile(0.99),
    p999: acks.quantile(0.999),
    delivery50: deliveries.quantile(0.5),
    delivery99: deliveries.quantile(0.99),
    delivery999: deliveries.quantile(0.999),
    late99: lateness.quantile(0.99),
  };
}

/** Publisher `index` sends every message of its own that is due: messages index, index + publishers, and so on. */
async function publisher(course: Course, index: number): Promise<Pump> {
  const { options } = course;
  const client = await Client.connect(options.target, `bench-pub-${index}`);
  const [topic = ""] = publisherTopics(options, index, options.publishers);
  const template = publishPacket(options.target.version, topic, String(FIRST), 1, 1);
  const idAt = 4 + topic.length; // header of two bytes, length of the topic, topic
  const block = new Uint8Array(template.length * MOST_IN_BLOCK);
  const window = Math.min(client.receiveMaximum, 65_535);
  /** The message behind each packet identifier. */
  const messages = new Float64Array(65_536);
  let next = index;
  let count = 0;
  let unacknowledged = 0;
  const pump = new Pump(client, () => {
    const now = performance.now();
    let at = 0;
    while (next < course.due && unacknowledged < window && at < block.length) {
      const packetId = (count++ % 65_535) + 1;
      block.set(template, at);
      block[at + idAt] = packetId >> 8;
      block[at + idAt + 1] = packetId & 0xff;
      at += template.length;
      for (let value = FIRST + next, digit = 1; digit <= DIGITS; digit++, value = Math.floor(value / 10)) {
        block[at - digit] = 0x30 + (value % 10);
      }
      messages[packetId] = next;
      course.note(course.lateness, next, now);
      next += options.publishers;
      unacknowledged++;
    }
    return at === 0 ? undefined : block.subarray(0, at);
  });
  client.onPacket = (first, bytes, body) => {
    if (first >> 4 !== 4) return;
    unacknowledged--;
    course.acknowledged++;
    course.note(course.acks, messages[((bytes[body] ?? 0) << 8) | (bytes[body + 1] ?? 0)] ?? 0, performance.now());
  };
  client.onChunkRead = () => pump.run();
  return pump;
}
