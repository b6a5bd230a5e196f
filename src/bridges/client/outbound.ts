import type { PublishPacket } from "../../codec/index.ts";
import type { OutMessage, RemoteLimits, SessionHost } from "./types.ts";

interface Flying<T> {
  readonly message: OutMessage<T>;
  /** `waiting`: to be sent (again) on this connection; `released`: QoS 2, PUBREC came. */
  phase: "waiting" | "sent" | "released";
  /** It was sent before, on a session that the remote still has. */
  isAgain: boolean;
}

/**
 * The sending side of a session with a remote: what is in flight, in the order in which it was first sent, also over connections
 * (MQTT 5.0 sections 4.3, 4.4 and 4.6). No clock, no socket.
 */
export class Outbound<T> {
  private readonly flying = new Map<number, Flying<T>>();
  /** Identifiers of those that are to be sent again, oldest first. */
  private again: number[] = [];
  private onWire = 0;
  private lastId = 0;
  private aliases = new Map<string, number>();
  /** Identifiers of SUBSCRIBEs that are not answered. */
  readonly subscribing = new Set<number>();

  constructor(private readonly host: Pick<SessionHost<T>, "send" | "acknowledged" | "received" | "room">) {}

  get count(): number {
    return this.flying.size;
  }
  /** How many messages of QoS 1 and 2 may be given to it now. */
  room(limits: RemoteLimits): number {
    return this.again.length > 0 ? 0 : Math.max(0, limits.receiveMaximum - this.onWire);
  }
  freeId(): number {
    do this.lastId = (this.lastId % 65_535) + 1;
    while (this.flying.has(this.lastId) || this.subscribing.has(this.lastId)); // [MQTT-2.2.1-3]
    return this.lastId;
  }

  /**
   * A connection is there. What is in flight is sent again in its order [MQTT-4.4.0-1]; with a session that the remote does not have
   * any more as new messages, since it knows nothing of them.
   */
  opened(limits: RemoteLimits, sessionPresent: boolean): void {
    this.onWire = 0;
    this.aliases = new Map();
    this.again = [];
    this.subscribing.clear();
    for (const [id, one] of this.flying) {
      if (one.phase === "released" && sessionPresent) {
        this.onWire++;
        this.host.send({ type: "pubrel", packetId: id, reasonCode: 0 });
        continue;
      }
      one.isAgain = sessionPresent && one.phase !== "waiting";
      one.phase = "waiting";
      this.again.push(id);
    }
    this.pump(limits);
  }
  /** Sends what waits, as far as the remote takes it [MQTT-3.3.4-7]. */
  private pump(limits: RemoteLimits): void {
    while (this.again.length > 0 && this.onWire < limits.receiveMaximum) {
      const id = this.again.shift() ?? 0;
      const one = this.flying.get(id);
      if (one === undefined) continue;
      one.phase = "sent";
      this.onWire++;
      this.host.send({ ...packetOf(one.message, limits), packetId: id, dup: one.isAgain }); // [MQTT-3.3.1-1]
    }
  }

  /** Sends a message; of QoS 1 and 2 only while there is room. @returns false: the remote takes no packet that large */
  publish(message: OutMessage<T>, limits: RemoteLimits, size: (packet: PublishPacket) => number): boolean {
    const packet = packetOf(message, limits);
    if (packet.qos > 0) packet.packetId = this.freeId();
    const alias = this.aliasOf(message.topic, limits);
    if (alias !== null) packet.properties = { ...packet.properties, topicAlias: alias.number };
    if (alias?.isKnown) packet.topic = "";
    if (size(packet) > limits.maxPacket) {
      if (alias !== null && !alias.isKnown) this.aliases.delete(message.topic);
      return false; // [MQTT-3.1.2-24]
    }
    if (packet.packetId !== undefined) {
      this.flying.set(packet.packetId, { message: { ...message, qos: packet.qos }, phase: "sent", isAgain: false });
      this.onWire++;
    }
    this.host.send(packet);
    return true;
  }
  /** The first topics of a connection get an alias, and keep it. */
  private aliasOf(topic: string, { topicAliases }: RemoteLimits): { number: number; isKnown: boolean } | null {
    const known = this.aliases.get(topic);
    if (known !== undefined) return { number: known, isKnown: true };
    if (this.aliases.size >= topicAliases) return null; // [MQTT-3.3.2-9]
    const number = this.aliases.size + 1;
    this.aliases.set(topic, number);
    return { number, isKnown: false };
  }

  puback(id: number, reason: number, limits: RemoteLimits): void {
    const one = this.flying.get(id);
    if (one?.message.qos === 1 && one.phase === "sent") this.over(id, one, reason, limits);
  }
  pubrec(id: number, reason: number, limits: RemoteLimits): void {
    const one = this.flying.get(id);
    if (one === undefined || one.message.qos !== 2) {
      const reasonCode = limits.version === 5 ? 0x92 : 0;
      if (reason < 0x80) this.host.send({ type: "pubrel", packetId: id, reasonCode });
      return;
    }
    if (reason >= 0x80) return this.over(id, one, reason, limits); // [MQTT-4.3.3-4]
    if (one.phase === "waiting") return;
    one.phase = "released";
    const release = () => {
      if (this.flying.get(id) === one && one.phase === "released")
        this.host.send({ type: "pubrel", packetId: id, reasonCode: 0 });
    };
    if (this.host.received === undefined) release();
    else this.host.received(one.message.token, release);
  }
  pubcomp(id: number, limits: RemoteLimits): void {
    const one = this.flying.get(id);
    if (one?.phase === "released") this.over(id, one, 0, limits);
  }
  private over(id: number, { message }: Flying<T>, reason: number, limits: RemoteLimits): void {
    this.flying.delete(id);
    this.onWire--;
    this.host.acknowledged(message.token, reason);
    this.pump(limits);
    if (this.room(limits) > 0) this.host.room();
  }
}

/** As far as the remote takes it: its Maximum QoS [MQTT-3.2.2-11], and no RETAIN where it keeps nothing [MQTT-3.2.2-14]. */
function packetOf<T>(message: OutMessage<T>, limits: RemoteLimits): PublishPacket {
  const { topic, payload, qos, retain, properties } = message;
  const most = qos > limits.maxQos ? limits.maxQos : qos;
  const packet: PublishPacket = {
    type: "publish",
    topic,
    payload,
    qos: most,
    dup: false,
    retain: retain && limits.retain,
  };
  if (limits.version === 5 && properties !== undefined) packet.properties = properties;
  return packet;
}
