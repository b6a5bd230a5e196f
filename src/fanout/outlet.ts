import { secondsLeft } from "../base/expiry.ts";
import type { Principal } from "../auth/principal.ts";
import type { Delivery } from "../session/delivery.ts";
import type { Entry, MessageQueue } from "../session/queue.ts";
import { SLOT_ACKED, SLOT_ASSIGNED, SLOT_RECEIVED, SLOT_SENT, Window } from "../session/window.ts";
import { Kind } from "../store/record.ts";
import type { Link } from "./link.ts";
import type { OutletHost } from "./host.ts";
import { type Keeper, unsentBytes } from "./keeper.ts";
import { Backlog } from "./backlog.ts";
import { FIRST_FLIGHT, flightOf, grow, type Taking } from "./bounds.ts";
import { type DeliveryProperties, writePublish } from "./publish.ts";
import { mayRead } from "./readable.ts";
import type { Replays } from "./replays.ts";
import { deliveryOf, Sharing } from "./sharing.ts";
import type { Subscription } from "./subscription.ts";

/** Why an outlet sends nothing at the moment. */
export type Pause =
  | "ready"
  | "caught_up"
  | "offline"
  | "inflight_full"
  | "socket_busy"
  | "awaits_commit"
  | "loads_chunk"
  | "looks_up_retained";

/** Encoded ahead per connection; what waits beyond it are references, so that a revoked right still bites. */
const AHEAD = 65_536;
const PUBLISH = 0x30;

/**
 * The sending side of a session: its subscriptions, the queue of QoS 1 and 2 messages, the window of those in flight.
 * It lives as long as the session; `link` is there while the client is connected. QoS 0 passes by the queue.
 */
export class Outlet implements Keeper {
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
  /** Bytes that may await their answer, which checkpoints copy: more with what the client answers. */
  private flight = FIRST_FLIGHT;
  /** Where the next message to send lies in the queue. */
  sendAt = 0;
  /** Seq of the newest message before `sendAt`: it was given an identifier, or passed over. */
  passedSeq = 0;
  /** Slots [resendAt, resendEnd) were sent on an earlier connection, and are to be sent again on this one. */
  private resendAt = 0;
  private resendEnd = 0;
  /** The newest so many slots are of QoS 1 and not in the log. */
  private unlogged = 0;
  readonly backlog: Backlog;
  /** Hash of the state that was stored last; null: none was. */
  stateHash: number | bigint | null = null;
  /** Retained values still to be sent: the cursors of them. */
  replay: Replays | null = null;
  /** Everything delivered up to this seq was acknowledged. */
  ackedSeq = 0;
  /** What waits was queued with the rights of this epoch; -1: nobody knows. */
  private queuedEpoch = -1;
  /** It is in the hub's list of those that the next commit tells of: something was sent or acknowledged at QoS 1. */
  private noted = false;
  /** ackedSeq has grown since that was told. */
  private ackGrew = false;
  /** After a crash: what waits up to this one may have been sent at QoS 1 before it, although the log does not tell. */
  doubtSeq = 0;
  /** Commits on their way that tell of something dropped, and the number of the newest of them. */
  private untold = 0;
  private untoldIn = -1;
  /** Identifier of the newest QoS 1 delivery that waits for its commit; 0: none does. */
  private held = 0;
  /** Among several nodes: rows up to this one were queued from the log when it came here; 0: it did not come. */
  joinedSeq = 0;
  /** In the hub's list of outlets to pump. */
  touched = false;
  /** The session was ended: nothing is queued for it any more. */
  gone = false;
  /** Messages that overflowed the queue. */
  dropped = 0;
  /** Its shared subscriptions; null: it never had one. */
  sharing: Sharing | null = null;

  constructor(
    readonly key: string,
    readonly principal: Principal,
    private readonly host: OutletHost,
  ) {
    this.backlog = new Backlog(this, host);
  }

