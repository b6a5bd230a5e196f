import { connect as connectTcp, type Socket } from "node:net";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import {
  createFrame,
  decode,
  encode,
  FRAME_COMPLETE,
  FRAME_SHORT,
  readFrame,
  type ConnackPacket,
  type ConnectPacket,
  type Packet,
  type PublishPacket,
  type Qos,
  type SubackPacket,
  type Version,
} from "../../src/codec/index.ts";
import { within } from "./until.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();

export type Wish = Partial<Omit<ConnectPacket, "type" | "password">> & {
  token?: string;
  password?: string | Uint8Array;
};
type Of<T extends Packet["type"]> = Extract<Packet, { type: T }>;

export function connectPacket({ token, password = token, ...wish }: Wish = {}): ConnectPacket {
  return {
    type: "connect",
    version: 5,
    cleanStart: true,
    keepAlive: 0,
    clientId: "",
    ...(token !== undefined && { userName: token }),
    ...(password !== undefined && { password: typeof password === "string" ? utf8.encode(password) : password }),
    ...wish,
  };
}
export function publishPacket(topic: string, payload: string | Uint8Array, more: Partial<PublishPacket> = {}) {
  const bytes = typeof payload === "string" ? utf8.encode(payload) : payload;
  return { type: "publish", topic, payload: bytes, qos: 0, dup: false, retain: false, ...more } satisfies PublishPacket;
}
export function payloadText(packet: PublishPacket): string {
  return text.decode(packet.payload);
}

/** A client that does nothing by itself: what is sent and when is the test's; what came waits until it is asked for. */
export class Raw {
  version: Version = 5;
  /** Resolves when the connection is over, however it ended. */
  readonly closed: Promise<void>;
  isClosed = false;
  private readonly packets: Packet[] = [];
  private rest = new Uint8Array(0);
  private waiting: (() => void)[] = [];
  private nextId = 1;
  private readonly frame = createFrame();

