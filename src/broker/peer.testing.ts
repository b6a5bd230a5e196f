import {
  createFrame,
  decode,
  encode,
  FRAME_COMPLETE,
  type Packet,
  type PublishPacket,
  type Qos,
  readFrame,
} from "../codec/index.ts";
import { type Life, TOKEN } from "./simulation.testing.ts";
import type { Wire, WireListener } from "./wire.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** A stream of which the test delivers each direction, and cuts it. */
class Line implements Wire {
  readonly remote = "192.0.2.1";
  readonly transport = "tcp";
  readonly local = false;
  readonly certificate = null;
  readonly holds = 0;
  readonly down: Uint8Array[] = [];
  readonly up: Uint8Array[] = [];
  listener: WireListener | null = null;
  isPaused = false;
  isOver = false;
  /** Bytes that the line takes before it blocks. */
  room = 200_000;
  isBlocked = false;

  write(bytes: Uint8Array): number {
    if (this.isOver) return -1;
    const taken = Math.min(this.room, bytes.length);
    this.isBlocked = taken < bytes.length;
    this.room -= taken;
    if (taken > 0) this.down.push(bytes.slice(0, taken));
    return taken;
  }
  probe(): void {}
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  end(): void {
    this.isOver = true;
  }
  terminate(): void {
    this.isOver = true;
  }
}

interface Sent {
  readonly id: number;
  readonly qos: Qos;
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  released: boolean;
}

/** A client that keeps its session as the standard demands, whatever happens to its connections. */
export class Peer {
  line: Line | null = null;
  private open = false;
  /** It has given up its session, and the server has not confirmed that. */
  private anew = false;
  private rest: Uint8Array = new Uint8Array(0);
  /** Publishes without their last answer, in order. */
  private sent: Sent[] = [];
  private nextId = 1;
  /** Incoming QoS 2 publishes that were not released, by identifier: topic and payload. */
  readonly held = new Map<number, string>();
  /** Deliveries handed to the application, in order. */
  readonly got: {
    readonly topic: string;
    readonly payload: string;
    readonly qos: Qos;
    readonly by: number;
    readonly dup: boolean;
    /** Which of the peer's sessions it came to. */
    readonly session: number;
  }[] = [];
  /** Publishes that were acknowledged as stored. */
  readonly acknowledged: { readonly qos: Qos; readonly payload: string }[] = [];
  /** A subscription was acknowledged. */
  subscribed = false;
  /** It was subscribed, and the server said that there is no session. */
  forgotten = false;
  receiveMaximum = 10;
  /** How many sessions it had. */
  private sessions = 0;
  /** Unanswered deliveries of this connection. */
  private unanswered = new Set<number>();
  /** It reads, and answers nothing until it is not any more. */
  private mute = false;
  private owed: Packet[] = [];

  constructor(
    readonly clientId: string,
    private readonly filters: readonly { readonly filter: string; readonly qos: Qos }[],
    /** Seconds that its session outlives a connection; 0: not at all. */
    private readonly expiry = 100_000,
  ) {}

  get idle(): boolean {
    return this.open && this.sent.length === 0 && this.held.size === 0 && this.line?.down.length === 0;
  }
  get isOpen(): boolean {
    return this.open;
  }
  /** @param anew it gives up its session */
  connect(life: Life, receiveMaximum: number, anew = false): void {
    if (anew) {
      this.anew = true;
      this.subscribed = false;
      this.sent = [];
      this.held.clear();
    }
    const line = new Line();
    this.line = line;
    line.listener = life.broker.accept(line);
    this.rest = new Uint8Array(0);
    this.receiveMaximum = receiveMaximum;
    this.unanswered = new Set();
    this.owed = [];
    this.send({
      type: "connect",
      version: 5,
      cleanStart: this.anew,
      keepAlive: 0,
      clientId: this.clientId,
      userName: TOKEN,
      password: utf8.encode(TOKEN),
      properties: { sessionExpiryInterval: this.expiry, receiveMaximum },
    });
  }
  /** The connection is gone; what was under way in either direction is lost. `heard`: the server learns of it. */
  cut(heard: boolean): void {
    const { line } = this;
    this.line = null;
    this.open = false;
    if (line && heard) {
      line.isOver = true;
      line.listener?.closed();
    }
  }
  send(packet: Packet): void {
    this.line?.up.push(encode(5, packet));
  }
  /** It answers deliveries from now on, and those that it owes an answer to; or it does not. */
  answers(them: boolean): void {
    this.mute = !them;
    if (them) for (const packet of this.owed.splice(0)) this.answer(packet);
  }
  private answer(packet: Packet): void {
    if (this.mute) {
      this.owed.push(packet);
      return;
    }
    if (packet.type === "puback") this.unanswered.delete(packet.packetId);
    this.send(packet);
  }
  publish(qos: Qos, topic: string, payload: string, retain = false): void {
    if (!this.open) return;
    if (qos === 0) return this.send(publishOf({ qos, topic, payload, retain }, false));
    const id = this.nextId;
    this.nextId = (id % 12) + 1; // few, so that they are used again
    if (this.sent.some((s) => s.id === id)) return;
    const one: Sent = { id, qos, topic, payload, retain, released: false };
    this.sent.push(one);
    this.send(publishOf(one, false, id));
  }
  subscribe(): void {
    for (const [i, { filter, qos }] of this.filters.entries())
      this.send({
        type: "subscribe",
        packetId: 60_000 + i,
        properties: { subscriptionIdentifier: i + 1 },
        subscriptions: [{ filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 2 }],
      });
  }
  /** A subscription that never matters comes and goes. */
  unsubscribe(): void {
    if (this.open) this.send({ type: "unsubscribe", packetId: 60_100, filters: ["dtck/p/other/+"] });
  }

