import { type Client, connectMany } from "../load/client.ts";
import { type Figures, Latencies, measureRates } from "../load/measure.ts";
import { publishPacket, readings } from "../load/packets.ts";
import { CPU_ROWS, DEVICES, type LoadOptions, type Scenario } from "./scenario.ts";

/** Different messages that one connection sends in turn. */
const MESSAGES = 16;

/** Many connections, each of which publishes at QoS 1, waits for the acknowledgement, and publishes again. */
export const roundTrips: Scenario = {
  id: "round-trips",
  title: (volume) => `${volume.connections} connections, one QoS 1 message in flight each`,
  rows: [
    { key: "acknowledged", label: "round trips/s", unit: "number" },
    { key: "p50", label: "p50", unit: "ms" },
    { key: "p99", label: "p99", unit: "ms" },
    { key: "refused", label: "refused publishes/s", unit: "number" },
    ...CPU_ROWS,
  ],
  aim: "1.2×",
  load,
};

async function load(options: LoadOptions): Promise<Figures> {
  const counters = { acknowledged: 0, refused: 0 };
  const latencies = new Latencies();
  const clients = await connectMany(options.target, "bench-trip", options.connections);
  const starts = clients.map((client, i) => travel(client, options, i, latencies, counters));
  for (const start of starts) start();
  const warm = Bun.sleep(options.warmup * 1000).then(() => latencies.clear());
  const rates = await measureRates(options.warmup, options.seconds, options.serverPid, () => ({ ...counters }));
  await warm;
  const figures = { ...rates, p50: latencies.quantile(0.5), p99: latencies.quantile(0.99) };
  for (const client of clients) client.close();
  return figures;
}

/** Prepares one connection; the returned function sends its first message. */
function travel(
  client: Client,
  options: LoadOptions,
  index: number,
  latencies: Latencies,
  counters: { acknowledged: number; refused: number },
): () => void {
  const topic = `${options.publishPrefix}/bench/dev${index % DEVICES}/TEMPERATURE`;
  const values = readings(index);
  const messages = Array.from({ length: MESSAGES }, (_, i) =>
    publishPacket(options.target.version, topic, values.next().value, 1, i + 1),
  );
  let turn = 0;
  let sent = 0;
  let rest = 0; // bytes of the current message that the kernel has not taken yet
  const write = () => {
    const message = messages[turn];
    if (message && rest > 0) rest -= client.write(message, message.length - rest, rest);
  };
  const send = () => {
    turn = (turn + 1) % MESSAGES;
    rest = messages[turn]?.length ?? 0;
    sent = performance.now();
    write();
  };
  client.onWritable = write;
  client.onPacket = (first, bytes, body, end) => {
    if (first !== 0x40) return;
    latencies.add(performance.now() - sent);
    counters.acknowledged++;
    if (end - body > 2 && (bytes[body + 2] ?? 0) >= 0x80) counters.refused++;
    send();
  };
  return send;
}
