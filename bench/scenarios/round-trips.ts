import { type Client, connectMany, type Transport } from "../load/client.ts";
import { type Figures, Latencies, measureRates } from "../load/measure.ts";
import { publishPacket, readings } from "../load/packets.ts";
import {
  CPU_ROWS,
  DEVICES,
  type GroupName,
  isRefusal,
  type LoadOptions,
  PLAIN,
  type Scenario,
  type Volume,
} from "./scenario.ts";

/** Different messages that one connection sends in turn. */
const MESSAGES = 16;

/** Many connections, each of which publishes at QoS 1, waits for the acknowledgement, and publishes again. */
function roundTrips(
  id: string,
  group: GroupName,
  transport: Transport,
  aim: string,
  connectionsOf: (volume: Volume) => number,
): Scenario {
  const over = transport === "tcp" ? "" : transport === "tls" ? " over TLS" : " over WebSocket";
  return {
    id,
    group,
    title: (volume) => `${connectionsOf(volume)} connections${over}, one QoS 1 message in flight each`,
    rows: [
      { key: "acknowledged", label: "round trips/s", unit: "number" },
      { key: "p50", label: "p50", unit: "ms" },
      { key: "p99", label: "p99", unit: "ms" },
      { key: "refused", label: "refused publishes/s", unit: "number" },
      ...CPU_ROWS,
    ],
    aim,
    needs: () => ({ ...PLAIN, transport }),
    openFiles: connectionsOf,
    load: (options) => load(options, connectionsOf(options)),
  };
}

export const plainRoundTrips = roundTrips("round-trips", "core", "tcp", "1.2×", (volume) => volume.connections);
export const CARRIED_ROUND_TRIPS: readonly Scenario[] = [
  roundTrips("tls-round-trips", "transport", "tls", "1.2×", (volume) => volume.secure),
  roundTrips("websocket-round-trips", "transport", "websocket", "–", (volume) => volume.connections),
];

async function load(options: LoadOptions, connections: number): Promise<Figures> {
  const counters = { acknowledged: 0, refused: 0 };
  const latencies = new Latencies();
  const clients = await connectMany(options.target, "bench-trip", connections);
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
    client.frame(publishPacket(options.target.version, topic, values.next().value, 1, i + 1)),
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
    if (isRefusal(bytes, body, end)) counters.refused++;
    send();
  };
  return send;
}
