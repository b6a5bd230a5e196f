import { connect, type TLSSocket } from "node:tls";
import { type Figures, measureWork } from "../load/measure.ts";
import { connectPacket } from "../load/packets.ts";
import { CPU_ROWS, type LoadOptions, PLAIN, type Scenario } from "./scenario.ts";

const PARALLEL = 90;
const KEEP_ALIVE_SECONDS = 600;
/** A client that was there and comes back: with what the server gave it, the handshake needs no signature. */
export const tlsReturns: Scenario = {
  id: "tls-returns",
  group: "transport",
  title: ({ logins }) =>
    `${Math.ceil(logins / 10)} clients log in over TLS again, with the ticket of the last time, ${PARALLEL} at a time`,
  rows: [
    { key: "again", label: "logins/s", unit: "number" },
    { key: "new", label: "logins/s of the same clients without a ticket", unit: "number" },
    { key: "resumed", label: "of those with a ticket resumed", unit: "percent" },
    ...CPU_ROWS,
  ],
  aim: "1×",
  needs: () => ({ ...PLAIN, transport: "tls" }),
  openFiles: ({ logins }) => Math.ceil(logins / 10),
  load,
};

/** One login of each client. */
interface Storm {
  readonly work: Figures;
  /** How many were spared the signature. */
  readonly resumed: number;
  /** What the server gave each of them for the next time. */
  readonly tickets: readonly (Buffer | undefined)[];
}

async function load(options: LoadOptions): Promise<Figures> {
  const count = Math.ceil(options.logins / 10);
  await storm(options, count, []);
  const fresh = await storm(options, count, []);
  await storm(options, count, fresh.tickets);
  const { work, resumed } = await storm(options, count, fresh.tickets);
  const rate = ({ seconds = Number.NaN }: Figures) => count / seconds;
  const { seconds: _, ...cpu } = work;
  return { ...cpu, again: rate(work), new: rate(fresh.work), resumed: resumed / count };
}

/** When all have logged in all of them leave, and their ports have time to be free again. */
async function storm(options: LoadOptions, count: number, tickets: Storm["tickets"]): Promise<Storm> {
  const clients: Returning[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next++;
      clients[index] = await Returning.login(options, `bench-back-${index}`, tickets[index]);
    }
  };
  const work = await measureWork(options.serverPid, async () => {
    await Promise.all(Array.from({ length: PARALLEL }, lane));
  });
  for (const { socket } of clients) socket.destroy();
  await Bun.sleep(options.settle * 1000);
  return {
    work,
    resumed: clients.filter(({ isResumed }) => isResumed).length,
    tickets: clients.map(({ ticket }) => ticket),
  };
}

/** A client of the platform's TLS module, which hands out tickets; others of this program use plain sockets. */
class Returning {
  ticket: Buffer | undefined;
  isResumed = false;

  private constructor(readonly socket: TLSSocket) {
    socket.on("session", (ticket) => {
      this.ticket = ticket;
    });
  }

  /** Resolves with CONNACK. Rejects when the server refuses, or ends the connection. */
  static async login({ target }: LoadOptions, id: string, ticket: Buffer | undefined): Promise<Returning> {
    const { host, port, ca, version, login } = target;
    const options = { host, port, ca, servername: "localhost", ...(ticket && { session: ticket }) };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect(options, () => socket.write(connectPacket(version, id, login, KEEP_ALIVE_SECONDS)));
    const client = new Returning(socket);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed the connection")));
    socket.once("data", (bytes) => {
      if (bytes[0] === 0x20 && bytes[3] === 0) resolve();
      else reject(new Error(`the server refused the login (CONNACK ${bytes[3]})`));
    });
    await promise;
    client.isResumed = socket.isSessionReused();
    return client;
  }
}
