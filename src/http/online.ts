import type { Micros } from "../base/types.ts";
import type { DeviceNode } from "../fleet/nodes.ts";

/** How long an API product of the platform waits before it calls a device offline: 40 minutes. */
const RECENTLY: Micros = 40 * 60 * 1_000_000;

/** How long a device counts as online after its last measurement, µs: as it says, or its product, or the instance. */
export function onlineFor({ recentlySeen = RECENTLY }: { readonly recentlySeen?: Micros }, device: DeviceNode): Micros {
  const seconds = device.row.onlineTimeout ?? device.product.row.onlineTimeout;
  return seconds === undefined ? recentlySeen : seconds * 1_000_000;
}
