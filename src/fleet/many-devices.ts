import type { DeviceNode, ProductNode } from "./nodes.ts";
import type { Device, FleetChange } from "./types.ts";

/** Devices of one step. */
export const AT_ONCE = 200;

type DeviceChange = Extract<FleetChange, { kind: "device" }>;

/** Whether a commit changes many devices and does nothing else: each is then a change of its own, whatever becomes of the others. */
export function isManyDevices(changes: readonly FleetChange[]): changes is readonly DeviceChange[] {
  return changes.length > AT_ONCE && changes.every(({ kind }) => kind === "device");
}

/** The devices of a commit that only makes new ones of one product; null: it is another. @param isKnown whether a device is there */
export function allNew(changes: readonly DeviceChange[], isKnown: (uid: number) => boolean): Device[] | null {
  const rows: Device[] = [];
  for (const change of changes) {
    if (change.op !== "put" || isKnown(change.row.uid)) return null;
    if (change.row.product !== (rows[0] ?? change.row).product) return null;
    rows.push(change.row);
  }
  return rows;
}

/**
 * Makes many new devices of a product in steps. Nobody sees any of them: they are as good as deleted, and the product lists others
 * until all of them are shown.
 * @param make puts a node into the tables of all devices
 */
export function* makeHidden(
  product: ProductNode,
  rows: readonly Device[],
  make: (row: Device) => DeviceNode,
): Generator<void, { show(epoch: number): readonly DeviceNode[] }> {
  const [byId, bySerial] = [new Map<string, DeviceNode>(), new Map<string, DeviceNode>()];
  const made: DeviceNode[] = [];
  let steps = 0;
  for (const [from, to] of [
    [product.devicesById, byId],
    [product.devicesBySerial, bySerial],
  ] as const)
    for (const [name, node] of from) {
      to.set(name, node);
      if (++steps % AT_ONCE === 0) yield;
    }
  for (const row of rows) {
    const node = make(row);
    node.deleted = true;
    byId.set(row.id, node);
    if (row.serial !== null) bySerial.set(row.serial, node);
    made.push(node);
    if (++steps % AT_ONCE === 0) yield;
  }
  return {
    show(epoch) {
      product.devicesById = byId;
      product.devicesBySerial = bySerial;
      product.epoch = epoch;
      for (const node of made) node.deleted = false;
      return made;
    },
  };
}
