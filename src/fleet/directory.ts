import { AccountIndex, must } from "./accounts.ts";
import type { DirectoryListener } from "./applied.ts";
import { MultiMap } from "./multimap.ts";
import { OrderedDevices } from "./ordered.ts";
import { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";
import type { AnyRow } from "./kind.ts";
import { ProductKeys } from "./product-keys.ts";
import type { Device, Field, FleetChange, FleetKind, FleetRows, Product, Workspace } from "./types.ts";

/** Kinds of which the directory keeps rows and nothing else. */
type PlainKind = Exclude<
  FleetKind,
  "workspace" | "product" | "field" | "device" | "user" | "membership" | "apiUser" | "token"
>;

export { ownerKey } from "./accounts.ts";
export type { AppliedChange } from "./applied.ts";
export { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";

/**
 * The whole fleet in memory, built from committed changes. Every look-up is a Map's; a change of one row costs about
 * as much as that row. Deleting a row deletes what depends on it, as the store does: a product's devices and fields,
 * an owner's tokens and memberships, and grants on a deleted product or device. Listeners hear of each of these.
 */
export class Directory extends AccountIndex {
  /** Grows with every apply: a cache made at another epoch is old. */
  epoch = 0;
  private readonly productNodes = new Map<number, ProductNode>();
  private readonly productSlugs = new Map<string, ProductNode>();
  private readonly fieldNodes = new Map<number, FieldNode>();
  private readonly deviceNodes = new Map<number, DeviceNode>();
  private readonly deviceList: DeviceNode[] = [];
  /** All devices, by their numbers. */
  readonly ordered = new OrderedDevices();
  /** Products by their UUIDs, and by the keys of their integrations. */
  readonly productKeys = new ProductKeys();
  private readonly productsIn = new MultiMap<number, ProductNode>();
  private readonly listeners: DirectoryListener[] = [];

  /** Called after each apply, in the order of registration, with every effect of it. */
  onChange(listener: DirectoryListener): void {
    this.listeners.push(listener);
  }

  /**
   * Applies committed changes in their order, then tells the listeners, in the same turn.
   * @throws Error when a row names a parent that is not there: the store and the directory disagree
   */
  apply(changes: readonly FleetChange[]): void {
    this.epoch++;
    this.applied = [];
    for (const change of changes) {
      if (change.op === "put") this.put(change);
      else this.remove(change.kind, change.uid);
    }
    const applied = this.applied;
    this.applied = [];
    for (const listener of this.listeners) listener(applied);
  }

  // Look-ups. Rows and nodes are the live ones; nobody changes them from outside.

  products(): IterableIterator<ProductNode> {
    return this.productNodes.values();
  }
  productsOf(workspace: number): ProductNode[] {
    return this.productsIn.list(workspace);
  }
  product(slug: string): ProductNode | undefined {
    return this.productSlugs.get(slug);
  }
  productByUid(uid: number): ProductNode | undefined {
    return this.productNodes.get(uid);
  }
  field(uid: number): FieldNode | undefined {
    return this.fieldNodes.get(uid);
  }
  devices(): IterableIterator<DeviceNode> {
    return this.deviceNodes.values();
  }
  deviceByUid(uid: number): DeviceNode | undefined {
    return this.deviceNodes.get(uid);
  }
  /** Also answers for a deleted device. */
  deviceByIndex(index: number): DeviceNode | undefined {
    return this.deviceList[index];
  }
  /** One more than the highest index given so far. */
  get deviceIndexes(): number {
    return this.deviceList.length;
  }
  /**
   * The devices of all products with this id, then those with this serial. The contract looks for the id first: when
   * some of these (that the caller may see) have it as `row.id`, the others do not count.
   */
  devicesNamed(idOrSerial: string): DeviceNode[] {
    const byId: DeviceNode[] = [];
    const bySerial: DeviceNode[] = [];
    for (const product of this.productNodes.values()) {
      const own = product.devicesById.get(idOrSerial);
      if (own) byId.push(own);
      const other = product.devicesBySerial.get(idOrSerial);
      if (other && other !== own) bySerial.push(other);
    }
    return byId.concat(bySerial);
  }
  /** The row of any kind with this number. */
  row<K extends FleetKind>(kind: K, uid: number): FleetRows[K] | undefined {
    return this.anyRow(kind, uid) as FleetRows[K] | undefined; // the kind says which it is
  }
  protected anyRow(kind: string, uid: number): AnyRow | undefined {
    if (kind === "workspace") return this.workspace(uid);
    if (kind === "product") return this.productByUid(uid)?.row;
    if (kind === "field") return this.field(uid)?.row;
    if (kind === "device") return this.deviceByUid(uid)?.row;
    if (kind === "user") return this.user(uid);
    if (kind === "membership") return this.membership(uid);
    if (kind === "apiUser") return this.apiUser(uid);
    return kind === "token" ? this.token(uid) : this.plain.row(kind, uid);
  }
  /** Rows of a kind without structures of its own: all, in the order in which they came. */
  all<K extends PlainKind>(kind: K): FleetRows[K][] {
    return this.plain.all(kind) as FleetRows[K][]; // as above
  }
  /** The same, of one parent. */
  childrenOf<K extends PlainKind>(kind: K, parent: FleetKind, uid: number): FleetRows[K][] {
    return this.plain.of(kind, parent, uid) as FleetRows[K][]; // as above
  }
  /** The same, the one that people call so. @param parent the number of the row its first reference is to; null: it has none */
  named<K extends PlainKind>(kind: K, parent: number | null, name: string): FleetRows[K] | undefined {
    return this.plain.named(kind, parent, name) as FleetRows[K] | undefined; // as above
  }
  /** How many rows of a kind are in a workspace, a product, or whatever else they refer to. */
  countOf(kind: string, parent: string, uid: number): number {
    const product = parent === "product" ? this.productNodes.get(uid) : undefined;
    if (product !== undefined && kind === "device") return product.devicesById.size;
    if (product !== undefined && kind === "field") return product.fields.size;
    if (parent === "workspace" && (kind === "device" || kind === "field"))
      return this.productsOf(uid).reduce((sum, { row }) => sum + this.countOf(kind, "product", row.uid), 0);
    if (parent === "workspace" && kind === "product") return this.productsIn.count(uid);
    if (parent === "workspace" && kind === "apiUser") return this.apiUsersIn.count(uid);
    if (parent === "workspace" && kind === "membership") return this.membersIn.count(uid);
    return this.plain.count(kind, parent, uid);
  }

  private put(change: FleetChange & { op: "put" }): void {
    switch (change.kind) {
      case "workspace":
        return this.putWorkspace(change.row);
      case "product":
        return this.putProduct(change.row);
      case "field":
        return this.putField(change.row);
      case "device":
        return this.putDevice(change.row);
      case "user":
        return this.putUser(change.row);
      case "membership":
        return this.putMembership(change.row);
      case "apiUser":
        return this.putApiUser(change.row);
      case "token":
        return this.putToken(change.row);
      default:
        return this.putPlain(change);
    }
  }

  private putWorkspace(row: Workspace): void {
    const before = this.workspaceRows.get(row.uid) ?? null;
    if (before) this.workspaceSlugs.delete(before.slug);
    this.workspaceRows.set(row.uid, row);
    this.workspaceSlugs.set(row.slug, row);
    for (const product of this.productsIn.list(row.uid)) product.workspace = row;
    this.applied.push({ kind: "workspace", op: "put", row, before, node: null });
  }
  private putProduct(row: Product): void {
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
  private putField(row: Field): void {
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
  private putDevice(row: Device): void {
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
  /** Deletes a row and, before it, what depends on it. A row that is not there is no error: it went with its parent. */
  private remove(kind: FleetKind, uid: number): void {
    switch (kind) {
      case "workspace":
        return this.removeWorkspace(uid);
      case "product":
        return this.removeProduct(uid);
      case "field":
        return this.removeField(uid);
      case "device":
        return this.removeDevice(uid);
      case "user":
        return this.removeUser(uid);
      case "membership":
        return this.removeMembership(uid);
      case "apiUser":
        return this.removeApiUser(uid);
      case "token":
        return this.removeToken(uid);
      default:
        return this.removePlain(kind, uid);
    }
  }

  private removeWorkspace(uid: number): void {
    const before = this.workspaceRows.get(uid);
    if (!before) return;
    this.removeDependents("workspace", uid);
    for (const apiUser of this.apiUsersIn.list(uid)) this.removeApiUser(apiUser);
    for (const membership of this.membersIn.list(uid)) this.removeMembership(membership);
    for (const product of this.productsIn.list(uid)) this.removeProduct(product.row.uid);
    this.workspaceRows.delete(uid);
    this.workspaceSlugs.delete(before.slug);
    this.applied.push({ kind: "workspace", op: "delete", uid, before, node: null });
  }
  private removeProduct(uid: number): void {
    const node = this.productNodes.get(uid);
    if (!node) return;
    this.removeDependents("product", uid);
    const { devicesById } = node;
    // taken away as a whole: one by one would take as long again
    node.devicesById = new Map();
    node.devicesBySerial = new Map();
    for (const device of devicesById.values()) this.removeDevice(device.row.uid);
    for (const field of [...node.fields.values()]) this.removeField(field.row.uid);
    this.dropGrants(`product ${uid}`, (g) => g.scope === "product" && g.product === uid);
    node.deleted = true;
    node.epoch = this.epoch;
    this.productNodes.delete(uid);
    unlink(this.productSlugs, node.row.slug, node);
    this.productKeys.remove(node, node.row);
    this.productsIn.delete(node.row.workspace, node);
    this.applied.push({ kind: "product", op: "delete", uid, before: node.row, node });
  }
  private removeField(uid: number): void {
    const node = this.fieldNodes.get(uid);
    if (!node) return;
    this.removeDependents("field", uid);
    node.deleted = true;
    node.product.epoch = this.epoch;
    this.fieldNodes.delete(uid);
    unlink(node.product.fields, node.row.id, node);
    this.applied.push({ kind: "field", op: "delete", uid, before: node.row, node });
  }
  private removeDevice(uid: number): void {
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
