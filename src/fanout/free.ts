import { secondsLeft } from "../base/expiry.ts";
import { type Batch, ROW_MESSAGE, ROW_QOS, ROW_RETAIN } from "../ingest/batch.ts";
import type { Delivery } from "../session/delivery.ts";
import type { RetainedMessages } from "../ingest/retained.ts";
import { type FreeRoute, type FreeRoutes, type Target, targetFor } from "./free-routes.ts";
import type { Hub } from "./hub.ts";
import { ANYONE, isAnyone, type Receiver } from "./link.ts";
import { BufferPool, Outbox } from "./outbox.ts";
import type { Outlet } from "./outlet.ts";
import { writePublish } from "./publish.ts";
import type { ShareGroup } from "./share.ts";

/** A message on a free topic on its way out; one object, reused. */
interface Message {
  workspace: number;
  /** Its log row; 0: it has none. */
  seq: number;
  /** Unix seconds; 0 = none. */
  deadline: number;
  topic: Uint8Array;
  /** buf[propsStart, payloadStart) are its v5 properties without expiry, buf[payloadStart, payloadEnd) its payload. */
  buf: Uint8Array;
  propsStart: number;
  payloadStart: number;
  payloadEnd: number;
}

export function createMessage(): Message {
  return {
    workspace: 0,
    seq: 0,
    deadline: 0,
    topic: NOTHING,
    buf: NOTHING,
    propsStart: 0,
    payloadStart: 0,
    payloadEnd: 0,
  };
}
const NOTHING = new Uint8Array(0);
/** Bytes that are encoded as one run, about. */
const RUN_BYTES = 8192;
const utf8 = new TextEncoder();

/** From committed messages on free topics to those who get them, and to the retained ones. */
export class FreeFanout {
  readonly routes: FreeRoutes;
  private readonly message = createMessage();
  private readonly scratch = new Outbox(new BufferPool());
  /** What is copied into the outboxes: a view on `scratch`, made once. */
  private encoded: Uint8Array = NOTHING;

  constructor(
    private readonly hub: Hub,
    private readonly retained: RetainedMessages,
  ) {
    this.routes = hub.routes.free;
  }

  /** Where the run of rows ends that `run` may publish at once: of one topic and sender, at QoS 0, without RETAIN and expiry. */
  runEnd(batch: Batch, from: number): number {
    const { flags, deadline, textEnd, count } = batch;
    let end = from + 1;
    if (flags[from] !== ROW_MESSAGE || deadline[from] !== 0) return end;
    const topic = batch.topicOf(from);
    const sender = batch.senderOf(from);
    // texts stand one behind the other
    const most = (batch.num[from] as number) + RUN_BYTES;
    while (end < count && flags[end] === ROW_MESSAGE && deadline[end] === 0 && (textEnd[end] as number) <= most) {
      if (batch.topicOf(end) !== topic || batch.senderOf(end) !== sender) break;
      end++;
    }
    return end;
  }
  /** Publishes a run of messages' rows. Returns how many copies were made, and single deliveries. @param now µs */
  run(batch: Batch, from: number, to: number, now: number): number {
    const route = this.routes.of(batch.topicOf(from));
    const { targets, shares } = route;
    if (to - from === 1 || shares.length > 0) {
      let went = 0;
      for (let i = from; i < to; i++) went += this.row(batch, i, route, now);
      return went;
    }
    const sender = batch.senderOf(from);
    const m = this.message;
    let encoded = -1;
    for (let k = 0; k < targets.length; k++) {
      const target = targetFor(targets[k] as Target, sender); // inside
      if (target === null) continue;
      const { outlet, ids, form } = target;
      if (form >= 0 && outlet.link && isAnyone(outlet.link)) {
        if (form !== encoded) {
          encoded = form;
          this.scratch.drop();
          for (let i = from; i < to; i++) {
            this.read(batch, i);
            this.write(this.scratch, outlet, false, ids, m, now, ANYONE);
          }
          this.finish();
        }
        this.copy(outlet, to - from);
        continue;
      }
      for (let i = from; i < to; i++) {
        this.read(batch, i);
        this.deliver(outlet, 0, false, ids, m, now);
      }
    }
    return targets.length + to - from;
  }
  /** The message of a row. */
  private read(batch: Batch, i: number): Message {
    const m = this.message;
    const { workspace, bytes } = batch.topicOf(i);
    m.workspace = workspace;
    m.topic = bytes;
    m.seq = batch.firstSeq + (batch.index[i] as number); // a row's, all of these
    m.deadline = batch.deadline[i] as number;
    m.buf = batch.text;
    m.propsStart = batch.num[i] as number;
    m.payloadStart = batch.textAt[i] as number;
    m.payloadEnd = batch.textEnd[i] as number;
    return m;
  }
  /** Publishes a message's row. Returns how many it went to. @param now µs */
  private row(batch: Batch, i: number, { targets, shares }: FreeRoute, now: number): number {
    const flags = batch.flags[i] as number; // a row's
    const topic = batch.topicOf(i);
    const m = this.read(batch, i);
    const qos = (flags / ROW_QOS) | 0;
    const retain = (flags & ROW_RETAIN) !== 0;
    const sender = batch.senderOf(i);
    // [MQTT-3.3.1-8]: no other one
    if (retain) this.keep(batch, i, m, qos, utf8.encode(sender.key));
    if (m.deadline > 0 && m.deadline * 1e6 <= now) return 0;
    let encoded = -1;
    for (let k = 0; k < targets.length; k++) {
      const target = targetFor(targets[k] as Target, sender);
      if (target === null) continue;
      const { outlet, ids, form } = target;
      const level = Math.min(qos, target.qos);
      const flag = retain && target.retainAsPublished;
      if (level === 0 && form >= 0 && outlet.link && isAnyone(outlet.link)) {
        if (form !== encoded) {
          encoded = form;
          this.scratch.drop();
          this.write(this.scratch, outlet, flag, ids, m, now, ANYONE);
          this.finish();
        }
        this.copy(outlet, 1);
      } else this.deliver(outlet, level, flag, ids, m, now);
    }
    for (let k = 0; k < shares.length; k++) this.share(shares[k] as ShareGroup, qos, retain, topic.name, m, now); // inside
    return targets.length + shares.length;
  }
  /** One member gets it: at once at QoS 0, otherwise by the group's queue. */
  private share(group: ShareGroup, qos: number, retain: boolean, name: string, m: Message, now: number): void {
    if (qos > 0 && group.queues) {
      group.enqueue(this.delivery(m, qos, retain, null));
      return;
    }
    const member = group.online((o) => o.principal.mayReceive(m.workspace, name), this.hub.limits.maxUnsent);
    if (member === "no_room") this.hub.metrics.qos0Dropped++;
    if (typeof member === "string") return;
    this.deliver(member.outlet, 0, retain && member.subscription.retainAsPublished, member.ids, m, now);
  }
  private keep(batch: Batch, i: number, m: Message, qos: number, publisher: Uint8Array): void {
    const { workspace, topic, deadline, seq, buf, propsStart, payloadStart, payloadEnd } = m;
    this.retained.settle(batch, i);
    this.retained.put(workspace, topic, publisher, qos, deadline, seq, buf, propsStart, payloadStart, payloadEnd);
  }

