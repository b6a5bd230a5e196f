import { referringTo } from "./plain-rows.ts";
import type { DeviceNode, ProductNode } from "./nodes.ts";
import type { Device, FleetChange } from "./types.ts";

/** Devices of one step. */
export const AT_ONCE = 200;

export type DeviceChange = Extract<FleetChange, { kind: "device" }>;

/** A commit, as it takes effect: `others` in one turn, then many devices and what refers to devices, some at a time. */
interface CommitParts {
  readonly others: readonly FleetChange[];
  readonly devices: readonly DeviceChange[];
  readonly behind: readonly FleetChange[];
}

/**
 * Of a commit that is about many devices and nothing else, each is a change of its own: what an account may do with one depends on no other. Of any other
 * commit only devices that it makes are apart, whom nobody has seen: rights may speak of the tags that other devices have behind it.
 * @param isKnown whether a device is there
 */
export function partsOf(changes: readonly FleetChange[], isKnown: (uid: number) => boolean): CommitParts {
  const none: CommitParts = { others: changes, devices: [], behind: [] };
  if (changes.length <= AT_ONCE) return none;
  if (changes.every(isOfDevice)) return { others: [], devices: changes, behind: [] };
  const isNew = (change: FleetChange): change is DeviceChange =>
    change.kind === "device" && change.op === "put" && !isKnown(change.row.uid);
  const devices = changes.filter(isNew);
  if (devices.length <= AT_ONCE) return none;
  const behind = new Set(referringTo("device").map(({ name }) => name));
  const rest = changes.filter((change) => !isNew(change));
  return {
    others: rest.filter(({ kind }) => !behind.has(kind)),
    devices,
    behind: rest.filter(({ kind }) => behind.has(kind)),
  };
}
const isOfDevice = (change: FleetChange): change is DeviceChange => change.kind === "device";

/** Devices of which all are new, product by product; of others all together, in their order. */
export function byProduct(
  devices: readonly DeviceChange[],
  isKnown: (uid: number) => boolean,
): readonly (readonly DeviceChange[])[] {
  const products = new Map<number, DeviceChange[]>();
  for (const change of devices) {
    if (change.op !== "put" || isKnown(change.row.uid)) return [devices];
    const some = products.get(change.row.product) ?? [];
    if (some.push(change) === 1) products.set(change.row.product, some);
  }
  return [...products.values()];
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