  /** Delivers some packets to the server. */
  toServer(most: number): void {
    const { line } = this;
    for (let i = 0; line && i < most && !line.isPaused && !line.isOver; i++) {
      const packet = line.up.shift();
      if (!packet) return;
      line.listener?.data(packet);
    }
  }
  /** Takes what the server sent. */
  fromServer(): void {
    const { line } = this;
    if (!line) return;
    const bytes = Buffer.concat([this.rest, ...line.down.splice(0)]);
    const frame = createFrame();
    let at = 0;
    while (readFrame(bytes, at, bytes.length, Number.POSITIVE_INFINITY, frame) === FRAME_COMPLETE) {
      at = frame.bodyEnd;
      this.take(decode(5, bytes, frame));
      if (this.line !== line) return;
    }
    this.rest = new Uint8Array(bytes.subarray(at));
    line.room = 200_000;
    if (line.isBlocked) {
      line.isBlocked = false;
      line.listener?.drained();
    }
    if (line.isOver) this.cut(false);
  }
  private take(packet: Packet): void {
    switch (packet.type) {
      case "connack":
        return this.connected(packet.reasonCode, packet.sessionPresent);
      case "suback":
        this.subscribed ||= packet.packetId === 59_999 + this.filters.length;
        return;
      case "publish":
        return this.delivered(packet);
      case "pubrel":
        this.held.delete(packet.packetId);
        this.unanswered.delete(packet.packetId);
        return this.answer({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
      case "puback":
      case "pubcomp":
        return this.finished(packet.packetId, packet.type === "puback" ? 1 : 2);
      case "pubrec": {
        const one = this.sent.find((s) => s.id === packet.packetId);
        if (one) one.released = true;
        if (one) this.acknowledged.push({ qos: 2, payload: one.payload });
        return this.send({ type: "pubrel", packetId: packet.packetId, reasonCode: 0 });
      }
      case "disconnect":
        return this.cut(true);
      default:
        return;
    }
  }
  private connected(reason: number, present: boolean): void {
    if (reason !== 0) return this.cut(true);
    this.open = true;
    this.anew = false;
    if (!present) {
      this.sessions++;
      this.forgotten ||= this.subscribed && this.expiry > 0;
      this.held.clear();
      // a session that never was durable: its publishes are sent as new ones
      for (const one of this.sent) one.released = false;
    }
    if (!present || !this.subscribed) this.subscribe();
    for (const one of this.sent) {
      if (one.released)
        this.send({ type: "pubrel", packetId: one.id, reasonCode: 0 }); // [MQTT-4.4.0-1]
      else this.send(publishOf(one, present, one.id));
    }
  }
  private delivered(packet: PublishPacket): void {
    const { qos, packetId = 0 } = packet;
    if (qos > 0) this.unanswered.add(packetId);
    if (this.unanswered.size > this.receiveMaximum)
      throw new Error(`more than ${this.receiveMaximum} deliveries await their answer`); // [MQTT-3.3.4-9]
    const payload = text.decode(packet.payload);
    const one = `${packet.topic} ${payload}`;
    const known = qos === 2 ? this.held.get(packetId) : undefined;
    // a correct client throws it away as a duplicate
    if (known !== undefined && (known !== one || !packet.dup))
      throw new Error(`identifier ${packetId} is in use, and came with another message, or without DUP`); // [MQTT-2.2.1-4]
    if (known === undefined)
      this.got.push({
        topic: packet.topic,
        payload,
        qos,
        dup: packet.dup,
        session: this.sessions,
        // its filters differ, but for those that overlap: then the first tells
        by: packet.properties?.subscriptionIdentifiers?.[0] ?? 0,
      });
    if (qos === 1) {
      this.answer({ type: "puback", packetId, reasonCode: 0 });
    }
    if (qos === 2) {
      this.held.set(packetId, one);
      this.answer({ type: "pubrec", packetId, reasonCode: 0 });
    }
  }
  private finished(id: number, qos: Qos): void {
    const at = this.sent.findIndex((s) => s.id === id && s.qos === qos);
    const [one] = at < 0 ? [] : this.sent.splice(at, 1);
    if (one && qos === 1) this.acknowledged.push({ qos, payload: one.payload });
  }
}

function publishOf(
  { qos, topic, payload, retain }: Pick<Sent, "qos" | "topic" | "payload" | "retain">,
  dup: boolean,
  packetId?: number,
): PublishPacket {
  const id = packetId === undefined ? {} : { packetId };
  return { type: "publish", topic, payload: utf8.encode(payload), qos, dup: dup && qos > 0, retain, ...id };
}
