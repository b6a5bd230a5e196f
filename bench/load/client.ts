/** One raw connection of the load program: login, subscribe, and then bytes in and bytes out. */
import type { Socket } from "bun";
import { Framer, type OnPacket } from "./framer.ts";
import { connectPacket, disconnectPacket, type Login, type MqttVersion, subscribePacket } from "./packets.ts";

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly version: MqttVersion;
  readonly login: Login | undefined;
}

const REPLY_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_SECONDS = 600;

export class Client {
  /** What a packet does, and what follows when a chunk has been read, and when the socket takes bytes again. */
  onPacket: OnPacket = () => {};
  onChunkRead: () => void = () => {};
  onWritable: () => void = () => {};
  /** How many unacknowledged QoS 1 publishes the server allows (CONNACK of MQTT 5, else 65,535). */
  receiveMaximum = 65_535;

  readonly #framer = new Framer();
  #socket: Socket<undefined> | undefined;
  #closing = false;
  #fail: (error: Error) => void = () => {};

  private constructor(readonly target: Target) {}

  /** Connects and logs in. Rejects when the server refuses, closes, or does not answer. */
  static async connect(target: Target, clientId: string): Promise<Client> {
    const client = new Client(target);
    await Bun.connect({
      hostname: target.host,
      port: target.port,
      socket: {
        open: (socket) => {
          client.#socket = socket;
          socket.setNoDelay(true);
        },
        data: (_socket, chunk) => {
          client.#framer.feed(chunk, client.onPacket);
          client.onChunkRead();
        },
        drain: () => client.onWritable(),
        error: (_socket, error) => client.#lost(error.message),
        close: () => client.#lost("the server closed the connection"),
      },
    });
    await client.#exchange(connectPacket(target.version, clientId, target.login, KEEP_ALIVE_SECONDS), 0x20, (body) => {
      if (body[1] !== 0) throw new Error(`the server refused the login (CONNACK ${body[1]})`);
      if (target.version === 5) client.receiveMaximum = receiveMaximum(body);
    });
    return client;
  }

  /** Subscribes to one filter. Rejects when it is not granted at this QoS. */
  async subscribe(filter: string, qos: 0 | 1): Promise<void> {
    await this.#exchange(subscribePacket(this.target.version, filter, qos), 0x90, (body) => {
      const granted = body[body.length - 1];
      if (granted !== qos) throw new Error(`the server answered ${granted} to subscribing ${filter} at QoS ${qos}`);
    });
  }

  /** Writes from `offset`; returns how many bytes the kernel took (0 when it takes none). */
  write(bytes: Uint8Array, offset: number, length: number): number {
    if (!this.#socket || this.#closing) return 0;
    return Math.max(0, this.#socket.write(bytes, offset, length));
  }

  /** Says DISCONNECT and closes. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket?.write(disconnectPacket());
    this.#socket?.end();
  }

  /** A connection that is lost while nobody waits for a reply ends the program: the figures would be wrong. */
  #lost(reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#fail(new Error(reason));
  }

  /** Sends `request` and hands the body of the reply with that first byte to `check`. */
  async #exchange(request: Uint8Array, reply: number, check: (body: Uint8Array) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("the server did not answer in time")), REPLY_TIMEOUT_MS);
    this.#fail = reject;
    this.onPacket = (first, bytes, body, end) => {
      if (first !== reply) return;
      try {
        check(bytes.subarray(body, end));
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    if (this.write(request, 0, request.length) !== request.length) reject(new Error("the connection takes no bytes"));
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.onPacket = () => {};
      this.#fail = (error) => {
        process.stderr.write(`connection lost during the run: ${error.message}\n`);
        process.exit(1);
      };
    }
  }
}

/** Connects `count` clients, `parallel` at a time; `idPrefix` and a number make the client identifiers. */
export async function connectMany(target: Target, idPrefix: string, count: number, parallel = 50): Promise<Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    const wave = Math.min(parallel, count - clients.length);
    const first = clients.length;
    clients.push(
      ...(await Promise.all(
        Array.from({ length: wave }, (_, i) => Client.connect(target, `${idPrefix}-${first + i}`)),
      )),
    );
  }
  return clients;
}

/** Receive Maximum out of an MQTT 5 CONNACK body, whose properties start at its fourth byte. */
function receiveMaximum(body: Uint8Array): number {
  const sizes: Record<number, number> = {
    0x11: 4,
    0x13: 2,
    0x21: 2,
    0x22: 2,
    0x24: 1,
    0x25: 1,
    0x27: 4,
    0x28: 1,
    0x29: 1,
    0x2a: 1,
  };
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = 3;
  if ((body[2] ?? 0) > 127) at++; // a property length of two bytes
  while (at < body.length) {
    const id = view.getUint8(at++);
    if (id === 0x21) return view.getUint16(at);
    if (id === 0x26) {
      at += 2 + view.getUint16(at);
      at += 2 + view.getUint16(at);
      continue;
    }
    at += sizes[id] ?? 2 + view.getUint16(at); // all others are strings
  }
  return 65_535;
}
