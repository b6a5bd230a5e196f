import { Client, type Target } from "../load/client.ts";
import { publishPacket } from "../load/packets.ts";

/** A steady publisher of one message, again and again, at QoS 1. */
interface Stream {
  readonly topic: string;
  readonly publishes: number;
  /** Publishes a second. */
  readonly rate: number;
  readonly payload: string;
}
/** Longest time without an answer, ms. */
const PATIENCE_MS = 60_000;

/** Publishes all of a stream. Returns the ms from when each was due until its PUBACK came, ascending. */
export async function publishAll(target: Target, { topic, publishes, rate, payload }: Stream): Promise<number[]> {
  const client = await Client.connect(target, "publisher");
  const due = new Float64Array(65_536);
  const times: number[] = [];
  let [next, last] = [0, performance.now()];
  let rest: Uint8Array = new Uint8Array(0);
  const start = performance.now();
  const push = (): void => {
    if (rest.length > 0) rest = rest.slice(client.write(rest, 0, rest.length));
    while (rest.length === 0 && next < publishes && next - times.length < client.receiveMaximum) {
      const at = start + (next / rate) * 1000;
      if (at > performance.now()) return;
      const id = 1 + (next % 65_000);
      due[id] = at;
      const packet = publishPacket(target.version, topic, payload, 1, id);
      rest = packet.slice(client.write(packet, 0, packet.length));
      next++;
    }
  };
  const done = Promise.withResolvers<void>();
  client.onPacket = (first, packet, body) => {
    if (first >> 4 !== 4) return;
    last = performance.now();
    times.push(last - (due[((packet[body] ?? 0) << 8) | (packet[body + 1] ?? 0)] ?? 0));
    if (times.length === publishes) done.resolve();
  };
  client.onWritable = push;
  client.onChunkRead = push;
  const clock = setInterval(() => {
    push();
    if (performance.now() - last > PATIENCE_MS) done.reject(new Error("the server answers no more"));
  }, 1);
  try {
    await done.promise;
  } finally {
    clearInterval(clock);
    client.close();
  }
  return times.sort((a, b) => a - b);
}
