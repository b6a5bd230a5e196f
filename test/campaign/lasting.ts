import {
  type ConnectPacket,
  createFrame,
  decode,
  encode,
  FRAME_COMPLETE,
  type Packet,
  type PublishPacket,
  type Qos,
  readFrame,
} from "../../src/codec/index.ts";
import type { Socket } from "bun";
import { connectPacket, payloadText, publishPacket } from "../run/raw.ts";
import { until } from "../run/until.ts";

/** How a client goes about it. */
interface Habits {
  /** Publishes that may be without an answer before it sends more; 50 when absent. */
  readonly window?: number;
  /** Deliveries that it takes without having answered; 100 when absent. */
  readonly receiveMaximum?: number;
  /** Deliveries are answered when `answer` says so, not as they come. */
  readonly slow?: boolean;
}

interface Sent {
  readonly id: number;
  readonly qos: Qos;
  readonly topic: string;
  readonly payload: string;
  released: boolean;
}

/**
 * A v5 client whose session outlives its connections: it keeps what the standard lets it keep, and sends again what it
 * must (section 4.4). Written for kills: a connection that ends is nothing unusual.
 */
export class Lasting {
  private socket: Socket | null = null;
  private rest: Uint8Array = new Uint8Array(0);
  /** What the socket did not take yet. */
  private unsent: Uint8Array = new Uint8Array(0);
  isOpen = false;
  /** Publishes without their last answer, in order. */
  readonly sent = new Map<number, Sent>();
  private nextId = 1;
  /** Incoming QoS 2 publishes that were not released, by identifier: what they brought. */
  private readonly held = new Map<number, string>();
  /** QoS 1 deliveries that were not answered, by identifier. */
  private readonly unanswered = new Map<number, string>();
  private slow: boolean;
  /** Answers that wait for `answer`, when this client is slow. */
  private waiting: Packet[] = [];
  /** Payloads handed to the application, in order. */
  readonly got: { readonly topic: string; readonly payload: string; readonly qos: Qos }[] = [];
  /** Payloads of publishes that the server said it stored. */
  readonly stored: string[] = [];
  /** Hears of each of them. */
  onStored: (payload: string) => void = () => {};
  /** What came and must not: lines for the test's message. */
  readonly faults: string[] = [];
  private known = false;

  constructor(
    private readonly clientId: string,
    private readonly token: string,
    private readonly habits: Habits = {},
  ) {
    this.slow = habits.slow === true;
  }