  /**
   * Delivers a message to an outlet at a QoS: 0 into the outbox, or dropped where too much waits there; 1 and 2 through
   * the queue, also while the client is away.
   */
  deliver(outlet: Outlet, qos: number, retain: boolean, ids: readonly number[] | null, m: Message, now: number): void {
    const { link } = outlet;
    if (qos > 0) {
      if (!link && outlet.stored === 0) return;
      outlet.enqueue(this.delivery(m, qos, retain, ids));
      return;
    }
    if (!link || this.isCrowded(outlet, 1)) return;
    if (this.write(link.box, outlet, retain, ids, m, now, link)) this.hub.metrics.deliveries++;
    this.hub.wrote(link);
  }
  /** A message as what is queued. */
  private delivery(m: Message, qos: number, retain: boolean, ids: readonly number[] | null): Delivery {
    const d = this.hub.delivery;
    d.qos = qos;
    d.retain = retain;
    d.seq = m.seq;
    d.series = m.payloadStart - m.propsStart;
    d.time = m.workspace;
    d.deadline = m.deadline;
    d.ids = ids;
    d.topic = m.topic;
    d.src = m.buf;
    d.from = m.propsStart;
    d.to = m.payloadEnd;
    return d;
  }
  /** What is in `scratch` is what `copy` copies. */
  private finish(): void {
    this.encoded = this.scratch.buf.subarray(0, this.scratch.at);
  }
  /** Copies what was encoded last. */
  private copy(outlet: Outlet, packets: number): void {
    const { link } = outlet;
    if (!link || this.isCrowded(outlet, packets)) return;
    link.box.pushFrom(this.encoded, this.encoded.length, packets);
    this.hub.metrics.deliveries += packets;
    this.hub.wrote(link);
  }
  private isCrowded({ link }: Outlet, packets: number): boolean {
    if (link === null || link.box.unsent < this.hub.limits.maxUnsent) return false;
    this.hub.metrics.qos0Dropped += packets;
    return true;
  }
  /** Appends it as QoS 0; false when it is larger than the client takes. */
  private write(
    box: Outbox,
    { version }: Outlet,
    retain: boolean,
    ids: readonly number[] | null,
    m: Message,
    now: number,
    receiver: Receiver,
  ): boolean {
    const { topic, buf, deadline, propsStart, payloadStart, payloadEnd } = m;
    let props = null;
    if (version === 5) {
      props = this.hub.properties;
      props.clear();
      if (deadline > 0) props.expiry(secondsLeft(deadline, now)); // [MQTT-3.3.2-6]
      props.append(buf, propsStart, payloadStart);
      if (ids !== null) props.subscriptionIds(ids);
    }
    const first = 0x30 | (retain ? 1 : 0);
    return writePublish(box, first, topic, 0, topic.length, 0, props, buf, payloadStart, payloadEnd, receiver);
  }
}
