import { secondsLeft } from "../base/expiry.ts";
import type { Principal } from "../auth/principal.ts";
import { createEntry, MessageQueue } from "../session/queue.ts";
import { SLOT_ACKED, SLOT_ASSIGNED, SLOT_RECEIVED, SLOT_SENT, Window } from "../session/window.ts";
import { Kind } from "../store/record.ts";
import type { Link } from "./link.ts";
import type { OutletHost } from "./host.ts";
import { Backlog } from "./backlog.ts";
import { type DeliveryProperties, writePublish } from "./publish.ts";
import type { Subscription } from "./subscription.ts";

/** Why an outlet sends nothing at the moment. */
export type Pause =
  | "ready"
  | "caught_up"
  | "offline"
  | "inflight_full"
  | "socket_busy"
  | "awaits_commit"
  | "loads_chunk";

/** Encoded ahead per connection; what waits beyond it are references, so that a revoked right still bites. */
const AHEAD = 65_536;
const PUBLISH = 0x30;

/**
 * The sending side of a session: its subscriptions, the queue of QoS 1 and 2 messages, the window of those in flight.
 * It lives as long as the session; `link` is there while the client is connected. QoS 0 passes by the queue.
 */
export class Outlet {
  readonly subscriptions = new Map<string, Subscription>();
  link: Link | null = null;
  /** Number of the stored session; 0: the session ends with its connection and writes nothing. */
  stored = 0;
  version: 3 | 4 | 5 = 4;
  /** QoS 1 and 2 deliveries that may await their answer. */
  maxInflight = 20;
  pause: Pause = "offline";
  window = new Window();
  queue: MessageQueue | null = null;
  /** Where the next message to send lies in the queue. */
  sendAt = 0;
  readonly backlog: Backlog;
  /** Retained values still to be sent: the hub's cursor. */
  replay: { next(): boolean } | null = null;
  /** Everything delivered up to this seq was acknowledged. */
  ackedSeq = 0;
  /** Something was acknowledged since the last commit. */
  private ackNoted = false;
  /** In the hub's list of outlets to pump. */
  touched = false;
  /** The session was ended: nothing is queued for it any more. */
  gone = false;
  /** Messages that overflowed the queue. */
  dropped = 0;

  constructor(
    readonly key: string,
    readonly principal: Principal,
    private readonly host: OutletHost,
  ) {
    this.backlog = new Backlog(this, host);
  }

  /** Messages waiting or in flight. */
  get waiting(): number {
    return (this.queue?.count ?? 0) + this.backlog.count;
  }

  /** Appends a QoS 1 or 2 message; see MessageQueue.push. */
  enqueue(
    qos: number,
    retain: boolean,
    seq: number,
    series: number,
    time: number,
    deadline: number,
    ids: readonly number[] | null,
    topic: Uint8Array | null,
    src: Uint8Array,
    from: number,
    to: number,
  ): void {
    if (this.gone) return;
    this.queue ??= new MessageQueue();
    if (this.waiting - this.window.count >= this.host.limits.maxQueued) this.dropOldest();
    const { queue } = this;
    if (this.backlog.takes(queue.bytes)) {
      this.backlog.push(qos, retain, seq, series, time, deadline, ids, topic, src, from, to);
    } else queue.push(qos, retain, seq, series, time, deadline, ids, topic, src, from, to);
    this.host.touch(this);
  }

  /** Sends what may be sent. */
  pump(now: number): void {
    this.pause = this.send(now);
  }
  private send(now: number): Pause {
    const { link } = this;
    if (!link) return "offline";
    for (;;) {
      if (link.box.unsent >= AHEAD) return "socket_busy";
      const { queue } = this;
      if (queue === null || this.sendAt >= queue.tail) {
        if (this.backlog.count > 0) {
          if (!this.backlog.refill()) return "loads_chunk";
          continue;
        }
        if (this.replay === null) return "caught_up";
        if (!this.replay.next()) this.replay = null;
        continue;
      }
      if (this.window.count >= this.maxInflight) return "inflight_full"; // [MQTT-3.3.4-7]
      const outcome = this.sendNext(link, queue, now);
      if (outcome !== null) return outcome;
    }
  }
  /** Sends the entry at sendAt, or passes it over; a pause when it cannot go yet. */
  private sendNext(link: Link, queue: MessageQueue, now: number): Pause | null {
    const e = this.host.entry;
    if (!queue.read(this.sendAt, e)) return "caught_up";
    if ((e.deadline > 0 && e.deadline * 1e6 <= now) || !this.readable(e.plain, e.series)) {
      this.passOver(e.at, e.next);
      return null;
    }
    if (e.qos === 2 && this.stored > 0) {
      this.assign(e.at, e.next, e.seq);
      return null;
    }
    const id = this.window.push(e.at, SLOT_SENT);
    this.sendAt = e.next;
    if (!this.write(link, id, false, now)) this.acknowledge(id);
    return null;
  }
  private readable(plain: boolean, series: number): boolean {
    if (plain) return true;
    const device = this.host.deviceOf(series);
    return device !== null && this.principal.view.has(device.index);
  }
  /** An entry that is not sent: a slot that is acknowledged at once would use up an identifier; the front is dropped instead. */
  private passOver(at: number, next: number): void {
    const { queue } = this;
    this.sendAt = next;
    if (queue === null) return;
    if (this.window.count === 0) queue.dropTo(next, 1);
    else this.passed.push(at);
  }
  /** Positions of entries that were passed over while others before them are in flight. */
  private passed: number[] = [];

