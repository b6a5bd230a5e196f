import type { Delivery } from "../session/delivery.ts";
import type { Entry, MessageQueue } from "../session/queue.ts";
import { SLOT_ACKED, SLOT_ASSIGNED, SLOT_SENT, type Window } from "../session/window.ts";
import { Kind } from "../store/record.ts";
import type { AwaitsCommit, OutletHost } from "./host.ts";
import type { Link } from "./link.ts";

/** A shared subscription, as a session in it sees it. */
export interface Group {
  readonly key: string;
  readonly filter: string;
  readonly stored: number;
  /** Messages that left its stored queue. */
  takes: number;
  /** The last member has left. */
  readonly gone: boolean;
  /** Outlets that may have messages of it in flight, and are not stored. */
  readonly out: { delete(outlet: Taker): boolean };
  /** A member has sent all of its own and can take more. */
  offer(member: Part): void;
  /** A message has left it for good. */
  noteTaken(seq: number): void;
  /** Takes a message back that a member did not finish. */
  putBack(d: Readonly<Delivery>): void;
  /** Who may read what has changed. */
  review(): void;
}
/** A session's part in one. */
interface Part {
  readonly group: Group;
  readonly qos: 0 | 1 | 2;
  readonly ids: readonly number[] | null;
  /** The RETAIN flag of what it is sent next. */
  readonly retain: boolean;
}
/** The outlet of the session; see there. */
interface Taker extends AwaitsCommit {
  readonly link: Link | null;
  readonly stored: number;
  readonly queue: MessageQueue | null;
  readonly window: Window;
  canTake(qos: number): boolean;
  append(e: Entry, form: number, ids: readonly number[] | null, state: number): number;
  newest(): Uint8Array;
  mayHaveBeenSent(seq: number): boolean;
  sendOrAbandon(id: number, now: number, dup: boolean): void;
  send(link: Link, e: Entry, first: number, id: number, ids: readonly number[] | null, now: number): boolean;
}

/** A message of a shared subscription in flight. */
interface Taken {
  /** Null: it ended, and nothing comes back; or it is another node's part, of which this is the stored number (`from`). */
  group: Group | null;
  readonly from?: number;
  readonly seq: number;
  /** QoS that it is sent with. */
  readonly qos: 1 | 2;
  /** Its QoS in the group's queue, and RETAIN; see `formOf`. */
  readonly form: number;
}
const [RETAIN, PUBLISH] = [4, 0x30];

/** QoS and RETAIN of an entry as one number. */
export function formOf(e: Entry): number {
  return e.qos | (e.retain ? RETAIN : 0);
}
/** Fills a record with an entry's message, with the QoS and RETAIN of a form. Returns the record. */
export function deliveryOf(
  d: Delivery,
  e: Entry,
  form: number,
  seq: number,
  ids: readonly number[] | null = null,
): Delivery {
  d.qos = form & 3;
  d.retain = form >= RETAIN;
  d.seq = seq;
  d.series = e.series;
  d.time = e.time;
  d.deadline = e.deadline;
  d.ids = ids;
  d.topic = e.plain ? e.buf.subarray(e.topicStart, e.topicEnd) : null;
  d.src = e.buf;
  d.from = e.topicEnd;
  d.to = e.payloadEnd;
  return d;
}

/** A session's side of its shared subscriptions: its parts in them, and what it took from them and has in flight. */
export class Sharing {
  readonly members = new Set<Part>();
  /** By packet identifier. */
  readonly taken = new Map<number, Taken>();
  /** Groups that have this session in their `out`. */
  readonly lenders = new Set<Group>();
  /** How many messages taken the log tells of; see Kind.Taken. */
  takes = 0;

  constructor(
    private readonly outlet: Taker,
    private readonly host: OutletHost,
  ) {}

  /** All of its own was sent: it can take others. */
  offer(): void {
    for (const member of this.members) if (this.outlet.canTake(member.qos)) member.group.offer(member);
  }
  /** Sends the message in the host's entry at QoS 0. */
  sendAtZero(member: Part, now: number): void {
    const { link } = this.outlet;
    if (link) this.outlet.send(link, this.host.entry, PUBLISH | (member.retain ? 1 : 0), 0, member.ids, now);
  }
  /**
   * Takes the message in the host's entry over and sends it: from here on it is one of the session's own [MQTT-4.8.2-4]. A
   * QoS 2 message leaves only when it is durable that it is here and not in the group any more. A QoS 1 message leaves at
   * once: after a crash it may be the group's again, and then has DUP for whoever may have had it.
   */
  take(member: Part, taken: Taken, now: number): void {
    const { outlet, host } = this;
    const { group } = member;
    const waits = taken.qos === 2 && group.stored > 0;
    const form = taken.qos | (member.retain ? RETAIN : 0);
    const id = outlet.append(host.entry, form, member.ids, waits ? SLOT_ASSIGNED : SLOT_SENT);
    this.taken.set(id, taken);
    if (outlet.stored > 0) {
      const row = host.taken;
      row.session = outlet.stored;
      row.takes = ++this.takes;
      row.group = group.stored;
      row.groupTakes = ++group.takes;
      row.seq = taken.seq;
      row.packetId = id;
      row.form = taken.form;
      row.entry = outlet.newest();
      host.noteTaken();
    }
    if (waits) host.afterCommit(outlet, id);
    else outlet.sendOrAbandon(id, now, taken.qos === 1 && outlet.mayHaveBeenSent(taken.seq));
  }
  /**
   * A delivery is over, also when the client refused it: nobody else gets the message [MQTT-4.8.2-6]. The log is told of
   * QoS 1; of QoS 2 the client's answers tell.
   */
  settled(id: number): void {
    const taken = this.taken.get(id);
    if (taken === undefined) return;
    this.taken.delete(id);
    const { outlet, host } = this;
    if (taken.qos === 2 || host.recovering) return;
    if (outlet.stored > 0) host.writer().session(Kind.OutDone, outlet.stored, id);
    else if (taken.group && taken.group.stored > 0) taken.group.noteTaken(taken.seq);
  }
  /**
   * The session ends: what may never have arrived goes back. A QoS 2 message that was sent goes to nobody else
   * [MQTT-4.8.2-5].
   */
  giveBack(): void {
    const { outlet, host } = this;
    const { queue, window } = outlet;
    const e = host.entry;
    // a group must not hold on to every session that was ever in it
    for (const group of this.lenders) group.out.delete(outlet);
    this.lenders.clear();
    for (const [id, { group, seq, qos, form }] of this.taken) {
      const slot = window.find(id);
      const state = slot < 0 ? SLOT_ACKED : window.stateAt(slot);
      if (!group || group.gone || (state !== SLOT_ASSIGNED && (qos === 2 || state !== SLOT_SENT))) continue;
      if (queue?.read(window.positionAt(slot), e)) group.putBack(deliveryOf(host.delivery, e, form, seq));
    }
    this.taken.clear();
  }
}
