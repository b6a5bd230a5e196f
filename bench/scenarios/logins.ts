import { Client, connectMany, type Transport } from "../load/client.ts";
import { type Figures, Latencies, measureWork } from "../load/measure.ts";
import { CPU_ROWS, type GroupName, type LoadOptions, PLAIN, type Scenario, type Volume } from "./scenario.ts";

/** Logins under way at once: fewer than the shortest queue of new connections (100) that a server here has. */
const PARALLEL = 90;
/** Storms before the one whose figures count, as other scenarios let the load run before the clock. */
const STORMS_BEFORE = 2;

/** A connection storm: clients connect and log in as fast as the server takes them, and stay. */
function logins(id: string, group: GroupName, transport: Transport, count: (volume: Volume) => number): Scenario {
  return {
    id,
    group,
    title: (volume) =>
      `${count(volume)} clients log in${transport === "tls" ? " over TLS" : ""}, ${PARALLEL} at a time`,
    rows: [
      { key: "logins", label: "logins/s", unit: "number" },
      { key: "p50", label: "p50", unit: "ms" },
      { key: "p99", label: "p99", unit: "ms" },
      { key: "first", label: "the first that come after the start, logins/s", unit: "number" },
      ...CPU_ROWS,
    ],
    aim: "1×",
    needs: () => ({ ...PLAIN, transport }),
    openFiles: count,
    load: (options) => load(options, count(options)),
  };
}

export const plainLogins = logins("logins", "scale", "tcp", (volume) => volume.logins);
/** A tenth as many, since each costs a key exchange and a signature on both sides. */
export const tlsLogins = logins("tls-logins", "transport", "tls", (volume) => Math.ceil(volume.logins / 10));

async function load(options: LoadOptions, count: number): Promise<Figures> {
  const { logins: first } = await storm(options, count);
  for (let more = STORMS_BEFORE - 1; more > 0; more--) await storm(options, count);
  return { ...(await storm(options, count)), ...(first === undefined ? {} : { first }) };
}

/** One storm; when it is over all of its clients leave, and their ports have time to be free again. */
async function storm({ target, serverPid, settle }: LoadOptions, count: number): Promise<Figures> {
  const latencies = new Latencies();
  const login = async (id: string) => {
    const started = performance.now();
    const client = await Client.connect(target, id);
    latencies.add(performance.now() - started);
    return client;
  };
  let clients: Client[] = [];
  const work = await measureWork(serverPid, async () => {
    clients = await connectMany(target, "bench-storm", count, PARALLEL, login);
  });
  for (const client of clients) client.close();
  await Bun.sleep(settle * 1000);
  const { seconds = Number.NaN, ...cpu } = work;
  return { ...cpu, logins: count / seconds, p50: latencies.quantile(0.5), p99: latencies.quantile(0.99) };
}