  private constructor(readonly socket: Socket) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    socket.on("data", (bytes: Uint8Array) => this.received(bytes));
    socket.on("error", () => {}); // a reset is an end like others; "close" follows
    socket.on("close", () => {
      this.isClosed = true;
      resolve();
      this.wake();
    });
    socket.on("end", () => socket.end());
  }
  /** @param from the loopback address to come from: failed logins are counted by address */
  static async open(port: number, caFile?: string, from = "127.0.0.1"): Promise<Raw> {
    const at = { host: "127.0.0.1", port, localAddress: from, noDelay: true, allowHalfOpen: true };
    const socket = caFile === undefined ? connectTcp(at) : connectTls({ ...at, ca: readFileSync(caFile) });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once(caFile === undefined ? "connect" : "secureConnect", () => resolve());
    socket.once("error", reject);
    await within(`a connection to port ${port}`, promise);
    return new Raw(socket);
  }
  /** On a stream that is open already. */
  static on(socket: Socket): Raw {
    return new Raw(socket);
  }
  /** Opens, logs in, and demands success. */
  static async login(port: number, wish: Wish, caFile?: string): Promise<Raw> {
    const raw = await Raw.open(port, caFile);
    const connack = await raw.connect(wish);
    if (connack.reasonCode !== 0) throw new Error(`the login was refused with ${connack.reasonCode}`);
    return raw;
  }

  private received(bytes: Uint8Array): void {
    let buf = new Uint8Array(this.rest.length + bytes.length);
    buf.set(this.rest);
    buf.set(bytes, this.rest.length);
    for (;;) {
      const state = readFrame(buf, 0, buf.length, Number.POSITIVE_INFINITY, this.frame);
      if (state === FRAME_SHORT) break;
      if (state !== FRAME_COMPLETE) throw new Error("the server sent a malformed packet");
      this.packets.push(decode(this.version, buf, this.frame));
      buf = buf.slice(this.frame.bodyEnd);
    }
    this.rest = buf;
    this.wake();
  }
  private wake(): void {
    for (const fn of this.waiting.splice(0)) fn();
  }

  send(...packets: Packet[]): void {
    for (const packet of packets) if (packet.type === "connect") this.version = packet.version;
    this.bytes(Buffer.concat(packets.map((packet) => encode(this.version, packet))));
  }
  bytes(bytes: Uint8Array | readonly number[]): void {
    this.socket.write(bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes));
  }
  /** Sends a CONNECT; answers the CONNACK. */
  connect(wish: Wish = {}): Promise<ConnackPacket> {
    this.send(connectPacket(wish));
    return this.expect("connack");
  }
  /** The next packet, whatever it is; rejects when the connection ends first. */
  async next(): Promise<Packet> {
    for (;;) {
      const packet = this.packets.shift();
      if (packet !== undefined) return packet;
      if (this.isClosed) throw new Error("the connection ended");
      await within("a packet", new Promise<void>((resolve) => this.waiting.push(resolve)));
    }
  }
  /** What has come and nobody has asked for. */
  left(): Packet[] {
    return this.packets.splice(0);
  }
  /** The next packet, which must be of this type. */
  async expect<T extends Packet["type"]>(type: T): Promise<Of<T>> {
    const packet = await this.next();
    if (packet.type !== type) throw new Error(`${packet.type} came instead of ${type}: ${JSON.stringify(packet)}`);
    return packet as Of<T>; // as seen above
  }
  /** Subscribes and answers the SUBACK; publishes that come before it are an error. */
  async subscribe(filters: string | readonly string[], qos: Qos = 0): Promise<SubackPacket> {
    const list = typeof filters === "string" ? [filters] : filters;
    const options = { qos, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
    const subscriptions = list.map((filter) => ({ filter, ...options }));
    this.send({ type: "subscribe", packetId: this.id(), subscriptions });
    return this.expect("suback");
  }
  /** A packet identifier that this connection has not used yet. */
  id(): number {
    return this.nextId++;
  }
  publish(topic: string, payload: string | Uint8Array, more: Partial<PublishPacket> = {}): void {
    this.send(publishPacket(topic, payload, more));
  }
  /** Publishes at QoS 1; answers the PUBACK's reason. */
  async record(topic: string, payload: string | Uint8Array): Promise<number> {
    this.publish(topic, payload, { qos: 1, packetId: this.id() });
    return (await this.expect("puback")).reasonCode;
  }
  /** Everything that comes before the answer to a PINGREQ that is sent now. */
  async drain(): Promise<Packet[]> {
    this.send({ type: "pingreq" });
    const seen: Packet[] = [];
    for (let packet = await this.next(); packet.type !== "pingresp"; packet = await this.next()) seen.push(packet);
    return seen;
  }
  /** Publishes as `topic payload`, until (and with) the one whose payload is `last`. QoS 1 is acknowledged. */
  async heard(last: string): Promise<string[]> {
    const seen: string[] = [];
    for (;;) {
      const packet = await this.expect("publish");
      if (packet.qos === 1) this.send({ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 });
      const payload = payloadText(packet);
      seen.push(`${packet.topic} ${payload}`);
      if (payload === last) return seen;
    }
  }
  /** Waits for the end of the connection; answers what came before it. */
  async ended(): Promise<Packet[]> {
    await within("the end of the connection", this.closed);
    return this.packets.splice(0);
  }
  /** Closes this side (FIN). */
  fin(): void {
    this.socket.end();
  }
  /** Cuts the connection (RST). */
  reset(): void {
    this.socket.resetAndDestroy();
  }
  /** DISCONNECT and FIN; waits for the end. */
  async leave(): Promise<void> {
    if (!this.isClosed) this.send({ type: "disconnect", reasonCode: 0 });
    this.socket.end();
    await within("the end of the connection", this.closed);
  }
}
