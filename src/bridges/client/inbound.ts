import type { PublishPacket } from "../../codec/index.ts";
import type { SessionHost } from "./types.ts";

interface Slot {
  readonly id: number;
  readonly type: "puback" | "pubrec";
  isDone: boolean;
}

/**
 * The receiving side of a session with a remote: acknowledgements leave in the order in which the messages came [MQTT-4.6.0-2]
 * [MQTT-4.6.0-3], each when what follows from its message is durable. No clock, no socket.
 */
export class Inbound {
  /** Of this connection, oldest first. */
  private slots: Slot[] = [];
  /** QoS 2 messages that are durable, or on their way there; their identifiers are not released yet. */
  private readonly received = new Set<number>();
  /** Those on their way, with who waits for them: a message that is sent again joins the first one. */
  private readonly coming = new Map<number, Slot | null>();

  /** @param received identifiers that were not released before a restart */
  constructor(
    private readonly host: Pick<SessionHost<unknown>, "send" | "message" | "released">,
    received: Iterable<number>,
  ) {
    for (const id of received) this.received.add(id);
  }
  /** Messages that wait for what follows from them. */
  get waiting(): number {
    return this.slots.length;
  }
  /** A connection is there: what was not acknowledged comes again. */
  opened(sessionPresent: boolean): void {
    this.slots = [];
    for (const id of this.coming.keys()) this.coming.set(id, null);
    // a remote without our session gives identifiers anew
    if (!sessionPresent) for (const id of [...this.received]) this.forget(id);
  }
  private forget(id: number): void {
    this.received.delete(id);
    this.coming.delete(id);
    this.host.released(id, () => {});
  }

  publish(packet: PublishPacket): void {
    const { qos, packetId: id = 0 } = packet;
    if (qos === 0) return this.host.message(packet, null);
    const slot: Slot = { id, type: qos === 1 ? "puback" : "pubrec", isDone: false };
    this.slots.push(slot);
    if (qos === 1) return this.host.message(packet, (isTaken) => isTaken && this.done(slot));
    if (this.received.has(id)) {
      // [MQTT-4.3.3-10]
      if (this.coming.has(id)) this.coming.set(id, slot);
      else this.done(slot);
      return;
    }
    this.received.add(id);
    this.coming.set(id, slot);
    this.host.message(packet, (isTaken) => {
      const waits = this.coming.get(id);
      this.coming.delete(id);
      // it comes again, as a new one
      if (!isTaken) this.received.delete(id);
      else if (waits) this.done(waits);
    });
  }
  private done(slot: Slot): void {
    slot.isDone = true;
    while (this.slots[0]?.isDone) {
      const { id, type } = this.slots.shift() as Slot; // it was looked at
      this.host.send({ type, packetId: id, reasonCode: 0 });
    }
  }
  pubrel(id: number, version: number): void {
    const isKnown = this.received.delete(id);
    const reasonCode = isKnown || version !== 5 ? 0 : 0x92;
    this.host.released(id, () => this.host.send({ type: "pubcomp", packetId: id, reasonCode })); // [MQTT-4.3.3-11]
  }
}
