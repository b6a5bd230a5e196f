import type { Directory } from "../fleet/directory.ts";
import type { Product } from "../fleet/types.ts";
import type { SeriesTable } from "../ingest/series.ts";
import { printValue } from "../measure/index.ts";
import type { FilterScope, PlatformTopics } from "../topic/platform.ts";
import type { OutletHost } from "./host.ts";
import { writePublish } from "./publish.ts";
import { type RetainedCursor, Replays, type Turn } from "./replays.ts";
import type { Subscription } from "./subscription.ts";

const utf8 = new TextEncoder();

/**
 * The last values under one new subscription, of products that retain them (wire contract section 6). They are found and
 * read from the series table a few at a time as the client takes them: a million of them fill no queue and hold nobody up.
 */
class SeriesCursor implements RetainedCursor {
  /** @param only ids of the series of the one device that the filter names; null: all there are */
  constructor(
    private readonly hub: OutletHost,
    private readonly series: SeriesTable,
    readonly subscription: Subscription,
    private readonly scope: FilterScope,
    private readonly only: readonly number[] | null,
    /** The next id, or index in `only`. */
    private at = only === null ? 1 : 0,
  ) {}

  next(_now: number, turn: Turn): "sent" | "later" | "done" {
    const { series, only } = this;
    for (;;) {
      const id = only === null ? this.at : only[this.at];
      if (id === undefined || id >= series.end) return "done";
      if (--turn.looks < 0) return "later";
      this.at++;
      if (this.concerns(id) && sendRetained(this.hub, series, this.subscription, id)) return "sent";
    }
  }
  close(): void {}
  private concerns(id: number): boolean {
    const { product, device, field } = this.scope;
    const itsDevice = this.series.device(id);
    const itsField = this.series.field(id);
    if (!itsDevice || !itsField) return false;
    const { row } = itsDevice.product;
    if (!isRetained(row, this.subscription) || (product !== null && product !== row.slug)) return false;
    return (device === null || device === itsDevice.row.id) && (field === null || field === itsField.row.id);
  }
}

/** Sends the last values under a new subscription, as far as there are any. */
export function replayRetained(
  hub: OutletHost,
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
    if (!product || !isRetained(product.row, subscription)) return;
    if (scope.device !== null) {
      const device = product.devicesById.get(scope.device);
      if (!device) return;
      only = [...product.fields.values()].flatMap((field) => series.idOf(device.row.uid, field.row.uid) ?? []);
    }
  }
  const { outlet } = subscription;
  outlet.replay ??= new Replays();
  outlet.replay.values.put(new SeriesCursor(hub, series, subscription, scope, only));
  hub.touch(outlet);
}

/** Whether the product's topics behave as retained; for a Home Assistant all do, which knows nothing of a device until it hears a value. */
function isRetained({ retainLastValues }: Product, { outlet }: Subscription): boolean {
  return retainLastValues || (outlet.principal.free?.own ?? null) !== null;
}

/** False when there is nothing to send. */
function sendRetained(hub: OutletHost, series: SeriesTable, s: Subscription, id: number): boolean {
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