  get taking(): Taking {
    return this.link === null ? "away" : this.pause === "ready" || this.pause === "caught_up" ? "taking" : "held";
  }
  get owner(): string {
    return this.principal.key;
  }
  get name(): string {
    return this.key.slice(this.key.indexOf("\0") + 1);
  }
  /** Messages waiting or in flight. */
  get waiting(): number {
    return (this.queue?.count ?? 0) + this.backlog.count;
  }

  /** Appends a QoS 1 or 2 message. */
  enqueue(d: Readonly<Delivery>): void {
    if (this.gone || (d.seq > 0 && d.seq <= this.joinedSeq && !this.host.recovering)) return;
    if (this.waiting === 0) this.queuedEpoch = this.principal.epoch;
    else if (this.queuedEpoch !== this.principal.epoch) this.queuedEpoch = -1;
    this.queue ??= this.host.memory.queueFor(this);
    const { maxQueued, maxQueuedBytes } = this.host.limits;
    const { queue } = this;
    // in replay the log tells what went, and when: an identifier may be in use by what would go now
    if (!this.host.recovering && (this.waiting - this.window.count >= maxQueued || unsentBytes(this) >= maxQueuedBytes))
      this.dropOldest();
    if (this.backlog.takes(queue.bytes, d.seq)) this.backlog.push(d);
    else {
      queue.push(d);
      this.backlog.passed();
      if (this.stored === 0) this.host.memory.check();
    }
    this.host.touch(this);
  }

