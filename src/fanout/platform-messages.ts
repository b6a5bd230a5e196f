import { createDelivery } from "../session/delivery.ts";
import type { Outlet } from "./outlet.ts";
import type { WritingHost } from "./host.ts";
import type { Merged, Routes } from "./routes.ts";
import { MOST_IDS } from "./span.ts";
import { writePublish } from "./publish.ts";

const utf8 = new TextEncoder();

/**
 * Publishes a message that is no measurement (dtck-errors/…, $SYS/…) to the connected outlets that subscribed it and
 * fulfil `may`; at most at `qos`, never queued for the absent (wire contract section 6). Returns how many got it.
 * `levels`: those that are matched; `only`: this outlet alone (what it gets on subscribing).
 */
export function publishPlain(
  hub: WritingHost & { readonly routes: Pick<Routes, "trie" | "sharesOf"> },
  topic: string,
  levels: readonly string[],
  payload: Uint8Array,
  qos: 0 | 1,
  may: (outlet: Outlet) => boolean,
  only?: { outlet: Outlet; retain: boolean },
): number {
  const found = new Map<Outlet, Merged>();
  hub.routes.trie.match(levels, (s) => {
    if (!s.outlet.link || !may(s.outlet) || (only !== undefined && only.outlet !== s.outlet)) return;
    const have = found.get(s.outlet);
    const level = Math.min(s.qos, qos) as 0 | 1; // qos is 0 or 1
    if (have === undefined) {
      const ids = s.identifier > 0 ? [s.identifier] : null;
      found.set(s.outlet, { outlet: s.outlet, qos: level, retain: only?.retain ?? false, ids });
      return;
    }
    if (level > have.qos) have.qos = level;
    if (s.identifier > 0 && (have.ids?.length ?? 0) < MOST_IDS) {
      have.ids ??= [];
      have.ids.push(s.identifier);
    }
  });
  const all: Recipient[] = [...found.values()];
  if (only === undefined)
    for (const group of hub.routes.sharesOf(levels)) {
      const member = group.online(may, hub.limits.maxUnsent);
      if (typeof member === "string") continue;
      const level = Math.min(member.qos, qos) as 0 | 1; // qos is 0 or 1
      all.push({ outlet: member.outlet, qos: level, retain: false, ids: member.ids });
    }
  if (all.length === 0) return 0;
  const name = utf8.encode(topic);
  for (const m of all) deliver(hub, m, name, payload);
  return all.length;
}

interface Recipient {
  readonly outlet: Outlet;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly ids: readonly number[] | null;
}
function deliver(hub: WritingHost, m: Recipient, topic: Uint8Array, payload: Uint8Array): void {
  const { outlet } = m;
  if (m.qos > 0) {
    const { qos, retain, ids } = m;
    outlet.enqueue({ ...createDelivery(), qos, retain, ids, topic, src: payload, to: payload.length });
    return;
  }
  const { link } = outlet;
  if (!link) return;
  if (link.box.unsent >= hub.limits.maxUnsent) {
    hub.metrics.qos0Dropped++;
    return;
  }
  let props = null;
  if (outlet.version === 5) {
    props = hub.properties;
    props.clear();
    if (m.ids !== null) props.subscriptionIds(m.ids);
  }
  const first = 0x30 | (m.retain ? 1 : 0);
  if (writePublish(link.box, first, topic, 0, topic.length, 0, props, payload, 0, payload.length, link)) {
    hub.metrics.deliveries++;
  }
  link.dirty();
}
