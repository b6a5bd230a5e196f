import type { PublishView } from "../codec/index.ts";
import type { Outlet } from "../fanout/outlet.ts";
import { ONLINE } from "../homeassistant/discovery.ts";
import { sameBytes } from "../ingest/target.ts";
import type { BrokerContext } from "./context.ts";
import { replay } from "./subscriptions.ts";

const ONLINE_BYTES = new TextEncoder().encode(ONLINE);

/**
 * Home Assistant told on its status topic what is in `view` of `buf`. When it has just started, its client gets everything that it
 * subscribed once more: what describes devices, whether they are there, and last values; as for new subscriptions, at its pace.
 */
export function toldStatus(context: BrokerContext, outlet: Outlet, buf: Uint8Array, view: PublishView): void {
  if (!sameBytes(ONLINE_BYTES, buf, view.payloadStart, view.payloadEnd)) return;
  const own = [...outlet.subscriptions.values()].filter(({ shared }) => !shared);
  replay(context, outlet, own, context.hub.fannedSeq);
}
