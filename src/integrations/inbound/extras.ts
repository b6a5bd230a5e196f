import type { Micros } from "../../base/types.ts";
import type { Row } from "../../decoders/results.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import type { FieldRole } from "../../fleet/types.ts";
import type { NetworkEvent } from "../../networks/types.ts";

/** What arrives so long after it happened counts as of its own time: a network has kept it for us. */
const LATE: Micros = 60 * 1e6;

/** What the network itself knows of the device, for fields that are for it and that no row is for: signal, battery, place. */
export function extraRows(rows: readonly Row[], product: ProductNode, event: NetworkEvent | null): Row[] {
  if (event === null) return [];
  const taken = new Set(rows.map(({ field }) => field));
  const extra: Row[] = [];
  const put = (role: FieldRole, value: Row["value"] | null | undefined): void => {
    if (value === null || value === undefined) return;
    for (const { row } of product.fields.values())
      if (row.role === role && row.active !== false && !taken.has(row.id)) extra.push({ field: row.id, value });
  };
  put("device_signal", event.uplink?.rssi);
  put("device_battery", event.battery);
  put("device_location", event.location);
  return extra;
}

/** The time of an event that comes late; null: it comes in time, and its rows are of when they come. */
export function lateTime(event: NetworkEvent | null, now: Micros): Micros | null {
  const time = event?.time == null ? null : event.time * 1000;
  return time !== null && time < now - LATE ? time : null;
}