  /** Sends what may be sent. A full window holds back what is queued, and nothing else [MQTT-3.3.4-10], [MQTT-4.9.0-3]. */
  pump(now: number): void {
    this.pause = this.sendSome(now);
  }
  private sendSome(now: number): Pause {
    const { link } = this;
    if (!link) return "offline";
    for (;;) {
      if (link.box.unsent >= AHEAD) return "socket_busy";
      if (this.resendAt < this.resendEnd) {
        if (this.resendAt >= this.maxInflight) return "inflight_full";
        this.resendNext(link, now);
        continue;
      }
      const { queue } = this;
      if (queue === null || this.sendAt >= queue.tail) {
        if (this.backlog.count > 0) {
          // what could not be sent stays where it is: to have it in memory costs a checkpoint
          if (queue !== null && this.isFull(queue)) return "inflight_full";
          if (!this.backlog.refill()) return "loads_chunk";
          continue;
        }
        if (this.replay === null) {
          this.sharing?.offer();
          return "caught_up";
        }
        const went = this.replay.next(now);
        if (went === "later") {
          this.host.touch(this);
          return "looks_up_retained";
        }
        if (went === "done") this.replay = null;
        continue;
      }
      if (this.isFull(queue)) return "inflight_full"; // [MQTT-3.3.4-9], [MQTT-4.9.0-2]
      // what is held goes first; while there is more to tell of, others are held behind it, so that none waits for ever
      if (this.held > 0 && this.untold === 0) return "awaits_commit";
      this.sendNext(link, queue, now);
    }
  }
  /** Whether a message of a shared subscription can be sent at once, behind nothing of its own. */
  canTake(qos: number): boolean {
    const { link, queue } = this;
    if (!link || this.resendAt < this.resendEnd || this.replay !== null || this.backlog.count > 0) return false;
    if (queue !== null && this.sendAt < queue.tail) return false;
    if (link.box.unsent >= AHEAD) {
      this.pause = "socket_busy";
      return false;
    }
    return qos === 0 || queue === null || !this.isFull(queue); // [MQTT-3.3.4-9]
  }
  /** As many deliveries await their answer as may, or as many bytes of them as the queue may have. */
  private isFull(queue: MessageQueue): boolean {
    const most = Math.min(flightOf(this.flight, this.host.memory), this.host.limits.maxQueuedBytes);
    return this.window.count >= this.maxInflight || this.sendAt - queue.head >= most;
  }
  /** What it has of shared subscriptions. */
  share(): Sharing {
    this.sharing ??= new Sharing(this, this.host);
    return this.sharing;
  }
  /**
   * Appends a message that was taken from a shared subscription and gives it the next packet identifier, which it
   * returns. All others were sent before. It has no seq here: those of its own ascend.
   */
  append(e: Entry, form: number, ids: readonly number[] | null, state: number): number {
    this.queue ??= this.host.memory.queueFor(this);
    const { queue } = this;
    const at = queue.tail;
    queue.push(deliveryOf(this.host.delivery, e, form, 0, ids));
    if (this.stored > 0) this.logSent();
    this.sendAt = queue.tail;
    return this.window.push(at, state);
  }
  /** The entry of the newest delivery, as it lies in the queue. */
  newest(): Uint8Array {
    const { queue, window } = this;
    return queue?.bytesOf(window.positionAt(window.count - 1), queue.tail) ?? new Uint8Array(0);
  }
  /** Sends a delivery that has an identifier; when it cannot go it is over. */
  sendOrAbandon(id: number, now: number, dup = false): void {
    if (this.link && !this.write(this.link, id, dup, now)) this.abandon(id);
  }
  /** Sends the entry at sendAt, or passes over it and all that may not be sent either: it is too late [MQTT-3.3.2-5]. */
  private sendNext(link: Link, queue: MessageQueue, now: number): void {
    const e = this.host.entry;
    let to = this.sendAt;
    while (queue.read(to, e)) {
      if ((e.deadline === 0 || e.deadline * 1e6 > now) && this.readable(e)) break;
      to = e.next;
    }
    if (to > this.sendAt) return this.skipTo(to);
    if (this.stored > 0 && (e.qos === 2 || this.untold > 0)) return this.assign(e);
    const id = this.window.push(e.at, SLOT_SENT);
    this.sendAt = e.next;
    this.passedSeq = Math.max(this.passedSeq, e.seq);
    this.unlogged++;
    if (this.stored > 0) this.note();
    if (!this.write(link, id, this.mayHaveBeenSent(e.seq), now)) this.acknowledge(id); // [MQTT-3.1.2-25]
  }
  /** What was sent just before a crash is not in the log: nobody knows, so DUP says that it may be there already [departs from MQTT-4.3.2-2]. */
  mayHaveBeenSent(seq: number): boolean {
    return seq > 0 && seq <= this.doubtSeq;
  }
  /** The server went down while its client was connected. @param seq the newest that was published */
  crashed(seq: number): void {
    this.doubtSeq = seq;
  }
  private note(): void {
    if (this.noted) return;
    this.noted = true;
    this.host.noteNews(this);
  }
  private readable(e: Entry): boolean {
    // a free message of an unchanged account was judged when it was queued
    return (e.workspace > 0 && this.principal.epoch === this.queuedEpoch) || mayRead(this.host, this.principal, e);
  }
  /** The entries from sendAt up to here are not sent; they leave the queue, also while others before them are in flight. */
  skipTo(to: number): void {
    const { queue, window, host } = this;
    if (queue === null) return;
    const e = host.entry;
    let seq = 0;
    for (let at = this.sendAt; at < to && queue.read(at, e); at = e.next) seq = Math.max(seq, e.seq);
    this.passedSeq = Math.max(this.passedSeq, seq);
    this.logPassed(seq);
    queue.cut(this.sendAt, to);
    window.shift(to - this.sendAt);
    this.sendAt = to;
  }

