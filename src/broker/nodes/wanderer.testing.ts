import type { Packet, Qos } from "../../codec/index.ts";
import { connectOf, type FakeWire, publishOf, type Rig, willOf } from "../rig.testing.ts";

/** What a client sent that was not answered for good. */
interface Sent {
  readonly id: number;
  readonly payload: string;
  readonly qos: 1 | 2;
  isReceived: boolean;
}
const text = new TextDecoder();

/** A client that goes from node to node and keeps its session, and obeys the standard. */
export class Wanderer {
  wire: FakeWire | null = null;
  isIn = false;
  /** It was told once that it has a session. */
  hasSession = false;
  /** Times that its session was not there any more. */
  lost = 0;
  /** Payloads of what it was given, in order: of QoS 1 each time, of QoS 2 once. */
  readonly got: string[] = [];
  /** Payloads that were acknowledged. */
  readonly acked: string[] = [];
  /** Wills of connections that ended without DISCONNECT; and of those that were never told that they are one, or whose DISCONNECT may be lost. */
  readonly due: string[] = [];
  readonly maybe: string[] = [];
  rig: Rig | null = null;
  private readonly held = new Set<number>();
  private out: Sent[] = [];
  private nextId = 1;
  private wills = 0;
  private will = "";

  /** How it logs in next; with a session that stays by default. */
  wish: { readonly cleanStart: boolean; readonly expiry: number } = { cleanStart: false, expiry: 100_000 };

  /** @param filters that it subscribes to; none: it publishes */
  constructor(
    readonly name: string,
    private readonly filters: readonly string[],
    private readonly qos: Qos,
    private readonly hasWill = false,
  ) {}

  get unanswered(): number {
    return this.out.length;
  }
  connect(rig: Rig): void {
    this.gone();
    this.wire = rig.open();
    this.rig = rig;
    this.will = this.hasWill ? `${this.name}${++this.wills}` : "";
    const will = this.will === "" ? {} : { will: { ...willOf(this.will), topic: "wills/w", qos: 1 as const } };
    const { cleanStart, expiry } = this.wish;
    const properties = { sessionExpiryInterval: expiry, receiveMaximum: 3 };
    this.wire.send(connectOf({ clientId: this.name, cleanStart, properties, ...will }));
  }
  /** The network breaks. */
  breaks(): void {
    this.wire?.lost();
    this.gone();
  }
  leaves(): void {
    if (!this.isIn || this.wire === null) return;
    this.wire.send({ type: "disconnect", reasonCode: 0 });
    if (this.will !== "") this.maybe.push(this.will);
    this.will = "";
    this.gone();
  }
  /** The connection is no more, however it ended. */
  gone(): void {
    if (this.will !== "") (this.isIn ? this.due : this.maybe).push(this.will);
    this.will = "";
    this.wire = null;
    this.isIn = false;
  }
  publish(topic: string, payload: string, qos: 1 | 2): void {
    if (!this.isIn) return;
    const id = this.nextId;
    this.nextId = (this.nextId % 50) + 1;
    this.out.push({ id, payload, qos, isReceived: false });
    this.wire?.send(publishOf(topic, payload, { qos, packetId: id }));
    this.topics.set(payload, topic);
  }
  private readonly topics = new Map<string, string>();

  /** Takes what came, and answers. */
  take(): void {
    const { wire } = this;
    if (wire === null) return;
    for (const p of wire.got()) this.packet(wire, p);
    if (wire.ended || wire.terminated) this.gone();
  }
  private packet(wire: FakeWire, p: Packet): void {
    switch (p.type) {
      case "connack":
        if (p.reasonCode === 0) this.accepted(wire, p.sessionPresent);
        return;
      case "publish": {
        const id = p.packetId ?? 0;
        if (p.qos < 2 || !this.held.has(id)) this.got.push(text.decode(p.payload));
        if (p.qos === 1) wire.send({ type: "puback", packetId: id, reasonCode: 0 });
        if (p.qos < 2) return;
        this.held.add(id);
        wire.send({ type: "pubrec", packetId: id, reasonCode: 0 });
        return;
      }
      case "pubrel":
        this.held.delete(p.packetId);
        wire.send({ type: "pubcomp", packetId: p.packetId, reasonCode: 0 });
        return;
      case "suback":
        this.hasSession = true;
        return;
      case "puback":
      case "pubcomp":
        this.answered(p.packetId, true);
        return;
      case "pubrec":
        this.answered(p.packetId, false);
        wire.send({ type: "pubrel", packetId: p.packetId, reasonCode: 0 });
        return;
      default:
    }
  }
  private answered(id: number, isDone: boolean): void {
    const one = this.out.find((sent) => sent.id === id);
    if (one === undefined) return;
    if (!one.isReceived) this.acked.push(one.payload);
    one.isReceived = true;
    if (isDone) this.out = this.out.filter((sent) => sent !== one);
  }
  private accepted(wire: FakeWire, isPresent: boolean): void {
    this.isIn = true;
    if (!isPresent) {
      if (this.hasSession && !this.wish.cleanStart && this.wish.expiry > 0) this.lost++;
      this.held.clear();
      this.hasSession = this.filters.length === 0;
    }
    if (this.filters.length > 0 && !this.hasSession) {
      const options = { qos: this.qos, noLocal: false, retainAsPublished: true, retainHandling: 2 } as const;
      const subscriptions = this.filters.map((filter) => ({ filter, ...options }));
      wire.send({ type: "subscribe", packetId: 60, subscriptions });
    }
    for (const { id, payload, qos, isReceived } of this.out)
      if (isReceived) wire.send({ type: "pubrel", packetId: id, reasonCode: 0 });
      else wire.send(publishOf(this.topics.get(payload) ?? "", payload, { qos, packetId: id, dup: true }));
  }
}
