import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Manner } from "../../ingest/computed.ts";
import type { Value } from "../../measure/types.ts";
import type { Came } from "./evaluator.ts";

/** A value of a field by which something is computed. */
export interface Row {
  readonly device: DeviceNode;
  readonly field: string;
  readonly time: number;
  readonly manner: Manner;
  readonly value: Value;
}

/**
 * Rows that a device sent for one time, together, where the first of them stands: what is computed from several of them is computed
 * once, with all of them.
 */
export function grouped(rows: readonly Row[]): Came[] {
  const groups: { came: Came; values: Map<string, Value> }[] = [];
  const open = new Map<DeviceNode, Map<number, (typeof groups)[number]>>();
  for (const { device, field, time, manner, value } of rows) {
    let ofDevice = open.get(device);
    if (ofDevice === undefined) {
      ofDevice = new Map();
      open.set(device, ofDevice);
    }
    let group = ofDevice.get(time);
    if (group === undefined || group.came.manner !== manner) {
      const values = new Map<string, Value>();
      group = { came: { device, time, manner, values }, values };
      ofDevice.set(time, group);
      groups.push(group);
    }
    group.values.set(field, value);
  }
  return groups.map(({ came }) => came);
}