  /** Connects and waits for CONNACK; false when the server is not to be had. */
  async connect(port: number): Promise<boolean> {
    this.rest = new Uint8Array(0);
    this.unsent = new Uint8Array(0);
    this.waiting = [];
    try {
      const socket = await Bun.connect({
        hostname: "127.0.0.1",
        port,
        socket: {
          data: (s, bytes) => this.receive(s, bytes),
          drain: (s) => this.flush(s),
          close: (s) => this.over(s),
          error: (s) => this.over(s),
        },
      });
      this.socket = socket;
    } catch {
      return false;
    }
    const wish: ConnectPacket = connectPacket({
      clientId: this.clientId,
      token: this.token,
      cleanStart: false,
      properties: { sessionExpiryInterval: 10_000, receiveMaximum: this.habits.receiveMaximum ?? 100 },
    });
    this.send(wish);
    const { socket } = this;
    await until("CONNACK", () => this.isOpen || this.socket !== socket);
    return this.isOpen;
  }
  private over(socket: Socket): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.isOpen = false;
  }
  /** Cuts the connection. */
  cut(): void {
    const { socket } = this;
    this.socket = null;
    this.isOpen = false;
    socket?.terminate();
  }
  private send(packet: Packet): void {
    if (this.socket === null) return;
    this.unsent = Buffer.concat([this.unsent, encode(5, packet)]);
    this.flush(this.socket);
  }
  private flush(socket: Socket): void {
    if (this.socket !== socket || this.unsent.length === 0) return;
    const taken = socket.write(this.unsent);
    this.unsent = this.unsent.subarray(Math.max(0, taken));
  }
  get mayPublish(): boolean {
    return this.isOpen && this.sent.size < (this.habits.window ?? 50);
  }
  publish(qos: 1 | 2, topic: string, payload: string): void {
    while (this.sent.has(this.nextId)) this.nextId = (this.nextId % 2000) + 1;
    const id = this.nextId;
    this.nextId = (this.nextId % 2000) + 1;
    this.sent.set(id, { id, qos, topic, payload, released: false });
    this.send(publishPacket(topic, payload, { qos, packetId: id }));
  }
  /** Subscribes; resolves with SUBACK. */
  async subscribe(filters: readonly { readonly filter: string; readonly qos: Qos }[]): Promise<void> {
    const more = { noLocal: false, retainAsPublished: false, retainHandling: 2 } as const;
    const subscriptions = filters.map((f) => ({ ...f, ...more }));
    this.known = false;
    this.send({ type: "subscribe", packetId: 65_000, subscriptions });
    await until("SUBACK", () => this.known);
  }

  private receive(socket: Socket, bytes: Uint8Array): void {
    if (this.socket !== null && this.socket !== socket) return;
    const all = Buffer.concat([this.rest, bytes]);
    const frame = createFrame();
    let at = 0;
    while (readFrame(all, at, all.length, Number.POSITIVE_INFINITY, frame) === FRAME_COMPLETE) {
      at = frame.bodyEnd;
      this.take(decode(5, all, frame));
    }
    this.rest = new Uint8Array(all.subarray(at));
  }
  private take(packet: Packet): void {
    switch (packet.type) {
      case "connack":
        if (packet.reasonCode !== 0) return;
        if (this.known && !packet.sessionPresent) this.faults.push(`${this.clientId}: the session is gone`);
        return this.resume(packet.sessionPresent);
      case "suback":
        this.known = true;
        return;
      case "publish":
        return this.delivered(packet);
      case "pubrel":
        this.held.delete(packet.packetId);
        return this.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
      case "puback":
        this.confirm(packet.packetId, packet.reasonCode);
        this.sent.delete(packet.packetId);
        return;
      case "pubrec": {
        const one = this.sent.get(packet.packetId);
        if (one && !one.released) this.confirm(packet.packetId, packet.reasonCode);
        if (one) one.released = true;
        return this.send({ type: "pubrel", packetId: packet.packetId, reasonCode: 0 });
      }
      case "pubcomp":
        this.sent.delete(packet.packetId);
        return;
      default:
    }
  }
  private confirm(id: number, reason: number): void {
    const one = this.sent.get(id);
    if (reason !== 0) this.faults.push(`${this.clientId}: reason ${reason} for ${one?.payload}`);
    if (one && reason === 0) {
      this.stored.push(one.payload);
      this.onStored(one.payload);
    }
  }
  private resume(present: boolean): void {
    this.isOpen = true;
    for (const { id, qos, topic, payload, released } of this.sent.values()) {
      if (released && present)
        this.send({ type: "pubrel", packetId: id, reasonCode: 0 }); // [MQTT-4.4.0-1]
      else this.send(publishPacket(topic, payload, { qos, packetId: id, dup: present }));
    }
  }
  private delivered(packet: PublishPacket): void {
    const { qos, packetId = 0, topic } = packet;
    const payload = payloadText(packet);
    const what = `${topic} ${payload}`;
    this.checkIdentifier(packet, what);
    if (qos < 2 || !this.held.has(packetId)) this.got.push({ topic, payload, qos });
    if (qos === 0) return;
    if (qos === 1) this.unanswered.set(packetId, what);
    else this.held.set(packetId, what);
    const answer: Packet = { type: qos === 1 ? "puback" : "pubrec", packetId, reasonCode: 0 };
    if (this.slow) this.waiting.push(answer);
    else this.reply(answer);
  }
  /** A QoS 2 identifier stays with its message [MQTT-4.3.3-2]; what comes again says so [MQTT-3.3.1-1]. */
  private checkIdentifier({ qos, packetId = 0, dup }: PublishPacket, what: string): void {
    if (qos === 2) {
      const before = this.held.get(packetId);
      if (before !== undefined && before !== what)
        this.faults.push(`${this.clientId}: ${packetId} is in use for "${before}", and came for "${what}"`);
    }
    const again = qos === 2 ? this.held.get(packetId) : qos === 1 ? this.unanswered.get(packetId) : undefined;
    if (again === what && !dup) this.faults.push(`${this.clientId}: "${what}" came again without DUP (QoS ${qos})`);
  }
  private reply(answer: Packet): void {
    if (answer.type === "puback") this.unanswered.delete(answer.packetId);
    this.send(answer);
  }
  /** From now on it answers at once. */
  hurry(): void {
    this.slow = false;
    this.answer(this.waiting.length);
  }
  /** A slow client answers the oldest `count` deliveries. */
  answer(count: number): void {
    for (const packet of this.waiting.splice(0, count)) this.reply(packet);
  }
}
