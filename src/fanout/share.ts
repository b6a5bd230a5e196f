import type { Principal } from "../auth/principal.ts";
import type { Delivery } from "../session/delivery.ts";
import { type Entry, MessageQueue } from "../session/queue.ts";
import type { AmongParts } from "./among-parts.ts";
import { Backlog } from "./backlog.ts";
import type { Taking } from "./bounds.ts";
import type { OutletHost } from "./host.ts";
import type { Keeper } from "./keeper.ts";
import { Member } from "./member.ts";
import type { Outlet } from "./outlet.ts";
import { mayRead } from "./readable.ts";
import { mergeInto } from "./merge-into.ts";
import { formOf, type Sharing } from "./sharing.ts";
import { Kind } from "../store/record.ts";
import type { Seq } from "../store/ports.ts";
import { type Subscription, shareKey } from "./subscription.ts";

/** Messages that are given out in one turn; the sockets have theirs then. */
const TURN = 4096;
/** Bytes in memory up to which messages behind such as wait for somebody else are looked for. */
const SEARCHED = 4_194_304;

/** Where an account's search goes on: what lies before is not for it, but for another. */
interface Cursor {
  at: number;
  members: number;
}

/**
 * The members of a shared subscription (section 4.8.2), and what waits for them. QoS 1 and 2 messages lie in a queue of
 * the group's own; members that can send at once take them in rotation, one each. So a slow member or one that is away
 * holds nobody up, and all of what waits is there for whoever comes. At QoS 0 nothing waits.
 */
export class ShareGroup implements Keeper {
  /** Number of the stored row; 0: no member's session is stored, and nothing is written. */
  stored = 0;
  queue: MessageQueue | null = null;
  /** What is in flight lies with the members. */
  readonly sendAt = 0;
  touched = false;
  /** The last member has left. */
  gone = false;
  /** Messages that left the stored queue; see Kind.Taken. */
  takes = 0;
  /** Messages that overflowed the queue. */
  dropped = 0;
  readonly backlog: Backlog;
  /** Among several nodes it is the part of one of them, this one's or one's that is gone; null: it is all there is. */
  among: AmongParts<ShareGroup> | null = null;
  epoch = 0;
  /** Members that are on their way to another node, by their accounts: until they are counted there messages wait for them here. */
  readonly leaving = new Map<string, number>();
  /** Number of the last row that gave it messages of another part. */
  handed: Seq = 0;
  stranded = false; // messages wait that none of its members may read, but members elsewhere
  /** Hash of the state that was stored last; null: none was. */
  stateHash: number | bigint | null = null;
  readonly members = new Map<Outlet, Member>();
  /** Outlets that are not stored and may have messages of this group in flight: its checkpoint holds those. */
  readonly out = new Set<Outlet>();
  /** Members that can take a message, in the order of rotation. */
  private readonly ready = new Set<Member>();
  private readonly cursors = new Map<Principal, Cursor>();
  private order: Member[] = [];
  private next = 0;
  /** Members with QoS 1 or 2. */
  private queueing = 0;

  /**
   * @param scope to whom the share name belongs: "w:<workspace uid>", or a principal's key
   * @param filter as the clients sent it, with $share/<name>/; @param canonical as the platform reads it, without
   */
  constructor(
    readonly scope: string,
    readonly filter: string,
    readonly canonical: string,
    private readonly host: OutletHost,
  ) {
    this.backlog = new Backlog(this, host);
  }

