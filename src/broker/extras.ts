import { deadlineOf } from "../base/expiry.ts";
import { type PublishView, userProperties } from "../codec/index.ts";
import type { PublishExtras } from "../ingest/ingest.ts";

/** Deadline and `timestamp` of a v5 publish; null when there are several timestamps. */
export function readExtras(view: PublishView, buf: Uint8Array, now: number): PublishExtras | null {
  const deadline = view.expiry >= 0 ? deadlineOf(view.expiry, now) : 0;
  if (view.userProps === 0) return { timestamp: null, deadline };
  const stamps = userProperties(buf, view.propsStart, view.propsEnd).filter(([name]) => name === "timestamp");
  if (stamps.length > 1) return null;
  return { timestamp: stamps[0]?.[1] ?? null, deadline };
}
