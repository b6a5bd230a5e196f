import { AccountIndex, must } from "./accounts.ts";
import { Leaving } from "./leaving.ts";
import { MultiMap } from "./multimap.ts";
import { allNew, makeHidden } from "./many-devices.ts";
import { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";
import { OrderedDevices } from "./ordered.ts";
import { ProductKeys } from "./product-keys.ts";
import type { Device, Field, Product } from "./types.ts";

/** The part of the directory that keeps products, fields and devices. */
export abstract class NodeIndex extends AccountIndex {
  /** Grows with every apply: a cache made at another epoch is old. */
  epoch = 0;
  protected readonly productNodes = new Map<number, ProductNode>();
  protected readonly productSlugs = new Map<string, ProductNode>();
  protected readonly fieldNodes = new Map<number, FieldNode>();
  protected readonly deviceNodes = new Map<number, DeviceNode>();
  protected readonly deviceList: DeviceNode[] = [];
  /** All devices, by their numbers. */
  readonly ordered = new OrderedDevices();
  /** Products by their UUIDs, and by the keys of their integrations. */
  readonly productKeys = new ProductKeys();
  protected readonly productsIn = new MultiMap<number, ProductNode>();
  protected readonly leaving = new Leaving();

  protected putProduct(row: Product): void {
    const workspace = must(this.workspaceRows.get(row.workspace), "workspace", row.workspace);
    const known = this.productNodes.get(row.uid);
    const before = known?.row ?? null;
    const node = known ?? new ProductNode(row, workspace);
    if (before) unlink(this.productSlugs, before.slug, node);
    if (before) this.productsIn.delete(before.workspace, node);
    node.row = row;
    node.workspace = workspace;
    node.epoch = this.epoch;
    this.productNodes.set(row.uid, node);
    this.productSlugs.set(row.slug, node);
    this.productKeys.put(node, before);
    this.productsIn.add(row.workspace, node);
    this.applied.push({ kind: "product", op: "put", row, before, node });
  }
  protected putField(row: Field): void {
    const known = this.fieldNodes.get(row.uid);
    const before = known?.row ?? null;
    const node = known ?? new FieldNode(row, must(this.productNodes.get(row.product), "product", row.product));
    if (before) unlink(node.product.fields, before.id, node);
    node.row = row;
    node.product.fields.set(row.id, node);
    node.product.epoch = this.epoch;
    this.fieldNodes.set(row.uid, node);
    this.applied.push({ kind: "field", op: "put", row, before, node });
  }
  protected putDevice(row: Device): void {
    const known = this.deviceNodes.get(row.uid);
    const before = known?.row ?? null;
    const node = known ?? this.newDevice(row);
    const product = node.product;
    if (before) this.unlinkDevice(node, before);
    node.row = row;
    product.devicesById.set(row.id, node);
    if (row.serial !== null) product.devicesBySerial.set(row.serial, node);
    product.epoch = this.epoch;
    this.applied.push({ kind: "device", op: "put", row, before, node });
  }
  /** Makes many new devices of a product, which nobody sees until all of them are there; null: the commit is another. */
  protected *makeMany(changes: Parameters<typeof allNew>[0]): Generator<void, readonly DeviceNode[] | null> {
    const rows = allNew(changes, (uid) => this.deviceNodes.has(uid));
    const product = this.productNodes.get(rows?.[0]?.product ?? 0);
    if (rows === null || product === undefined) return null;
    const lists = yield* makeHidden(product, rows, (row) => this.newDevice(row));
    this.epoch++;
    return lists.show(this.epoch);
  }
  /** To be told: devices that are there by now were made. */
  protected made(nodes: readonly DeviceNode[]): void {
    this.epoch++;
    for (const node of nodes) {
      node.product.epoch = this.epoch;
      this.applied.push({ kind: "device", op: "put", row: node.row, before: null, node });
    }
  }
  private newDevice(row: Device): DeviceNode {
    const product = must(this.productNodes.get(row.product), "product", row.product);
    const node = new DeviceNode(row, this.deviceList.length, product);
    this.deviceList.push(node);
    this.deviceNodes.set(row.uid, node);
    this.ordered.add(node);
    product.ordered.add(node);
    return node;
  }
  private unlinkDevice(node: DeviceNode, row: Device): void {
    unlink(node.product.devicesById, row.id, node);
    if (row.serial !== null) unlink(node.product.devicesBySerial, row.serial, node);
  }

  protected removeProduct(uid: number): void {
    const node = this.productNodes.get(uid);
    if (!node) return;
    this.removeDependents("product", uid);
    this.removeDependentsOf("device", (device) => this.deviceNodes.get(device)?.product === node);
    for (const field of node.fields.values()) this.removeDependents("field", field.row.uid);
    this.dropDeviceGrants((device) => this.deviceNodes.get(device)?.product === node);
    this.dropGrants(`product ${uid}`, (g) => g.scope === "product" && g.product === uid);
    node.deleted = true;
    node.epoch = this.epoch;
    this.productNodes.delete(uid);
    unlink(this.productSlugs, node.row.slug, node);
    this.productKeys.remove(node, node.row);
    this.productsIn.delete(node.row.workspace, node);
    this.applied.push({ kind: "product", op: "delete", uid, before: node.row, node });
    this.leaving.add(node);
  }
  /** A device whose product is gone, and what is only found by it: nothing else has it any more. */
  protected takeDown(node: DeviceNode): void {
    this.removeDependents("device", node.row.uid);
    this.deviceNodes.delete(node.row.uid);
    this.ordered.lost();
    this.applied.push({ kind: "device", op: "delete", uid: node.row.uid, before: node.row, node });
  }
  protected removeField(uid: number): void {
    const node = this.fieldNodes.get(uid);
    if (!node) return;
    this.removeDependents("field", uid);
    node.deleted = true;
    node.product.epoch = this.epoch;
    this.fieldNodes.delete(uid);
    unlink(node.product.fields, node.row.id, node);
    this.applied.push({ kind: "field", op: "delete", uid, before: node.row, node });
  }
  protected removeDevice(uid: number): void {
    const node = this.deviceNodes.get(uid);
    if (!node) return;
    this.removeDependents("device", uid);
    this.dropGrants(`device ${uid}`, (g) => g.scope === "device" && g.device === uid);
    node.deleted = true;
    this.ordered.lost();
    node.product.ordered.lost();
    node.product.epoch = this.epoch;
    this.deviceNodes.delete(uid);
    this.unlinkDevice(node, node.row);
    this.applied.push({ kind: "device", op: "delete", uid, before: node.row, node });
  }
}

/** Removes a key only while it leads to this value: within one apply another row may have taken it over. */
function unlink<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.get(key) === value) map.delete(key);
}
