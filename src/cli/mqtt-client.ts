import { errorText } from "../base/errors.ts";
import {
  type ConnackPacket,
  createFrame,
  decode,
  encode,
  FRAME_COMPLETE,
  FRAME_SHORT,
  type Packet,
  type PublishPacket,
  type Qos,
  readFrame,
  type SubackPacket,
} from "../codec/index.ts";
import { ClientSocket } from "./mqtt-socket.ts";
import type { MqttUrl } from "./mqtt-url.ts";

export interface MqttClientOptions {
  readonly url: MqttUrl;
  /** User name and password in one. */
  readonly token: string;
  /** PEM text of the authority to trust; null: those of the system. */
  readonly ca: string | null;
  /** "": the server gives one. */
  readonly clientId: string;
  /** Seconds. */
  readonly keepAlive: number;
  readonly onPublish?: (packet: PublishPacket) => void;
  /** Told once, when a connection that was accepted has ended without `end`. */
  readonly onClose?: (why: string) => void;
  readonly timeoutMs?: number;
}

/** How a publish ended: at QoS 1 and 2 with the server's answer. */
interface PublishResult {
  /** MQTT 5 reason code; at QoS 0 always 0. */
  readonly reason: number;
  readonly text: string;
}

/** The server refused the login; trying again will not help when `final`. */
export class LoginRefused extends Error {
  override readonly name = "LoginRefused";
  constructor(
    readonly reason: number,
    message: string,
  ) {
    super(message);
  }
  get final(): boolean {
    return ![0x88, 0x89, 0x97, 0x9f].includes(this.reason);
  }
}

const CONNECT_MS = 10_000;
const MAX_PACKET = 16 * 1024 * 1024;
/** A client may have so many answers outstanding when the server does not say (section 3.2.2.3.3). */
const RECEIVE_MAXIMUM = 65_535;

/** A PUBLISH without properties has no more bytes beside topic and payload. */
const OVERHEAD = 10;

type Pending = { resolve(result: PublishResult): void; reject(error: Error): void };

/**
 * An MQTT 5 client for our own commands: clean sessions, QoS 0, 1 and 2 in both directions, no reconnecting by itself. It
 * never sets RETAIN [MQTT-3.2.2-14], uses no topic aliases in either direction [MQTT-3.2.2-17], [MQTT-3.2.2-18],
 * [MQTT-3.3.2-10], and no authentication method [MQTT-3.1.2-30].
 */
export class MqttClient {
  private socket: ClientSocket | null = null;
  private rest: Uint8Array = new Uint8Array();
  private readonly frame = createFrame();
  private readonly publishes = new Map<number, Pending>();
  private readonly subscribes = new Map<number, { resolve(packet: SubackPacket): void; reject(error: Error): void }>();
  private readonly received = new Set<number>();
  private lastId = 0;
  private window = RECEIVE_MAXIMUM;
  private maxQos: Qos = 2;
  private maxPacket = Number.POSITIVE_INFINITY;
  private timer: ReturnType<typeof setInterval> | null = null;
  private unanswered = 0;
  private loggedIn = false;
  private over: string | null = null;
  private readonly connack = Promise.withResolvers<ConnackPacket>();

  private constructor(private readonly options: MqttClientOptions) {}

