import { secondsLeft } from "../base/expiry.ts";
import { type Batch, ROW_QOS, ROW_RETAIN } from "../ingest/batch.ts";
import type { RetainedMessages } from "../ingest/retained.ts";
import { type FreeRoutes, receives, type Target, targetFor } from "./free-routes.ts";
import type { Hub } from "./hub.ts";
import { BufferPool, Outbox } from "./outbox.ts";
import type { Outlet } from "./outlet.ts";
import { writePublish } from "./publish.ts";
import type { ShareGroup } from "./share.ts";

/** A message on a free topic on its way out; one object, reused. */
export interface Message {
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
const utf8 = new TextEncoder();

/** From committed messages on free topics to those who get them, and to the retained ones. */
export class FreeFanout {
  readonly routes: FreeRoutes;
  private readonly message = createMessage();
  private readonly scratch = new Outbox(new BufferPool());

  constructor(
    private readonly hub: Hub,
    private readonly retained: RetainedMessages,
  ) {
    this.routes = hub.routes.free;
  }

  /** Publishes a message's row. Returns how many it went to. @param now µs */
  row(batch: Batch, i: number, now: number): number {
    const flags = batch.flags[i] as number; // a row's, all of these
    const m = this.message;
    const topic = batch.topicOf(i);
    m.workspace = topic.workspace;
    m.topic = topic.bytes;
    m.seq = batch.firstSeq + (batch.index[i] as number);
    m.deadline = batch.deadline[i] as number;
    m.buf = batch.text;
    m.propsStart = batch.num[i] as number;
    m.payloadStart = batch.textAt[i] as number;
    m.payloadEnd = batch.textEnd[i] as number;
    const qos = (flags / ROW_QOS) | 0;
    const retain = (flags & ROW_RETAIN) !== 0;
    const sender = batch.senderOf(i);
    // [MQTT-3.3.1-8]: no other one
    if (retain) this.keep(batch, i, m, qos, utf8.encode(sender.key));
    if (m.deadline > 0 && m.deadline * 1e6 <= now) return 0;
    const { targets, shares } = this.routes.of(topic);
    let encoded = -1;
    for (let k = 0; k < targets.length; k++) {
      const target = targetFor(targets[k] as Target, sender);
      if (target === null) continue;
      const { outlet, ids, form } = target;
      const level = Math.min(qos, target.qos);
      const flag = retain && target.retainAsPublished;
      if (level === 0 && form >= 0 && outlet.link?.maxPacket === Number.POSITIVE_INFINITY) {
        if (form !== encoded) {
          encoded = form;
          this.scratch.drop();
          this.write(this.scratch, outlet, flag, ids, m, now, Number.POSITIVE_INFINITY);
        }
        this.copy(outlet);
      } else this.deliver(outlet, level, flag, ids, m, now);
    }
    for (let k = 0; k < shares.length; k++) this.share(shares[k] as ShareGroup, qos, retain, topic.name, m, now); // inside
    return targets.length + shares.length;
  }
  /** One member gets it: at once at QoS 0, otherwise by the group's queue. */
  private share(group: ShareGroup, qos: number, retain: boolean, name: string, m: Message, now: number): void {
    const { workspace, seq, deadline, topic, buf, propsStart, payloadStart, payloadEnd } = m;
    if (qos > 0 && group.queues) {
      const props = payloadStart - propsStart;
      group.enqueue(qos, retain, seq, props, workspace, deadline, null, topic, buf, propsStart, payloadEnd);
      return;
    }
    const member = group.online((o) => receives(o.principal, workspace, name), this.hub.limits.maxUnsent);
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
      const { seq, workspace, deadline, topic, buf, propsStart, payloadStart, payloadEnd } = m;
      const props = payloadStart - propsStart;
      outlet.enqueue(qos, retain, seq, props, workspace, deadline, ids, topic, buf, propsStart, payloadEnd);
      return;
    }
    if (!link || this.isCrowded(outlet)) return;
    if (this.write(link.box, outlet, retain, ids, m, now, link.maxPacket)) this.hub.metrics.deliveries++;
    this.hub.wrote(link);
  }
  private copy(outlet: Outlet): void {
    const { link } = outlet;
    if (!link || this.isCrowded(outlet)) return;
    link.box.pushFrom(this.scratch.buf, this.scratch.at, 1);
    this.hub.metrics.deliveries++;
    this.hub.wrote(link);
  }
  private isCrowded({ link }: Outlet): boolean {
    if (link === null || link.box.unsent < this.hub.limits.maxUnsent) return false;
    this.hub.metrics.qos0Dropped++;
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
    maxPacket: number,
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
    return writePublish(box, first, topic, 0, topic.length, 0, props, buf, payloadStart, payloadEnd, maxPacket);
  }
}