  get key(): string {
    return shareKey(this.scope, this.filter);
  }
  get taking(): Taking {
    return this.ready.size > 0 ? "taking" : this.isAttended ? "held" : "away";
  }
  get owner(): string {
    return this.scope;
  }
  get name(): string {
    return this.filter;
  }
  /** Messages that wait for a member. */
  get waiting(): number {
    return (this.queue?.count ?? 0) + this.backlog.count;
  }
  /** Whether messages wait for a member; otherwise all members have QoS 0, for which nothing does. */
  get queues(): boolean {
    return this.queueing > 0 || (this.among !== null && this.stored > 0);
  }
  /** Whether a message is for this part of it. @param may whether an account may read it */
  isOurs(seq: Seq, may: (principal: Principal) => boolean): boolean {
    return this.among === null || this.among.takes(this, seq, may);
  }
  /** Whether a member is connected. */
  get isAttended(): boolean {
    return this.order.some(({ outlet }) => outlet.link !== null);
  }
  /** Whether any account may do something that has members here; among several nodes: or elsewhere. */
  concerns(may: (principal: Principal) => boolean): boolean {
    return this.among !== null || this.some(may);
  }
  /** Whether any member's account may do something. */
  some(may: (principal: Principal) => boolean): boolean {
    for (const principal of this.cursors.keys()) if (may(principal)) return true;
    return false;
  }

  // members

  /** A session joins, or has subscribed again. True when who may read may have changed. */
  join(subscription: Subscription): boolean {
    const { outlet } = subscription;
    const known = this.members.get(outlet);
    if (known) {
      if (known.qos > 0) this.queueing--;
      known.become(subscription);
    } else this.members.set(outlet, new Member(this, subscription));
    if (subscription.qos > 0) this.queueing++;
    this.order = [...this.members.values()];
    this.host.touch(outlet);
    if (known) return false;
    const cursor = this.cursors.get(outlet.principal);
    if (cursor) cursor.members++;
    else this.cursors.set(outlet.principal, { at: 0, members: 1 });
    return cursor === undefined;
  }
  /** A session leaves; what it has taken stays with it. True when who may read may have changed. */
  leave(outlet: Outlet): boolean {
    const member = this.members.get(outlet);
    if (!member) return false;
    this.members.delete(outlet);
    this.ready.delete(member);
    if (member.qos > 0) this.queueing--;
    this.order = [...this.members.values()];
    const cursor = this.cursors.get(outlet.principal);
    if (cursor && --cursor.members === 0) this.cursors.delete(outlet.principal);
    const changed = !this.cursors.has(outlet.principal);
    if (changed) this.review();
    return changed;
  }
  /** Who may read what has changed: everything that waits is looked at anew. */
  review(): void {
    for (const cursor of this.cursors.values()) cursor.at = 0;
    this.host.touch(this);
  }
  /** A member has sent all of its own and can take more. */
  offer(member: Member): void {
    this.ready.add(member);
    if (this.waiting > 0) this.host.touch(this);
  }
  /**
   * The next connected member that `may` have the message, for one that does not wait; "none": no member may have it,
   * "no_room": none of those that may has room in its outbox.
   */
  online(may: (outlet: Outlet) => boolean, maxUnsent: number): Member | "none" | "no_room" {
    const { order } = this;
    let found: "none" | "no_room" = "none";
    for (let i = 0; i < order.length; i++) {
      if (this.next >= order.length) this.next = 0;
      const member = order[this.next++] as Member; // inside the array
      const { link } = member.outlet;
      if (!link || !may(member.outlet)) continue;
      if (link.box.unsent < maxUnsent) return member;
      found = "no_room";
    }
    return found;
  }

  // what waits