  /**
   * Connects and logs in.
   * @throws LoginRefused when the server says no; Error when it cannot be reached
   */
  static async connect(options: MqttClientOptions): Promise<MqttClient> {
    const it = new MqttClient(options);
    it.connack.promise.catch(() => undefined); // it may fail before somebody waits for it
    const timeout = options.timeoutMs ?? CONNECT_MS;
    it.socket = await ClientSocket.connect(
      options.url,
      options.ca,
      { data: (bytes) => it.take(bytes), closed: (why) => it.close(why ?? "the server closed the connection") },
      timeout,
    );
    const timer = setTimeout(() => it.close("there was no answer to the login"), timeout);
    try {
      it.send({
        type: "connect",
        version: 5,
        cleanStart: true,
        keepAlive: options.keepAlive,
        clientId: options.clientId,
        userName: options.token,
        password: new TextEncoder().encode(options.token),
      });
      it.accepted(await it.connack.promise);
      return it;
    } catch (error) {
      it.close("");
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private accepted({ reasonCode, sessionPresent, properties }: ConnackPacket): void {
    if (reasonCode !== 0) throw new LoginRefused(reasonCode, properties?.reasonString ?? `reason 0x${hex(reasonCode)}`);
    if (sessionPresent) throw new Error("the server goes on with a session that was not asked for"); // [MQTT-3.2.2-4]
    this.window = properties?.receiveMaximum ?? RECEIVE_MAXIMUM;
    this.maxQos = properties?.maximumQos ?? 2;
    this.maxPacket = properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
    const keepAlive = properties?.serverKeepAlive ?? this.options.keepAlive; // [MQTT-3.2.2-21]
    if (keepAlive > 0) this.timer = setInterval(() => this.ping(), keepAlive * 500);
  }

  /** Publishes under way at QoS 1 and 2. */
  get inFlight(): number {
    return this.publishes.size;
  }
  /** Whether another QoS 1 or 2 publish may be sent now (Receive Maximum). */
  get ready(): boolean {
    return this.over === null && this.publishes.size < this.window;
  }
  /** Bytes that wait for the network. */
  get backlog(): number {
    return this.socket?.backlog ?? 0;
  }

  /**
   * Publishes; at QoS 1 and 2 only while `ready`.
   * @returns the end of it: at QoS 0 at once, at QoS 1 the PUBACK's, at QoS 2 the PUBCOMP's, or the PUBREC's that refuses
   * @throws Error when the connection ends before, or the server takes no such publish
   */
  publish(topic: string, payload: Uint8Array, qos: Qos): Promise<PublishResult> {
    if (this.over !== null) return Promise.reject(new Error(this.over));
    const packet: PublishPacket = { type: "publish", topic, payload, qos, dup: false, retain: false };
    const refusal = this.refusal(packet);
    if (refusal !== null) return Promise.reject(new Error(refusal));
    if (qos === 0) {
      this.send(packet);
      return Promise.resolve({ reason: 0, text: "" });
    }
    if (!this.ready) return Promise.reject(new Error("too many publishes are under way"));
    const packetId = this.freeId();
    return new Promise((resolve, reject) => {
      this.publishes.set(packetId, { resolve, reject });
      this.send({ ...packet, packetId });
    });
  }

  /** Why the server would not take a publish: what its CONNACK said. */
  private refusal(packet: PublishPacket): string | null {
    if (packet.qos > this.maxQos) return `the server takes QoS ${this.maxQos} at most`; // [MQTT-3.2.2-11]
    if (packet.payload.length + packet.topic.length * 3 + OVERHEAD <= this.maxPacket) return null;
    const length = encode(5, packet.qos === 0 ? packet : { ...packet, packetId: 1 }).length;
    return length > this.maxPacket ? `the server takes packets of ${this.maxPacket} bytes at most` : null; // [MQTT-3.2.2-15]
  }

  /** @returns the answer, with a reason code for each filter; @throws Error when the connection ends before */
  subscribe(filters: readonly string[], qos: Qos): Promise<SubackPacket> {
    if (this.over !== null) return Promise.reject(new Error(this.over));
    const packetId = this.freeId();
    const common = { qos, noLocal: false, retainAsPublished: true, retainHandling: 0 as const };
    return new Promise((resolve, reject) => {
      this.subscribes.set(packetId, { resolve, reject });
      this.send({ type: "subscribe", packetId, subscriptions: filters.map((filter) => ({ filter, ...common })) });
    });
  }

  /** Says goodbye and closes once everything is sent; `onClose` is not told. */
  async end(): Promise<void> {
    if (this.over !== null) return;
    this.send({ type: "disconnect", reasonCode: 0 });
    this.finish("the client has ended");
    await this.socket?.end();
  }

  /** [MQTT-2.2.1-3] */
  private freeId(): number {
    do this.lastId = (this.lastId % 65_535) + 1;
    while (this.publishes.has(this.lastId) || this.subscribes.has(this.lastId));
    return this.lastId;
  }

  private send(packet: Packet): void {
    this.socket?.write(encode(5, packet));
  }

  /** [MQTT-3.1.2-20] */
  private ping(): void {
    // Two in a row without any sign of life: the connection is dead.
    if (this.unanswered++ >= 2) this.close("the server does not answer any more");
    else this.send({ type: "pingreq" });
  }

  private take(bytes: Uint8Array): void {
    this.unanswered = 0;
    const buf = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    let at = 0;
    try {
      for (;;) {
        const found = readFrame(buf, at, buf.length, MAX_PACKET, this.frame);
        if (found === FRAME_SHORT) break;
        if (found !== FRAME_COMPLETE) throw new Error("a packet that is not MQTT, or too large");
        at = this.frame.bodyEnd;
        this.handle(decode(5, buf, this.frame));
        if (this.over !== null) return;
      }
    } catch (error) {
      this.close(`the server sent ${errorText(error)}`);
      return;
    }
    // A copy: the received bytes are a piece of a large buffer that is used again.
    this.rest = at === buf.length ? new Uint8Array() : buf.slice(at);
  }

  private handle(packet: Packet): void {
    switch (packet.type) {
      case "connack":
        this.loggedIn = packet.reasonCode === 0;
        return this.connack.resolve(packet);
      case "publish":
        return this.deliver(packet);
      case "pubrel":
        this.received.delete(packet.packetId);
        return this.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
      case "puback":
      case "pubcomp":
        return this.settle(packet.packetId, packet.reasonCode, packet.properties?.reasonString);
      case "pubrec":
        if (packet.reasonCode >= 0x80)
          return this.settle(packet.packetId, packet.reasonCode, packet.properties?.reasonString);
        return this.send({ type: "pubrel", packetId: packet.packetId, reasonCode: 0 });
      case "suback": {
        this.subscribes.get(packet.packetId)?.resolve(packet);
        this.subscribes.delete(packet.packetId);
        return;
      }
      case "disconnect": {
        const why = packet.properties?.reasonString ?? `reason 0x${hex(packet.reasonCode)}`;
        return this.close(`the server ended the connection: ${why}`);
      }
      default:
        return;
    }
  }

  private settle(packetId: number, reason: number, text = ""): void {
    const pending = this.publishes.get(packetId);
    this.publishes.delete(packetId);
    pending?.resolve({ reason: reason === 0x10 ? 0 : reason, text }); // 0x10: no matching subscribers
  }

  /** Answered as its QoS says, in the order of arrival [MQTT-4.5.0-2], [MQTT-4.6.0-2], [MQTT-4.6.0-3]. */
  private deliver(packet: PublishPacket): void {
    const { packetId = 0, qos } = packet;
    if (qos === 2 && this.received.has(packetId)) {
      this.send({ type: "pubrec", packetId, reasonCode: 0 });
      return;
    }
    this.options.onPublish?.(packet);
    if (qos === 1) this.send({ type: "puback", packetId, reasonCode: 0 });
    if (qos === 2) {
      this.received.add(packetId);
      this.send({ type: "pubrec", packetId, reasonCode: 0 });
    }
  }

  private close(why: string): void {
    if (this.over !== null) return;
    const accepted = this.finish(why);
    void this.socket?.end();
    if (accepted) this.options.onClose?.(why);
  }

  /** @returns whether the login had succeeded */
  private finish(why: string): boolean {
    this.over = why;
    if (this.timer !== null) clearInterval(this.timer);
    const error = new Error(why);
    this.connack.reject(error);
    for (const pending of this.publishes.values()) pending.reject(error);
    for (const pending of this.subscribes.values()) pending.reject(error);
    this.publishes.clear();
    this.subscribes.clear();
    return this.loggedIn;
  }
}

function hex(code: number): string {
  return code.toString(16).padStart(2, "0");
}
