import type { Directory } from "../fleet/directory.ts";
import type { SeriesTable } from "../ingest/series.ts";
import { printValue } from "../measure/index.ts";
import type { FilterScope, PlatformTopics } from "../topic/platform.ts";
import type { Hub } from "./hub.ts";
import { writePublish } from "./publish.ts";
import type { RetainedWalk } from "./retained-messages.ts";
import type { Subscription } from "./subscription.ts";

const utf8 = new TextEncoder();

/** Series that are looked at in one turn: so long do other clients wait. */
const LOOK = 4096;

interface Cursor {
  readonly subscription: Subscription;
  readonly scope: FilterScope;
  /** Ids of the series of the one device that the filter names; null: all there are. */
  readonly only: readonly number[] | null;
  /** The next id, or index in `only`. */
  at: number;
}

/**
 * The last values that the new subscriptions of a session get, of products that retain them (wire contract section 6).
 * They are found and read from the series table a few at a time as the client takes them: a million of them fill no
 * queue and hold nobody up, and a subscription that is made again begins anew rather than a second time.
 */
export class Replays {
  private readonly cursors = new Map<string, Cursor>();
  private readonly walks = new Map<string, RetainedWalk>();
  private looks = 0;

  constructor(
    private readonly hub: Hub,
    private readonly series: SeriesTable,
  ) {}

  add(cursor: Cursor): void {
    this.cursors.set(cursor.subscription.filter, cursor);
  }
  /** The same for retained messages on free topics. */
  addMessages(walk: RetainedWalk): void {
    const { filter } = walk.subscription;
    this.walks.get(filter)?.close();
    this.walks.set(filter, walk);
  }
  /** What would go at QoS 0 is not sent any more. */
  dropQos0(): void {
    for (const [filter, walk] of this.walks) {
      if (walk.subscription.qos > 0) continue;
      walk.close();
      this.walks.delete(filter);
    }
    for (const [filter, cursor] of this.cursors) if (cursor.subscription.qos === 0) this.cursors.delete(filter);
  }
  /** Nothing more is sent. */
  close(): void {
    for (const walk of this.walks.values()) walk.close();
    this.walks.clear();
    this.cursors.clear();
  }
  /**
   * Sends the next value; `later`: it looked at many series in vain and goes on in another turn; `done`: that was all. A
   * subscription that was made once more, and wants none itself, does not take away what the first one asked for.
   */
  next(now: number): "sent" | "later" | "done" {
    this.looks = 0;
    for (const [filter, cursor] of this.cursors) {
      const { subscription: s } = cursor;
      if (s.outlet.subscriptions.has(filter)) {
        const found = this.advance(cursor);
        if (found !== "done") return found;
      }
      this.cursors.delete(filter);
    }
    for (const [filter, walk] of this.walks) {
      const { subscription: s } = walk;
      const found = s.outlet.subscriptions.has(filter) ? walk.next(now) : "done";
      if (found !== "done") return found;
      walk.close();
      this.walks.delete(filter);
    }
    return "done";
  }
  private advance(cursor: Cursor): "sent" | "later" | "done" {
    const { subscription, scope, only } = cursor;
    const { series } = this;
    for (;;) {
      const id = only === null ? cursor.at : only[cursor.at];
      if (id === undefined || id >= series.end) return "done";
      if (++this.looks > LOOK) return "later";
      cursor.at++;
      if (this.concerns(scope, id) && sendRetained(this.hub, series, subscription, id)) return "sent";
    }
  }
  private concerns({ product, device, field }: FilterScope, id: number): boolean {
    const itsDevice = this.series.device(id);
    const itsField = this.series.field(id);
    if (!itsDevice || !itsField) return false;
    const { row } = itsDevice.product;
    if (!row.retainLastValues || (product !== null && product !== row.slug)) return false;
    return (device === null || device === itsDevice.row.id) && (field === null || field === itsField.row.id);
  }
}

/** Sends the last values under a new subscription, as far as there are any. */
export function replayRetained(
  hub: Hub,
  series: SeriesTable,
  directory: Directory,
  topics: PlatformTopics,
  subscription: Subscription,
): void {
  const scope = topics.classifyFilter(subscription.canonical);
  if (!scope.data) return;
  let only: number[] | null = null;
  if (scope.product !== null) {
    const product = directory.product(scope.product);
    if (!product?.row.retainLastValues) return;
    if (scope.device !== null) {
      const device = product.devicesById.get(scope.device);
      if (!device) return;
      only = [...product.fields.values()].flatMap((field) => series.idOf(device.row.uid, field.row.uid) ?? []);
    }
  }
  const { outlet } = subscription;
  outlet.replay ??= new Replays(hub, series);
  outlet.replay.add({ subscription, scope, only, at: only === null ? 1 : 0 });
  hub.touch(outlet);
}

/** False when there is nothing to send. */
function sendRetained(hub: Hub, series: SeriesTable, s: Subscription, id: number): boolean {
  const { outlet } = s;
  const device = series.device(id);
  const field = series.field(id);
  const current = series.current(id);
  const { link } = outlet;
  if (!device || !field || !current || !link || !outlet.principal.mayView(device)) return false;
  const payload = utf8.encode(printValue(field.row.type, current.value, device.product.row.boolText));
  const ids = s.identifier > 0 ? [s.identifier] : null;
  if (s.qos > 0) {
    const d = hub.delivery;
    d.qos = s.qos;
    d.retain = true;
    d.seq = 0;
    d.series = id;
    d.time = current.time;
    d.deadline = 0;
    d.ids = ids;
    d.topic = null;
    d.src = payload;
    d.from = 0;
    d.to = payload.length;
    outlet.enqueue(d);
    return true;
  }
  let props = null;
  if (outlet.version === 5) {
    props = hub.properties;
    props.clear();
    hub.describe(props, id, current.time);
    if (ids !== null) props.subscriptionIds(ids);
  }
  const topic = hub.topicOf(id);
  if (writePublish(link.box, 0x31, topic, 0, topic.length, 0, props, payload, 0, payload.length, link)) {
    hub.metrics.deliveries++;
  }
  link.dirty();
  return true;
}
