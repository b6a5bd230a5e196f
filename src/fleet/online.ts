import type { Micros } from "../base/types.ts";
import { MOST_AHEAD } from "../measure/time.ts";
import type { DeviceNode } from "./nodes.ts";

/** How long an API product of the platform waits before it calls a device offline: 40 minutes. */
const RECENTLY: Micros = 40 * 60 * 1_000_000;

/**
 * Whether a device counts as online. A measurement that lies ahead of the clock, which was wrong then, is no sign of life.
 * @param heard time of its last measurement, µs; null: none @param now µs of the wall clock
 */
export function isOnline(
  settings: { readonly recentlySeen?: Micros },
  device: DeviceNode,
  heard: Micros | null,
  now: Micros,
): boolean {
  return heard !== null && heard <= now + MOST_AHEAD && now - heard <= onlineFor(settings, device);
}

/** How long a device counts as online after its last measurement, µs: as it says, or its product, or the instance. */
export function onlineFor({ recentlySeen = RECENTLY }: { readonly recentlySeen?: Micros }, device: DeviceNode): Micros {
  const seconds = device.row.onlineTimeout ?? device.product.row.onlineTimeout;
  return seconds === undefined ? recentlySeen : seconds * 1_000_000;
}