  /**
   * QoS 2 of a session that is stored: the identifier is durable before the PUBLISH leaves (docs/engine.md section 3). Identifiers
   * follow each other, so those that QoS 1 deliveries in flight took since the last one are told before it. QoS 1 goes the
   * same way behind something that was dropped, until that is durable: see `leavesOut`.
   */
  private assign(e: Entry): void {
    const { window, host } = this;
    const { at, next, seq, qos } = e;
    this.logSent();
    const id = window.push(at, SLOT_ASSIGNED);
    if (qos === 1) this.held = id;
    this.sendAt = next;
    this.passedSeq = Math.max(this.passedSeq, seq);
    host.writer().session(Kind.OutAssigned, this.stored, id, seq);
    host.afterCommit(this, id);
  }
  /** Tells the log which identifiers the QoS 1 deliveries in flight took that it does not know of yet. */
  private logSent(): void {
    const { window, host, queue } = this;
    const from = Math.max(0, window.count - this.unlogged);
    this.unlogged = 0;
    if (queue === null) return;
    let [seq, id] = [0, 0];
    for (let i = from; i < window.count; i++) {
      const next = queue.seqAt(window.positionAt(i));
      // what has no seq is in no row of the log, but has an identifier: a row tells of those that follow each other
      if (next === 0 && seq > 0) host.writer().session(Kind.Passed, this.stored, seq, id);
      [seq, id] = [next, window.packetId(i)];
    }
    if (seq > 0) host.writer().session(Kind.Passed, this.stored, seq, id);
  }
  /** Tells the log that what waited up to a message will not be sent. */
  private logPassed(seq: number): void {
    if (this.stored === 0 || seq === 0 || this.host.recovering) return;
    this.logSent();
    this.host.writer().session(Kind.Passed, this.stored, seq, 0);
  }
  /**
   * The next commit tells that something was dropped. A crash before it brings that back, so nothing behind it may be with
   * the client by then: it would have come in front of what it followed [MQTT-4.6.0-6]. What is passed over because it is
   * too late, or may not be read, is so after a crash, too.
   */
  private leavesOut(): void {
    const { host } = this;
    if (this.stored === 0 || this.untoldIn === host.tails.commit) return;
    this.untoldIn = host.tails.commit;
    this.untold++;
    host.whenDurable(this.told);
  }
  private readonly told = (): void => void this.untold--;
  /** The commit that `assign` or a PUBREC waited for is done. */
  committed(id: number, now: number): void {
    const slot = this.window.find(id);
    const { link } = this;
    if (this.held === id) {
      this.held = 0;
      this.host.touch(this);
    }
    if (slot < 0) return;
    const state = this.window.stateAt(slot);
    if (state === SLOT_ASSIGNED) {
      this.window.setState(slot, SLOT_SENT);
      // a client that came back meanwhile gets it with the others of its window, in their order
      if (slot >= this.resendAt && slot < this.resendEnd) return;
      const position = this.window.positionAt(slot);
      this.sendOrAbandon(
        id,
        now,
        this.queue?.qosAt(position) === 1 && this.mayHaveBeenSent(this.queue.seqAt(position)),
      );
    } else if (state === SLOT_RECEIVED && link) this.host.sendPubrel(link, id);
    link?.dirty();
  }

  /** A delivery that cannot be made is over. */
  private abandon(id: number): void {
    if (this.acknowledge(id) && this.stored > 0) this.host.writer().session(Kind.OutDone, this.stored, id);
  }

