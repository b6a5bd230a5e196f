/** One raw connection of the load program: login, subscribe, and then bytes in and bytes out. */
import type { Socket } from "bun";
import { Framer, type OnPacket } from "./framer.ts";
import { connectPacket, disconnectPacket, type Login, type MqttVersion, type Qos, subscribePacket } from "./packets.ts";
import { Deframer, frame, upgradeRequest } from "./websocket.ts";

export type Transport = "tcp" | "tls" | "websocket";

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Of further servers that are one with it: clients are divided among all of them by their identifiers. */
  readonly others?: readonly number[];
  readonly transport: Transport;
  /** PEM of the certificate that the server must show (TLS). */
  readonly ca: string | undefined;
  readonly version: MqttVersion;
  readonly login: Login | undefined;
}

const REPLY_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_SECONDS = 600;

const noop = () => {};
const endProgram = (error: Error) => {
  process.stderr.write(`connection lost during the run: ${error.message}\n`);
  process.exit(1);
};

/** One of a number of clients named alike goes to the server that its number says. */
function portOf({ port, others = [] }: Target, clientId: string): number {
  const ports = [port, ...others];
  return ports[Number(/\d+$/.exec(clientId)?.[0] ?? 0) % ports.length] as number;
}

export class Client {
  /** What a packet does, and what follows when a chunk has been read, and when the socket takes bytes again. */
  onPacket: OnPacket = noop;
  onChunkRead: () => void = noop;
  onWritable: () => void = noop;
  /** How many unacknowledged QoS 1 and 2 publishes the server allows (CONNACK of MQTT 5, else 65,535). */
  receiveMaximum = 65_535;

  readonly #framer = new Framer();
  readonly #deframer: Deframer | undefined;
  readonly #ready = Promise.withResolvers<void>();
  #socket: Socket<Client> | undefined;
  #closing = false;
  #fail: (error: Error) => void = (error) => this.#ready.reject(error);

  private constructor(readonly target: Target) {
    if (target.transport === "websocket") {
      this.#deframer = new Deframer(this.#ready.resolve, (bytes) => this.#framer.feed(bytes, this.onPacket));
    }
  }

  /**
   * Connects and logs in. Rejects when the server refuses, closes, or does not answer.
   * @param comesBack with a session that stays when it leaves, and is gone on with
   */
  static async connect(target: Target, clientId: string, comesBack = false): Promise<Client> {
    const client = new Client(target);
    await Bun.connect<Client>({
      hostname: target.host,
      port: portOf(target, clientId),
      data: client,
      socket: target.transport === "tls" ? TLS_HANDLERS : HANDLERS,
      ...(target.ca === undefined ? {} : { tls: { ca: target.ca, serverName: "localhost" } }),
    });
    await client.#ready.promise;
    const packet = connectPacket(target.version, clientId, target.login, KEEP_ALIVE_SECONDS, comesBack);
    await client.#exchange(packet, 0x20, (body) => {
      if (body[1] !== 0) throw new Error(`the server refused the login (CONNACK ${body[1]})`);
      if (target.version === 5) client.receiveMaximum = receiveMaximum(body);
    });
    return client;
  }

  /** Whether bytes leave in WebSocket frames: what is written must have been framed. */
  get framed(): boolean {
    return this.#deframer !== undefined;
  }

  /** A packet as it is written on this connection. */
  frame(packet: Uint8Array): Uint8Array {
    return this.framed ? frame(packet) : packet;
  }

  /** Subscribes to filters. Rejects when one is not granted at this QoS. */
  async subscribe(filters: readonly string[], qos: Qos): Promise<void> {
    await this.#exchange(subscribePacket(this.target.version, filters, qos, 1), 0x90, (body) => {
      const granted = body.subarray(body.length - filters.length);
      const wrong = granted.findIndex((code) => code !== qos);
      if (wrong < 0) return;
      throw new Error(`the server answered ${granted[wrong]} to subscribing ${filters[wrong]} at QoS ${qos}`);
    });
  }

  /** Writes bytes (framed, on a WebSocket) from `offset`; returns how many the kernel took (0 when it takes none). */
  write(bytes: Uint8Array, offset: number, length: number): number {
    if (!this.#socket || this.#closing) return 0;
    return Math.max(0, this.#socket.write(bytes, offset, length));
  }

  /** Says DISCONNECT and closes. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket?.write(this.frame(disconnectPacket()));
    this.#socket?.end();
  }

  /** The socket is open; the rest is for its handlers. */
  opened(socket: Socket<Client>): void {
    this.#socket = socket;
    socket.setNoDelay(true);
    const { host, port, transport } = this.target;
    if (transport === "websocket") socket.write(upgradeRequest(host, port));
    else if (transport === "tcp") this.#ready.resolve();
  }

  /** The TLS handshake is over. */
  shaken(done: boolean, error: Error | null): void {
    if (done && error === null) this.#ready.resolve();
    else this.lost(`the TLS handshake failed: ${error?.message ?? "no reason"}`);
  }

  read(chunk: Uint8Array): void {
    try {
      if (this.#deframer) this.#deframer.feed(chunk);
      else this.#framer.feed(chunk, this.onPacket);
    } catch (error) {
      if (!this.#closing) this.lost(error instanceof Error ? error.message : String(error));
      return;
    }
    this.onChunkRead();
  }

  /** A connection that is lost while nobody waits for a reply ends the program: the figures would be wrong. */
  lost(reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#fail(new Error(reason));
  }

  /** Sends `request` and hands the body of the reply with that first byte to `check`. */
  async #exchange(request: Uint8Array, reply: number, check: (body: Uint8Array) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("the server did not answer in time")), REPLY_TIMEOUT_MS);
    const { onPacket } = this;
    this.#fail = reject;
    this.onPacket = (first, bytes, body, end) => {
      if (first !== reply) return onPacket(first, bytes, body, end);
      try {
        check(bytes.subarray(body, end));
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    const bytes = this.frame(request);
    if (this.write(bytes, 0, bytes.length) !== bytes.length) reject(new Error("the connection takes no bytes"));
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.onPacket = onPacket;
      this.#fail = endProgram;
    }
  }
}

/** One object for all connections. */
const HANDLERS = {
  open: (socket: Socket<Client>) => socket.data.opened(socket),
  data: (socket: Socket<Client>, chunk: Uint8Array) => socket.data.read(chunk),
  drain: (socket: Socket<Client>) => socket.data.onWritable(),
  error: (socket: Socket<Client>, error: Error) => socket.data.lost(error.message),
  close: (socket: Socket<Client>) => socket.data?.lost("the server closed the connection"),
};
const TLS_HANDLERS = {
  ...HANDLERS,
  handshake: (socket: Socket<Client>, done: boolean, error: Error | null) => socket.data.shaken(done, error),
};

/** Connects `count` clients, `parallel` at a time; `idPrefix` and a number make the client identifiers. */
export async function connectMany(
  target: Target,
  idPrefix: string,
  count: number,
  parallel = 50,
  connect: (id: string) => Promise<Client> = (id) => Client.connect(target, id),
): Promise<Client[]> {
  const clients: Client[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next++;
      clients[index] = await connect(`${idPrefix}-${index}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, lane));
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
