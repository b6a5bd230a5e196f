import { type Client, connectMany } from "../load/client.ts";
import { type Figures, measureWork, residentBytes } from "../load/measure.ts";
import { subscribePacket, unsubscribePacket } from "../load/packets.ts";
import { AcknowledgedFlood } from "./acknowledged-flood.ts";
import { CPU_ROWS, DEVICES, type LoadOptions, type Needs, type Scenario } from "./scenario.ts";

/** Filters of one client, and in one SUBSCRIBE. */
const PER_CLIENT = 1000;
const PER_PACKET = 100;
/** Milliseconds from one change of a subscription to the next, where they change. */
const CHANGE_MS = 10;

/** Publishers at QoS 1 on all devices, while other clients have subscribed to very much else. */
function matching(id: string, topics: Needs["topics"]): Scenario {
  const where = topics === "free" ? " on free topics" : "";
  return {
    id,
    group: "scale",
    title: ({ publishers, filters }) =>
      `${publishers} publishers → 1 subscriber${where}, QoS 1, ${DEVICES} topics in turn, and ${filters} filters of others`,
    rows: [
      { key: "with", label: "acknowledged publishes/s", unit: "number" },
      { key: "without", label: "without the other filters", unit: "number" },
      { key: "ratio", label: "with / without", unit: "ratio" },
      { key: "changing", label: `with, and a subscription that changes each ${CHANGE_MS} ms`, unit: "number" },
      { key: "filtersRate", label: "filters subscribed/s", unit: "number" },
      { key: "perFilter", label: "memory per filter", unit: "bytes" },
      ...CPU_ROWS,
    ],
    aim: "–",
    needs: () => ({ transport: "tcp", topics }),
    load,
  };
}

export const MATCHING: readonly Scenario[] = [matching("matching", "platform"), matching("free-matching", "free")];

/** Filter `i` of those that match nothing that is published: plain ones, and with wildcards in several places. */
function otherFilter(prefix: string, i: number): string {
  switch (i % 10) {
    case 7:
      return `${prefix}/bench/other${i}/+`;
    case 8:
      return `${prefix}/bench/other${i}/#`;
    case 9:
      return `${prefix}/+/other${i}/TEMPERATURE`;
    default:
      return `${prefix}/bench/other${i}/TEMPERATURE`;
  }
}

async function load(options: LoadOptions): Promise<Figures> {
  const all = { ...options, topics: Math.max(options.topics, Math.floor(DEVICES / options.publishers)) };
  const without = await publish(all);
  const clients = await connectMany(options.target, "bench-other", Math.ceil(options.filters / PER_CLIENT));
  const before = memory(options);
  const { seconds = Number.NaN } = await measureWork(undefined, () => subscribeAll(clients, options));
  const after = memory(options);
  const { acknowledged = Number.NaN, ...others } = await publish(all);
  const [changer] = clients;
  const stop = changer ? keepChanging(changer, options.subscribePrefix) : () => {};
  const changing = await publish(all);
  stop();
  for (const client of clients) client.close();
  return {
    ...others,
    with: acknowledged,
    without: without.acknowledged ?? Number.NaN,
    ratio: acknowledged / (without.acknowledged ?? Number.NaN),
    changing: changing.acknowledged ?? Number.NaN,
    filtersRate: options.filters / seconds,
    perFilter: (after - before) / options.filters,
  };
}

const memory = ({ serverPid }: LoadOptions) => (typeof serverPid === "number" ? residentBytes(serverPid) : Number.NaN);

async function publish(options: LoadOptions): Promise<Figures> {
  const flood = await AcknowledgedFlood.start(options, { qos: 1 });
  const rates = await flood.measure();
  await flood.finish();
  return rates;
}

/** Each client subscribes to its part of the filters. */
async function subscribeAll(clients: readonly Client[], options: LoadOptions): Promise<void> {
  for (const [c, client] of clients.entries()) {
    const end = Math.min((c + 1) * PER_CLIENT, options.filters);
    for (let from = c * PER_CLIENT; from < end; from += PER_PACKET) {
      const size = Math.min(PER_PACKET, end - from);
      const filters = Array.from({ length: size }, (_, i) => otherFilter(options.subscribePrefix, from + i));
      await client.subscribe(filters, 0);
    }
  }
}

/** Subscribes and unsubscribes in turn, with a wildcard early in the filter; returns what stops it. */
function keepChanging(client: Client, prefix: string): () => void {
  const { version } = client.target;
  let turn = 0;
  const timer = setInterval(() => {
    const filters = [`${prefix}/+/changing${turn >> 1}/TEMPERATURE`];
    const packet = turn++ % 2 === 0 ? subscribePacket(version, filters, 0, 2) : unsubscribePacket(version, filters, 3);
    client.write(packet, 0, packet.length);
  }, CHANGE_MS);
  return () => clearInterval(timer);
}