  /**
   * Writes the PUBLISH of the entry that a slot stands for. False when it cannot go: it is too large for the client, its
   * device is gone, or it may not be read any more [departs from MQTT-4.4.0-1]. DUP says whether it was sent before, and nothing
   * else [MQTT-3.3.1-1], [MQTT-3.3.1-3], [MQTT-4.3.2-2], [MQTT-4.3.3-2].
   */
  private write(link: Link, id: number, dup: boolean, now: number): boolean {
    const e = this.host.entry;
    const slot = this.window.find(id);
    if (slot < 0 || !this.queue?.read(this.window.positionAt(slot), e)) return false;
    if (!this.readable(e)) return false;
    const first = PUBLISH | (dup ? 8 : 0) | (e.qos << 1) | (e.retain ? 1 : 0);
    return this.send(link, e, first, id, e.subscriptionIds, now);
  }
  /** Writes an entry as a PUBLISH with this first byte. False when it is too large for the client, or its device is gone. */
  send(link: Link, e: Entry, first: number, id: number, ids: readonly number[] | null, now: number): boolean {
    let props: DeliveryProperties | null = null;
    if (this.version === 5) {
      props = this.host.properties;
      props.clear();
      if (e.deadline > 0) props.expiry(secondsLeft(e.deadline, now));
      if (!e.plain) this.host.describe(props, e.series, e.time);
      else props.append(e.buf, e.topicEnd, e.payloadStart);
      if (ids !== null) props.subscriptionIds(ids);
    }
    const topic = e.plain ? e.buf : this.host.topicOf(e.series);
    const from = e.plain ? e.topicStart : 0;
    const to = e.plain ? e.topicEnd : topic.length;
    if (from === to) return false;
    const { payloadStart, payloadEnd } = e;
    const fits = writePublish(link.box, first, topic, from, to, id, props, e.buf, payloadStart, payloadEnd, link);
    link.dirty();
    if (fits) this.host.metrics.deliveries++;
    return fits;
  }

  /**
   * PUBACK [MQTT-4.3.2-3], or PUBREC with an error [MQTT-4.4.0-2], or PUBCOMP [MQTT-4.3.3-5]: the delivery is over. False when no
   * delivery bears the identifier.
   */
  acknowledge(id: number): boolean {
    const slot = this.window.find(id);
    if (slot < 0 || this.window.stateAt(slot) === SLOT_ACKED) return false;
    this.window.setState(slot, SLOT_ACKED);
    this.sharing?.settled(id);
    if (slot === 0) this.release();
    return true;
  }
  /** Frees the acknowledged slots at the front, and their entries. */
  release(): void {
    const { queue, window } = this;
    if (window.count === 0) return;
    const from = window.positionAt(0);
    const freed = window.release();
    if (freed === 0 || queue === null) return;
    this.resendAt = Math.max(0, this.resendAt - freed);
    this.resendEnd = Math.max(0, this.resendEnd - freed);
    const to = window.count > 0 ? window.positionAt(0) : this.sendAt;
    if (this.stored > 0) this.noteAck(queue, from, to);
    queue.dropTo(to);
    this.flight = grow(this.flight, Math.max(0, to - from));
    this.host.touch(this);
  }
  private noteAck(queue: MessageQueue, from: number, to: number): void {
    const e = this.host.entry;
    for (let at = from; at < to && queue.read(at, e); at = e.next) {
      if (e.seq <= this.ackedSeq) continue;
      this.ackedSeq = e.seq;
      this.ackGrew = true;
    }
    if (this.ackGrew) this.note();
  }
  /** For the commit that is being sealed: how far deliveries were acknowledged, and which await it at QoS 1. */
  tellNews(): void {
    this.noted = false;
    if (this.gone || this.stored === 0) return;
    if (this.ackGrew) this.host.writer().session(Kind.Acked, this.stored, this.ackedSeq);
    this.ackGrew = false;
    if (this.unlogged > 0) this.logSent();
  }
  /** The answer that a delivery in flight waits for; null: none is known under the identifier. */
  awaits(id: number): "puback" | "pubrec" | "pubcomp" | null {
    const slot = this.window.find(id);
    if (slot < 0) return null;
    const state = this.window.stateAt(slot);
    if (state === SLOT_RECEIVED) return "pubcomp";
    const qos = state === SLOT_SENT ? (this.queue?.qosAt(this.window.positionAt(slot)) ?? 0) : 0;
    return qos === 0 ? null : qos === 1 ? "puback" : "pubrec";
  }
  /** PUBREC [MQTT-4.3.3-3]. False when no delivery bears the identifier (then the answer is PUBREL 0x92 in v5). */
  received(id: number): boolean {
    const slot = this.window.find(id);
    if (slot < 0 || this.window.stateAt(slot) === SLOT_ACKED) return false;
    this.window.setState(slot, SLOT_RECEIVED);
    return true;
  }
  /** A session goes on: what was in flight is to be sent again in its order [MQTT-4.4.0-1], [MQTT-4.6.0-1]. */
  resend(): void {
    this.flight = FIRST_FLIGHT;
    this.resendAt = 0;
    this.resendEnd = this.window.count;
    this.host.touch(this);
  }
  private resendNext(link: Link, now: number): void {
    const slot = this.resendAt++;
    const state = this.window.stateAt(slot);
    const id = this.window.packetId(slot);
    if (state === SLOT_SENT) {
      // also when it is too late by now: its sending has begun [MQTT-4.3.3-7]
      if (!this.write(link, id, true, now)) this.endExchange(id);
    } else if (state === SLOT_RECEIVED) {
      // [MQTT-4.3.3-6]: the PUBREL alone
      // that PUBREC was received may not be durable yet
      if (this.stored > 0) this.host.afterCommit(this, id);
      else this.host.sendPubrel(link, id);
    }
  }

