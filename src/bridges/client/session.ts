import type { ConnackPacket, Packet, PublishPacket, Subscription, Version } from "../../codec/index.ts";
import { Inbound } from "./inbound.ts";
import { limitsOf } from "./limits.ts";
import { Outbound } from "./outbound.ts";
import type { OutMessage, RemoteLimits, SessionHost } from "./types.ts";

/** The remote did what the protocol does not allow; the connection ends. */
class RemoteBroke extends Error {
  override readonly name = "RemoteBroke";
}

/** Filters of one SUBSCRIBE. */
const FILTERS = 50;
const UNTOLD: RemoteLimits = limitsOf(4, {});

/**
 * One session with a remote broker, over the connections that it has: the client's half of MQTT. What it is told of is a packet at a
 * time; what it wants done it asks its host for. Packets of a connection that ended must not be told any more.
 */
export class RemoteSession<T> {
  private readonly outbound: Outbound<T>;
  private readonly inbound: Inbound;
  limits: RemoteLimits = UNTOLD;
  private isOpen = false;

  /** @param received identifiers of QoS 2 messages that were not released before a restart */
  constructor(
    private readonly host: SessionHost<T>,
    received: Iterable<number> = [],
  ) {
    this.outbound = new Outbound(host);
    this.inbound = new Inbound(host, received);
  }
  /** Messages without an acknowledgement of the remote. */
  get inFlight(): number {
    return this.outbound.count;
  }
  /** Messages that wait for ours. */
  get waiting(): number {
    return this.inbound.waiting;
  }
  /** How many messages of QoS 1 and 2 the remote takes now. */
  get room(): number {
    return this.isOpen ? this.outbound.room(this.limits) : 0;
  }

  /** The remote let us in. */
  opened(version: Version, connack: ConnackPacket): void {
    this.limits = limitsOf(version, connack);
    this.isOpen = true;
    this.inbound.opened(connack.sessionPresent);
    this.outbound.opened(this.limits, connack.sessionPresent);
  }
  closed(): void {
    this.isOpen = false;
  }
  /** @returns false: the remote takes no packet that large */
  publish(message: OutMessage<T>, size: (packet: PublishPacket) => number): boolean {
    return this.outbound.publish(message, this.limits, size);
  }
  /** @returns identifiers of the packets, each with the filters that it has */
  subscribe(subscriptions: readonly Subscription[]): Map<number, readonly Subscription[]> {
    const sent = new Map<number, readonly Subscription[]>();
    for (let at = 0; at < subscriptions.length; at += FILTERS) {
      const some = subscriptions.slice(at, at + FILTERS);
      const id = this.outbound.freeId();
      this.outbound.subscribing.add(id);
      sent.set(id, some);
      this.host.send({ type: "subscribe", packetId: id, subscriptions: [...some] });
    }
    return sent;
  }
  /** Its answer means nothing to us. */
  unsubscribe(filters: readonly string[]): void {
    for (let at = 0; at < filters.length; at += FILTERS)
      this.host.send({
        type: "unsubscribe",
        packetId: this.outbound.freeId(),
        filters: filters.slice(at, at + FILTERS),
      });
  }

  /** @throws RemoteBroke */
  packet(packet: Packet): void {
    const { limits } = this;
    switch (packet.type) {
      case "publish":
        if (packet.topic === "" || packet.properties?.topicAlias !== undefined)
          throw new RemoteBroke("it sent a topic alias, and none is allowed"); // [MQTT-3.3.2-10]
        return this.inbound.publish(packet);
      case "puback":
        return this.outbound.puback(packet.packetId, packet.reasonCode, limits);
      case "pubrec":
        return this.outbound.pubrec(packet.packetId, packet.reasonCode, limits);
      case "pubrel":
        return this.inbound.pubrel(packet.packetId, limits.version);
      case "pubcomp":
        return this.outbound.pubcomp(packet.packetId, limits);
      case "suback":
        if (this.outbound.subscribing.delete(packet.packetId))
          this.host.subscribed(packet.packetId, packet.reasonCodes);
        return;
      case "pingresp":
      case "unsuback":
        return;
      default:
        throw new RemoteBroke(`it sent a packet that only clients send (${packet.type})`);
    }
  }
}
