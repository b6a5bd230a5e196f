import type { SeriesTable } from "../ingest/series.ts";
import { printValue } from "../measure/index.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { matches } from "../topic/names.ts";
import type { Hub } from "./hub.ts";
import { writePublish } from "./publish.ts";
import type { Subscription } from "./subscription.ts";

const utf8 = new TextEncoder();

/**
 * The last values that a new subscription gets, of products that retain them (wire contract section 6). They are read
 * from the series table one by one as the client takes them, so a million of them wait for nobody and fill no queue.
 */
export function replayRetained(hub: Hub, series: SeriesTable, topics: PlatformTopics, s: Subscription): void {
  const scope = topics.classifyFilter(s.canonical);
  if (!scope.data) return;
  const { outlet } = s;
  const ids = series.select((device, field) => {
    const product = device.product.row;
    if (!product.retainLastValues || !outlet.principal.view.has(device.index)) return false;
    if (scope.product !== null && scope.product !== product.slug) return false;
    return matches(s.canonical, topics.dataTopic(product.slug, device.row.id, field.row.id));
  });
  if (ids.length === 0) return;
  const before = outlet.replay;
  let at = 0;
  outlet.replay = {
    next(): boolean {
      if (before?.next()) return true;
      const id = ids[at++];
      if (id === undefined || outlet.subscriptions.get(s.filter) !== s) return false;
      sendRetained(hub, series, s, id);
      return true;
    },
  };
  hub.touch(outlet);
}

function sendRetained(hub: Hub, series: SeriesTable, s: Subscription, id: number): void {
  const { outlet } = s;
  const device = series.device(id);
  const field = series.field(id);
  const current = series.current(id);
  const { link } = outlet;
  if (!device || !field || !current || !link || !outlet.principal.view.has(device.index)) return;
  const payload = utf8.encode(printValue(field.row.type, current.value, device.product.row.boolText));
  const ids = s.identifier > 0 ? [s.identifier] : null;
  if (s.qos > 0) {
    outlet.enqueue(s.qos, true, 0, id, current.time, 0, ids, null, payload, 0, payload.length);
    return;
  }
  let props = null;
  if (outlet.version === 5) {
    props = hub.properties;
    props.clear();
    hub.describe(props, id, current.time);
    if (ids !== null) props.subscriptionIds(ids);
  }
  const topic = hub.topicOf(id);
  if (writePublish(link.box, 0x31, topic, 0, topic.length, 0, props, payload, 0, payload.length, link.maxPacket)) {
    hub.metrics.deliveries++;
  }
  link.dirty();
}