  /**
   * A delivery that was sent, or may have been, cannot be sent again. At QoS 1 it is over. At QoS 2 the client may hold its
   * identifier, and would throw away the next message that bears it: a PUBREL frees it on both sides, and the client
   * answers PUBCOMP whether it knows it or not.
   */
  endExchange(id: number): void {
    const slot = this.window.find(id);
    if (slot < 0) return;
    if (this.queue?.qosAt(this.window.positionAt(slot)) !== 2) return this.abandon(id);
    this.window.setState(slot, SLOT_RECEIVED);
    if (this.stored > 0) {
      this.host.writer().session(Kind.OutReceived, this.stored, id);
      this.host.afterCommit(this, id);
    } else if (this.link) this.host.sendPubrel(this.link, id);
  }

  /** After replay: what the limits would not have let in goes. */
  trim(): void {
    const { maxQueued, maxQueuedBytes } = this.host.limits;
    for (;;) {
      const isWithin = this.waiting - this.window.count <= maxQueued && unsentBytes(this) <= maxQueuedBytes;
      if (isWithin || this.dropOldest() === 0) return;
    }
  }
  /** Makes room: the oldest that are not in flight go, several at once where many may wait [departs from MQTT-4.5.0-1]. */
  dropOldest(why: "queueDropped" | "memoryDropped" = "queueDropped"): number {
    const first = this.dropped === 0;
    let n = 0;
    let to = this.sendAt;
    const e = this.host.entry;
    for (const most = Math.max(1, this.host.limits.maxQueued >> 6); n < most && this.queue?.read(to, e); n++)
      to = e.next;
    if (n > 0) this.skipTo(to);
    else {
      const went = this.backlog.dropOldest();
      n = went.count;
      this.logPassed(went.seq);
    }
    if (n > 0) this.leavesOut();
    this.dropped += n;
    this.host.metrics[why] += n;
    if (first && n > 0 && why === "queueDropped") this.host.overflowed(this);
    return n;
  }
  dropChunk(): void {
    const { count } = this.backlog.dropOldest();
    if (count > 0) this.leavesOut();
    this.dropped += count;
    this.host.metrics.storedDropped += count;
  }
  /** The client is away: of the retained values a stored session gets the rest when it is back, but for those of QoS 0. */
  pauseReplay(): void {
    if (this.stored === 0) this.endReplay();
    else this.replay?.dropQos0();
  }
  /** Retained values that were not sent yet are not sent. */
  endReplay(): void {
    this.replay?.close();
    this.replay = null;
  }
  /** Forgets everything that waits; the session is over. */
  discard(): void {
    this.gone = true;
    this.sharing?.giveBack();
    this.host.memory.leave(this);
    this.queue = null;
    this.endReplay();
    this.window = new Window();
    this.resend();
    this.backlog.clear();
  }
}