  /** Appends a message. */
  enqueue(d: Readonly<Delivery>): void {
    this.queue ??= this.host.memory.queueFor(this);
    const { maxQueued, maxQueuedBytes } = this.host.limits;
    // in replay the log tells what went, and when
    if (!this.host.recovering && (this.waiting >= maxQueued || this.queue.bytes >= maxQueuedBytes)) this.dropOldest();
    if (this.backlog.takes(this.queue.bytes, d.seq)) this.backlog.push(d);
    else {
      this.queue.push(d);
      this.backlog.passed();
      if (this.stored === 0) this.host.memory.check();
    }
    this.host.touch(this);
  }
  dropOldest(why: "queueDropped" | "memoryDropped" = "queueDropped"): number {
    const { queue, host } = this;
    const first = this.dropped === 0;
    let [n, seq] = [0, 0];
    const e = host.entry;
    // what members that are not stored have in flight waits again after a crash: no row may tell of that, too
    const isLent = this.out.size > 0;
    for (const most = Math.max(1, host.limits.maxQueued >> 6); n < most && queue?.read(queue.head, e); n++) {
      seq = e.seq;
      if (isLent) this.tellDropped(seq, seq);
      queue.dropTo(e.next);
    }
    if (n === 0) {
      const went = this.backlog.dropOldest();
      n = went.count;
      this.tellDropped(isLent ? went.first : 0, went.seq);
    } else if (!isLent) this.tellDropped(0, seq);
    this.dropped += n;
    host.metrics[why] += n;
    if (first && n > 0 && why === "queueDropped") host.overflowed(this);
    return n;
  }
  /** Tells the log that the messages from `first` to `last` do not wait any more. @param last 0: there is nothing to tell */
  private tellDropped(first: Seq, last: Seq): void {
    if (last > 0 && this.stored > 0) this.host.writer().session(Kind.Passed, this.stored, last, first);
  }
  dropChunk(): void {
    const { count } = this.backlog.dropOldest();
    this.dropped += count;
    this.host.metrics.storedDropped += count;
  }
  /** After replay: what the limits would not have let in goes. */
  trim(): void {
    const { maxQueued, maxQueuedBytes } = this.host.limits;
    while (this.waiting > maxQueued || (this.queue?.bytes ?? 0) > maxQueuedBytes) if (this.dropOldest() === 0) return;
  }
  /** Log replay: the queue overflowed, and lost its messages from `first` to `last`. */
  replayPassed(first: Seq, last: Seq): void {
    this.backlog.bringUpTo(last);
    const { queue } = this;
    if (queue === null) return;
    const e = this.host.entry;
    let at = queue.head;
    while (queue.read(at, e) && e.seq < first) at = e.next;
    let to = at;
    while (queue.read(to, e) && e.seq <= last) to = e.next;
    if (to > at) this.remove(at, to);
  }
  /** Takes a message back that a member did not finish: it goes before those that came after it. */
  putBack(d: Readonly<Delivery>): void {
    const one = new MessageQueue();
    one.push(d);
    this.insert(one);
  }
  /** Takes messages in, each before those that came after it; those that it has it has. */
  insert(some: MessageQueue): void {
    this.queue ??= this.host.memory.queueFor(this);
    mergeInto(this.queue, some, this.host.entry);
    this.host.checkpointDue(this);
    this.review();
  }
  /** Log replay: the message left the queue. */
  replayTaken(seq: number, takes: number): void {
    if (takes <= this.takes) return;
    this.takes = takes;
    this.drop(seq);
  }
  /** Log replay: the message with this number does not wait here any more. */
  drop(seq: Seq): void {
    this.backlog.bringUpTo(seq);
    const { queue } = this;
    const e = this.host.entry;
    for (let at = queue?.head ?? 0; queue?.read(at, e) && e.seq <= seq; at = e.next)
      if (e.seq === seq) return this.remove(at, e.next);
  }
  /** All members have left. */
  end(): void {
    this.gone = true;
    this.host.memory.leave(this);
    this.queue = null;
    for (const outlet of this.out) this.forget(outlet);
    this.backlog.clear();
  }

  // giving out

