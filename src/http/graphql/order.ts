import { Turns } from "../../base/turns.ts";
import type { FieldRole } from "../../fleet/integration-rows.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { GraphContext } from "./context.ts";
import { currentOf, heardAt, onlineNow, withRole } from "./current.ts";
import { type Aggregation, booleanOf, numericOf, semanticNamed, yesesOf } from "./semantics.ts";
import { numberOf } from "./values.ts";

type Sort = "ASC" | "DESC";
export interface Order {
  readonly semanticField?: {
    readonly semantic: string;
    readonly order: Sort;
    readonly numericAggregation?: Aggregation | null;
    readonly booleanAggregation?: Aggregation | null;
  } | null;
  readonly booleanSemanticFieldCount?: {
    readonly semantic: string;
    readonly order: Sort;
    readonly countValue: boolean;
  } | null;
  readonly [name: string]: unknown;
}
const ROLES: Readonly<Record<string, FieldRole>> = {
  Primary: "primary",
  Secondary: "secondary",
  DeviceLocation: "device_location",
  DeviceSignal: "device_signal",
  DeviceBattery: "device_battery",
};
type Key = string | number | null;

/** In the order that was asked for; what is the same stands by id, so that pages neither miss nor repeat a device. What has no value comes last. */
export async function ordered(context: GraphContext, devices: DeviceNode[], order: Order): Promise<DeviceNode[]> {
  const { key, sort } = keyOf(context, order);
  const turns = new Turns();
  const keyed: { device: DeviceNode; key: Key }[] = [];
  for (const device of devices) {
    if (turns.due) await turns.next();
    keyed.push({ device, key: key(device) });
  }
  const direction = sort === "DESC" ? -1 : 1;
  keyed.sort((a, b) => compare(a.key, b.key, direction) || compare(a.device.row.id, b.device.row.id, 1));
  return keyed.map(({ device }) => device);
}
function compare(a: Key, b: Key, direction: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -direction : direction;
}

function keyOf(context: GraphContext, order: Order): { key: (device: DeviceNode) => Key; sort: Sort } {
  const { semanticField, booleanSemanticFieldCount } = order;
  if (semanticField) {
    const semantic = semanticNamed(semanticField.semantic);
    const { numericAggregation: number, booleanAggregation: yes } = semanticField;
    const key = (device: DeviceNode) =>
      numericOf(context, device, semantic, number ?? "AVG") ??
      asNumber(booleanOf(yesesOf(context, device, semantic), yes ?? "AVG"));
    return { key, sort: semanticField.order };
  }
  if (booleanSemanticFieldCount) {
    const { semantic, countValue, order: sort } = booleanSemanticFieldCount;
    const named = semanticNamed(semantic);
    return { key: (device) => yesesOf(context, device, named).filter((yes) => yes === countValue).length, sort };
  }
  const [name = "", sort = "ASC"] = Object.entries(order).find(([, how]) => how === "ASC" || how === "DESC") ?? [];
  return { key: byName(context, name), sort: sort as Sort }; // as was just looked at
}
function asNumber(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}
function byName(context: GraphContext, name: string): (device: DeviceNode) => Key {
  const role = ROLES[name];
  if (role !== undefined)
    return (device) => {
      const field = withRole(device, role);
      const now = field && currentOf(context, device, field);
      return now && (numberOf(now.value) ?? (typeof now.value === "string" ? now.value : null));
    };
  switch (name) {
    case "verboseName":
      return ({ row }) => row.name.toLowerCase();
    case "location":
      return ({ row }) => (row.location ?? "").toLowerCase();
    case "serialNumber":
      return ({ row }) => row.serial ?? row.id;
    case "lastHeard":
      return (device) => heardAt(context, device);
    case "product":
    case "productType":
      return ({ product }) => product.row.name.toLowerCase();
    case "status":
      return (device) => Number(onlineNow(context, device));
    default:
      return ({ row }) => row.id;
  }
}
