import { Turns } from "../base/turns.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { SeriesRef } from "../history/usage.ts";
import type { SeriesIndex } from "./types.ts";

/**
 * The series that there are of some devices, in the order of the devices and of their fields. Looked up in short turns: there may be
 * very many.
 * @param fields identifiers; null: all
 */
export async function seriesOf(
  index: Pick<SeriesIndex, "open">,
  devices: readonly DeviceNode[],
  fields: ReadonlySet<string> | null,
): Promise<SeriesRef[]> {
  const found: SeriesRef[] = [];
  if (devices.length === 0) return found;
  const known = await index.open();
  const turns = new Turns();
  for (const device of devices) {
    for (const field of device.product.fields.values()) {
      if (fields?.has(field.row.id) === false) continue;
      const id = known.idOf(device.row.uid, field.row.uid);
      if (id !== undefined) found.push({ id, device, field });
    }
    if (turns.due) await turns.next();
  }
  return found;
}
