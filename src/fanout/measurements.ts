import type { Principal } from "../auth/principal.ts";
import type { Delivery } from "../session/delivery.ts";
import { secondsLeft } from "../base/expiry.ts";
import type { BatchRows } from "../feed/batch-rows.ts";
import { fillMeasurement } from "./delivery.ts";
import type { WritingHost } from "./host.ts";
import { ANYONE, isAnyone, type Receiver } from "./link.ts";
import { BufferPool, Outbox } from "./outbox.ts";
import { writePublish } from "./publish.ts";
import type { Form, Group, RouteSet, ShareRoute } from "./routes.ts";

const NOTHING = new Uint8Array(0);

/** From committed measurements to those who may hear them: runs of rows for the same outlets are encoded once per form. */
export class MeasurementFanout {
  private readonly scratch = new Outbox(new BufferPool());

  constructor(private readonly hub: WritingHost) {}

  /** [MQTT-4.5.0-1]: to every session with a matching subscription, also while its client is away [MQTT3-3.1.2-5]. */
  run(rows: BatchRows, from: number, to: number, set: RouteSet, now: number): void {
    for (const group of set.groups) this.runGroup(rows, from, to, group, now);
    for (const share of set.shares) this.runShare(rows, from, to, share, now);
    for (const route of set.routes) {
      const { outlet, qos, retain, ids } = route;
      if (!outlet.link && outlet.stored === 0) continue;
      for (rows.over(from, to); rows.next(); ) outlet.enqueue(this.delivery(rows, qos, retain, ids));
    }
  }
  /** The row as what is queued. */
  private delivery(rows: BatchRows, qos: number, retain: boolean, ids: readonly number[] | null): Delivery {
    const d = this.hub.delivery;
    fillMeasurement(d, rows);
    d.qos = qos;
    d.retain = retain;
    d.ids = ids;
    return d;
  }
  private runGroup(rows: BatchRows, from: number, to: number, group: Group, now: number): void {
    let encoded = false;
    const { scratch } = this;
    for (const outlet of group.outlets) {
      const { link } = outlet;
      if (!link) continue;
      if (link.box.unsent >= this.hub.limits.maxUnsent) {
        this.hub.metrics.qos0Dropped += to - from;
        continue;
      }
      if (!isAnyone(link)) {
        this.encode(link.box, rows, from, to, group, now, link);
      } else {
        if (!encoded) {
          scratch.drop();
          scratch.packets = 0;
          this.encode(scratch, rows, from, to, group, now, ANYONE);
          encoded = true;
        }
        link.box.pushFrom(scratch.buf, scratch.at, scratch.packets);
      }
      this.hub.metrics.deliveries += to - from;
      this.hub.wrote(link);
    }
  }
  private runShare(rows: BatchRows, from: number, to: number, { group, retain }: ShareRoute, now: number): void {
    for (let i = from; i < to; i++) {
      const { series, seq } = rows.on(i);
      const device = this.hub.deviceOf(series);
      const may = (principal: Principal): boolean => device !== null && principal.mayView(device);
      if (!group.isOurs(seq, may)) continue;
      if (group.queues) {
        group.enqueue(this.delivery(rows, 2, retain, null));
        continue;
      }
      const member = group.online((o) => may(o.principal), this.hub.limits.maxUnsent);
      if (member === "no_room") this.hub.metrics.qos0Dropped++;
      if (typeof member === "string") continue;
      const { link } = member.outlet;
      if (!link) continue;
      member.retain = retain && member.subscription.retainAsPublished;
      this.encode(link.box, rows, i, i + 1, member, now, link);
      this.hub.metrics.deliveries++;
      this.hub.wrote(link);
    }
  }
  /** Appends rows as QoS 0 PUBLISH packets. */
  private encode(
    box: Outbox,
    rows: BatchRows,
    from: number,
    to: number,
    group: Form,
    now: number,
    receiver: Receiver,
  ): void {
    const first = 0x30 | (group.retain ? 1 : 0); // [MQTT-4.3.1-1]
    let series = -1;
    let topic: Uint8Array = NOTHING;
    const props = group.v5 ? this.hub.properties : null;
    for (rows.over(from, to); rows.next(); ) {
      const { deadline } = rows;
      if (deadline > 0 && deadline * 1e6 <= now) continue; // [MQTT-3.3.2-5]
      if (rows.series !== series) {
        series = rows.series;
        topic = this.hub.topicOf(series);
      }
      if (props !== null) {
        props.clear();
        if (deadline > 0) props.expiry(secondsLeft(deadline, now));
        this.hub.describe(props, series, rows.time);
        if (group.ids !== null) props.subscriptionIds(group.ids);
      }
      writePublish(box, first, topic, 0, topic.length, 0, props, rows.buf, rows.payloadAt, rows.payloadEnd, receiver);
    }
  }
}
