import { secondsLeft } from "../base/expiry.ts";
import type { BatchRows } from "../feed/batch-rows.ts";
import { type Batch, ROW_MESSAGE } from "../ingest/batch.ts";
import type { Delivery } from "../session/delivery.ts";
import type { RetainedMessages } from "../ingest/retained.ts";
import { fillMessage, type Message } from "./delivery.ts";
import { type FreeRoute, type FreeRoutes, type Target, targetFor } from "./free-routes.ts";
import type { WritingHost } from "./host.ts";
import { ANYONE, isAnyone, type Receiver } from "./link.ts";
import { BufferPool, Outbox } from "./outbox.ts";
import type { Outlet } from "./outlet.ts";
import { writePublish } from "./publish.ts";
import type { ShareGroup } from "./share.ts";

const NOTHING = new Uint8Array(0);
/** Bytes that are encoded as one run, about. */
const RUN_BYTES = 8192;
const utf8 = new TextEncoder();

/** From committed messages on free topics to those who get them, and to the retained ones. */
export class FreeFanout {
  private readonly scratch = new Outbox(new BufferPool());
  /** What is copied into the outboxes: a view on `scratch`, made once. */
  private encoded: Uint8Array = NOTHING;

  constructor(
    private readonly hub: WritingHost,
    readonly routes: FreeRoutes,
    private readonly retained: RetainedMessages,
  ) {}

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
  run(rows: BatchRows, from: number, to: number, now: number): number {
    const route = this.routes.of(rows.on(from).freeTopic);
    const { targets, shares } = route;
    if (to - from === 1 || shares.length > 0) {
      let went = 0;
      for (let i = from; i < to; i++) went += this.row(rows.on(i), route, now);
      return went;
    }
    const sender = rows.publisher;
    let encoded = -1;
    for (let k = 0; k < targets.length; k++) {
      const target = targetFor(targets[k] as Target, sender); // inside
      if (target === null) continue;
      const { outlet, ids, form } = target;
      if (form >= 0 && outlet.link && isAnyone(outlet.link)) {
        if (form !== encoded) {
          encoded = form;
          this.scratch.drop();
          for (rows.over(from, to); rows.next(); ) this.write(this.scratch, outlet, false, ids, rows, now, ANYONE);
          this.finish();
        }
        this.copy(outlet, to - from);
        continue;
      }
      for (rows.over(from, to); rows.next(); ) this.deliver(outlet, 0, false, ids, rows, now);
    }
    return targets.length + to - from;
  }
  /** Publishes the message of the row that `m` stands on. Returns how many it went to. @param now µs */
  private row(m: BatchRows, { targets, shares }: FreeRoute, now: number): number {
    const { qos, retain, deadline, freeTopic, publisher } = m;
    // [MQTT-3.3.1-8]: no other one
    if (retain) this.keep(m, utf8.encode(publisher.key));
    if (deadline > 0 && deadline * 1e6 <= now) return 0;
    let encoded = -1;
    for (let k = 0; k < targets.length; k++) {
      const target = targetFor(targets[k] as Target, publisher);
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
    for (let k = 0; k < shares.length; k++) this.share(shares[k] as ShareGroup, qos, retain, freeTopic.name, m, now); // inside
    return targets.length + shares.length;
  }
  /** One member gets it: at once at QoS 0, otherwise by the group's queue. */
  private share(group: ShareGroup, qos: number, retain: boolean, name: string, m: Message, now: number): void {
    if (!group.isOurs(m.seq, (principal) => principal.mayReceive(m.workspace, name))) return;
    if (qos > 0 && group.queues) return group.enqueue(this.delivery(m, qos, retain, null));
    const member = group.online((o) => o.principal.mayReceive(m.workspace, name), this.hub.limits.maxUnsent);
    if (member === "no_room") this.hub.metrics.qos0Dropped++;
    if (typeof member === "string") return;
    this.deliver(member.outlet, 0, retain && member.subscription.retainAsPublished, member.ids, m, now);
  }
  private keep(m: BatchRows, publisher: Uint8Array): void {
    const { workspace, topic, qos, deadline, seq, buf, propsAt, payloadAt, payloadEnd } = m;
    m.settle(this.retained);
    this.retained.put(workspace, topic, publisher, qos, deadline, seq, buf, propsAt, payloadAt, payloadEnd);
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
    fillMessage(d, m);
    d.qos = qos;
    d.retain = retain;
    d.ids = ids;
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
    const { topic, buf, deadline, propsAt, payloadAt, payloadEnd } = m;
    let props = null;
    if (version === 5) {
      props = this.hub.properties;
      props.clear();
      if (deadline > 0) props.expiry(secondsLeft(deadline, now)); // [MQTT-3.3.2-6]
      props.append(buf, propsAt, payloadAt);
      if (ids !== null) props.subscriptionIds(ids);
    }
    const first = 0x30 | (retain ? 1 : 0);
    return writePublish(box, first, topic, 0, topic.length, 0, props, buf, payloadAt, payloadEnd, receiver);
  }
}
