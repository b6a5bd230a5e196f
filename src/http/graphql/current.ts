import type { Micros } from "../../base/types.ts";
import type { FieldRole } from "../../fleet/integration-rows.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import type { Value } from "../../measure/types.ts";
import { isOnline } from "../../fleet/online.ts";
import type { GraphContext } from "./context.ts";
import { activeFields } from "./lookups.ts";

/** A field of a device with the value that it has now. */
export interface Current {
  readonly device: DeviceNode;
  readonly field: FieldNode;
  readonly time: Micros;
  readonly value: Value;
}

/** Null: nothing was recorded yet. */
export function currentOf({ deps: { series } }: GraphContext, device: DeviceNode, field: FieldNode): Current | null {
  const id = series.idOf(device.row.uid, field.row.uid);
  const now = id === undefined ? null : series.current(id);
  return now === null ? null : { device, field, ...now };
}
/** Of these fields those that have a value, in the order of the product. */
export function currentsOf(context: GraphContext, device: DeviceNode, fields: readonly FieldNode[]): Current[] {
  return fields.map((field) => currentOf(context, device, field)).filter((one) => one !== null);
}
export function withRole(device: DeviceNode, role: FieldRole): FieldNode | null {
  return activeFields(device.product).find(({ row }) => row.role === role) ?? null;
}

/** When a device was last heard, µs; null: never. */
export function heardAt({ deps }: GraphContext, device: DeviceNode): Micros | null {
  return deps.series.seen(device).time;
}
export function onlineNow(context: GraphContext, device: DeviceNode): boolean {
  return isOnline(context.deps, device, heardAt(context, device), context.now);
}