  /** QoS 2 of a session that is stored: the identifier is durable before the PUBLISH leaves (engine-room 3). */
  private assign(at: number, next: number, seq: number): void {
    const id = this.window.push(at, SLOT_ASSIGNED);
    this.sendAt = next;
    this.host.writer().session(Kind.OutAssigned, this.stored, id, seq);
    this.host.afterCommit(this, id);
  }
  /** The commit that `assign` or a PUBREC waited for is done. */
  committed(id: number, now: number): void {
    const slot = this.window.find(id);
    const { link } = this;
    if (slot < 0) return;
    const state = this.window.stateAt(slot);
    if (state === SLOT_ASSIGNED) {
      this.window.setState(slot, SLOT_SENT);
      if (link && !this.write(link, id, false, now)) this.acknowledge(id);
    } else if (state === SLOT_RECEIVED && link) this.host.sendPubrel(link, this, id);
    link?.dirty();
  }

  /** Writes the PUBLISH of the entry that a slot stands for. False when it is too large for the client. */
  private write(link: Link, id: number, dup: boolean, now: number): boolean {
    const e = this.host.entry;
    const slot = this.window.find(id);
    if (slot < 0 || !this.queue?.read(this.window.positionAt(slot), e)) return true;
    const first = PUBLISH | (dup ? 8 : 0) | (e.qos << 1) | (e.retain ? 1 : 0);
    let props: DeliveryProperties | null = null;
    if (this.version === 5) {
      props = this.host.properties;
      props.clear();
      if (e.deadline > 0) props.expiry(secondsLeft(e.deadline, now));
      if (!e.plain) this.host.describe(props, e.series, e.time);
      props.subscriptionIds(e.subscriptionIds);
    }
    const topic = e.plain ? e.buf : this.host.topicOf(e.series);
    const from = e.plain ? e.topicStart : 0;
    const to = e.plain ? e.topicEnd : topic.length;
    const fits = writePublish(
      link.box,
      first,
      topic,
      from,
      to,
      id,
      props,
      e.buf,
      e.payloadStart,
      e.payloadEnd,
      link.maxPacket,
    );
    link.dirty();
    if (fits) this.host.metrics.deliveries++;
    return fits;
  }

  /** PUBACK, or PUBREC with an error, or PUBCOMP: the delivery is over. False when no delivery bears the identifier. */
  acknowledge(id: number): boolean {
    const slot = this.window.find(id);
    if (slot < 0 || this.window.stateAt(slot) === SLOT_ACKED) return false;
    this.window.setState(slot, SLOT_ACKED);
    if (slot === 0) this.releaseFront();
    return true;
  }
  private releaseFront(): void {
    const { queue, window } = this;
    if (queue === null) return;
    const last = window.positionAt(0);
    const freed = window.release();
    if (freed === 0) return;
    const to = window.count > 0 ? window.positionAt(0) : this.sendAt;
    let passed = 0;
    if (this.passed.length > 0) {
      const before = this.passed.length;
      this.passed = this.passed.filter((at) => at >= to);
      passed = before - this.passed.length;
    }
    if (this.stored > 0) this.noteAck(queue, last, to);
    queue.dropTo(to, freed + passed);
    this.host.touch(this);
  }
  private noteAck(queue: MessageQueue, from: number, to: number): void {
    const e = this.host.entry;
    for (let at = from; at < to && queue.read(at, e); at = e.next) if (e.seq > this.ackedSeq) this.ackedSeq = e.seq;
    if (this.ackNoted) return;
    this.ackNoted = true;
    this.host.noteAcked(this);
  }
  /** For the commit that is being sealed: how far deliveries were acknowledged. */
  takeAcked(): number {
    this.ackNoted = false;
    return this.ackedSeq;
  }
  /** PUBREC. False when no delivery bears the identifier (then the answer is PUBREL 0x92 in v5). */
  received(id: number): boolean {
    const slot = this.window.find(id);
    if (slot < 0 || this.window.stateAt(slot) === SLOT_ACKED) return false;
    this.window.setState(slot, SLOT_RECEIVED);
    return true;
  }
  /** A session goes on: what was in flight is sent again in its order [MQTT-4.4.0-1], [MQTT-4.6.0-1]. */
  resend(link: Link, now: number): void {
    for (let i = 0; i < this.window.count; i++) {
      const state = this.window.stateAt(i);
      const id = this.window.packetId(i);
      if (state === SLOT_SENT) {
        if (!this.write(link, id, true, now)) this.window.setState(i, SLOT_ACKED);
      } else if (state === SLOT_RECEIVED) this.host.sendPubrel(link, this, id);
    }
    this.releaseFront();
    this.host.touch(this);
  }

  /** Makes room for one message: the oldest that is not in flight goes. */
  private dropOldest(): void {
    this.dropped++;
    this.host.metrics.queueDropped++;
    if (this.dropped === 1) this.host.overflowed(this);
    const e = this.host.entry;
    if (this.queue?.read(this.sendAt, e)) this.passOver(e.at, e.next);
    else this.backlog.dropOldest();
  }
  /** Forgets everything that waits; the session is over. */
  discard(): void {
    this.gone = true;
    this.queue = null;
    this.replay = null;
    this.window = new Window();
    this.backlog.clear();
  }
}

export { createEntry };