  /** Gives members what waits, one message each in turn, as long as there are such as can take one. */
  pump(now: number): void {
    const { ready } = this;
    const without: Member[] = [];
    for (let n = 0; !this.gone; n++) {
      const [member] = ready;
      if (member === undefined) break;
      if (n === TURN) {
        this.host.touch(this);
        break;
      }
      if (this.queue === null || this.queue.count === 0) {
        if (this.backlog.count === 0 || !this.backlog.refill()) break;
        continue;
      }
      ready.delete(member);
      if (!member.outlet.canTake(member.qos)) continue; // it says when it can
      const at = this.find(member.outlet.principal, this.queue, now);
      if (at < 0) without.push(member);
      else {
        this.give(member, now);
        ready.add(member);
      }
    }
    for (const member of without) ready.add(member);
    if (without.length > 0) this.searchOn();
    this.among?.review(this);
  }
  /** What is in memory waits for others: there may be more in the store for those who can take it. */
  private searchOn(): void {
    if (this.backlog.count === 0 || (this.queue?.bytes ?? 0) >= SEARCHED) return;
    if (this.backlog.refill()) this.host.touch(this);
  }
  /** Reads the first message that the principal may have into `host.entry`; -1: there is none. Drops those nobody may. */
  private find(principal: Principal, queue: MessageQueue, now: number): number {
    const cursor = this.cursors.get(principal);
    if (cursor === undefined) return -1;
    const e = this.host.entry;
    let at = Math.max(cursor.at, queue.head);
    while (queue.read(at, e)) {
      cursor.at = at;
      const { next } = e;
      if (e.deadline > 0 && e.deadline * 1e6 <= now) this.remove(at, next);
      else if (mayRead(this.host, principal, e)) return at;
      else if (this.isNobodys(e) && this.among !== null) this.stranded = true;
      else if (this.isNobodys(e)) {
        this.host.metrics.sharedDropped++;
        this.remove(at, next);
      }
      at = next;
    }
    cursor.at = at;
    return -1;
  }
  private isNobodys(e: Entry): boolean {
    return !this.some((principal) => mayRead(this.host, principal, e));
  }
  /** Removes the entry in [from, to). */
  remove(from: number, to: number): void {
    const { queue } = this;
    if (queue === null) return;
    if (from === queue.head) return queue.dropTo(to);
    queue.cut(from, to);
    // what lies before has moved up
    for (const cursor of this.cursors.values()) if (cursor.at <= from) cursor.at += to - from;
  }
  /** The entry in `host.entry` goes to the member. */
  private give(member: Member, now: number): void {
    const { host, stored } = this;
    const e = host.entry;
    const { at, next, seq } = e;
    const form = formOf(e);
    const qos = Math.min(member.qos, e.qos) as 0 | 1 | 2; // both are such; [MQTT-4.8.2-3]
    member.retain = e.retain && member.subscription.retainAsPublished;
    const { outlet } = member;
    const sharing = outlet.share();
    // of a session that is stored the record of its take tells; of another at QoS 1 that it was acknowledged
    if (stored > 0 && (qos === 0 || (qos === 2 && outlet.stored === 0))) this.noteTaken(seq);
    else if (outlet.stored === 0 && !this.out.has(outlet)) this.lend(outlet, sharing);
    if (qos === 0) sharing.sendAtZero(member, now);
    else sharing.take(member, { group: this, seq, qos, form }, now);
    this.remove(at, next);
  }
  private lend(outlet: Outlet, sharing: Sharing): void {
    this.out.add(outlet);
    sharing.lenders.add(this);
  }
  /** Nothing of this group is in flight with the outlet any more. */
  forget(outlet: Outlet): void {
    this.out.delete(outlet);
    outlet.sharing?.lenders.delete(this);
  }
  /** The message has left the group for good, and the member is not stored: a crash must not bring it back. */
  noteTaken(seq: number): void {
    const { host } = this;
    const row = host.taken;
    row.session = 0;
    row.takes = 0;
    row.group = this.stored;
    row.groupTakes = ++this.takes;
    row.seq = seq;
    row.packetId = 0;
    row.form = 0;
    row.entry = NOTHING;
    host.noteTaken();
  }
}

const NOTHING = new Uint8Array(0);
