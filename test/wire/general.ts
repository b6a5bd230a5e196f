import type { ConnackPacket, Packet, PublishPacket, Subscription, SubscribeProperties } from "../../src/codec/index.ts";
import { payloadText, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

/** What a general-purpose broker has: no credentials, any topic but one. */
const FLEET = `workspaces:
  - slug: acme
    name: Acme
    api_users:
      - name: everybody
        rights: [{ free_topics: ["#"], except: [test/nosubscribe], can: [publish, subscribe] }]
`;
/** A server that behaves as a general-purpose broker (free topics, clients without credentials). */
export function startGeneral(...flags: string[]): Promise<TestServer> {
  return startServer({ fleet: FLEET, flags: ["--free-topics", "--anonymous", "acme/everybody", ...flags] });
}

const OPTIONS = { qos: 2 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
const utf8 = new TextEncoder();

export function willOf(topic: string, text: string, more: Partial<NonNullable<Wish["will"]>> = {}) {
  return { topic, payload: utf8.encode(text), qos: 0 as const, retain: false, ...more };
}

/** A client that answers what it is sent, as the standard demands, and remembers it. */
export class Peer {
  readonly messages: PublishPacket[] = [];
  /** Everything else that came and was not asked for. */
  readonly others: Packet[] = [];
  connack: ConnackPacket | null = null;
  private nextId = 1;
  /** While true deliveries are not answered. */
  silent = false;

  private constructor(readonly raw: Raw) {}

  static async connect(port: number, wish: Wish = {}): Promise<Peer> {
    const peer = new Peer(await Raw.open(port));
    peer.connack = await peer.raw.connect(wish);
    if (peer.connack.reasonCode !== 0) throw new Error(`refused with ${peer.connack.reasonCode}`);
    return peer;
  }
  private take(packet: Packet): void {
    if (packet.type === "publish") this.messages.push(packet);
    else if (packet.type !== "pubrel") this.others.push(packet);
    if (this.silent) return;
    if (packet.type === "pubrel") this.raw.send({ type: "pubcomp", packetId: packet.packetId, reasonCode: 0 });
    if (packet.type !== "publish" || packet.qos === 0) return;
    const type = packet.qos === 1 ? "puback" : "pubrec";
    this.raw.send({ type, packetId: packet.packetId ?? 0, reasonCode: 0 });
  }
  /** The next packet of a type; what comes before it is taken. */
  async wait<T extends Packet["type"]>(type: T): Promise<Extract<Packet, { type: T }>> {
    for (;;) {
      const packet = await this.raw.next();
      if (packet.type === type) {
        if (type === "publish") this.take(packet);
        return packet as Extract<Packet, { type: T }>; // as seen
      }
      this.take(packet);
    }
  }
  /** Waits until so many messages are there; hands them over as `topic payload qos`, with R where RETAIN is set. */
  async hear(count: number): Promise<string[]> {
    while (this.messages.length < count) this.take(await this.raw.next());
    return this.words();
  }
  /** Waits until the server has answered a PINGREQ, twice. */
  async sync(): Promise<void> {
    for (let n = 0; n < 2; n++) {
      this.raw.send({ type: "pingreq" });
      await this.wait("pingresp");
    }
  }
  /** What has come, and comes until then. */
  async rest(): Promise<PublishPacket[]> {
    await this.sync();
    return this.messages.splice(0);
  }
  /** The same in words. */
  async quiet(): Promise<string[]> {
    await this.sync();
    return this.words();
  }
  private words(): string[] {
    return this.messages.splice(0).map((p) => `${p.topic} ${payloadText(p)} ${p.qos}${p.retain ? " R" : ""}`);
  }
  /** Subscribes; answers the reason codes. Retained messages may have come before. */
  async subscribe(
    filters: string | readonly string[],
    options: Partial<Subscription> = {},
    properties?: SubscribeProperties,
  ): Promise<readonly number[]> {
    const subscriptions = [filters].flat().map((filter) => ({ ...OPTIONS, ...options, filter }));
    this.raw.send({ type: "subscribe", packetId: this.nextId++, subscriptions, ...(properties && { properties }) });
    return (await this.wait("suback")).reasonCodes;
  }
  async unsubscribe(...filters: string[]): Promise<void> {
    this.raw.send({ type: "unsubscribe", packetId: this.nextId++, filters });
    await this.wait("unsuback");
  }
  /** Publishes, and waits for the last answer. Answers the reason. */
  async publish(topic: string, text: string, more: Partial<PublishPacket> = {}): Promise<number> {
    const { qos = 0 } = more;
    if (qos === 0) {
      this.raw.publish(topic, text, more);
      return 0;
    }
    const packetId = this.nextId++;
    this.raw.publish(topic, text, { ...more, packetId });
    if (qos === 1) return (await this.wait("puback")).reasonCode;
    const { reasonCode } = await this.wait("pubrec");
    if (reasonCode >= 0x80) return reasonCode;
    this.raw.send({ type: "pubrel", packetId, reasonCode: 0 });
    return (await this.wait("pubcomp")).reasonCode;
  }
  /** One message at each QoS, `qos 0` and so on, on these three topics or this one. */
  async three(topics: readonly string[], more: Partial<PublishPacket> = {}): Promise<void> {
    for (const qos of [0, 1, 2] as const)
      await this.publish(topics[qos] ?? topics[0] ?? "", `qos ${qos}`, { ...more, qos });
    await this.sync();
  }
  async leave(): Promise<void> {
    await this.raw.leave();
  }
}

/** The clients of one test file: each test begins without any. */
export class Peers {
  private open: Peer[] = [];

  /** @param port of the server, once it runs */
  constructor(private readonly port: () => number) {}

  get count(): number {
    return this.open.length;
  }
  async connect(wish: Wish): Promise<Peer> {
    const peer = await Peer.connect(this.port(), wish);
    this.open.push(peer);
    return peer;
  }
  /** Resets all connections; resolves when they are gone. */
  async reset(): Promise<void> {
    for (const peer of this.open) peer.raw.reset();
    for (const peer of this.open) await peer.raw.closed;
    this.open = [];
  }
}
