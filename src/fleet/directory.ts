import { Applying } from "./applying.ts";
import type { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";
import type { AnyRow } from "./kind.ts";
import type { FleetChange, FleetKind, FleetRows, Workspace } from "./types.ts";

/** Kinds of which the directory keeps rows and nothing else. */
type PlainKind = Exclude<
  FleetKind,
  "workspace" | "product" | "field" | "device" | "user" | "membership" | "apiUser" | "token"
>;

export { type AppliedChange, isAftermath } from "./applied.ts";
export { ownerKey } from "./token.ts";
export { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";

/**
 * The whole fleet in memory, built from committed changes. Every look-up is a Map's; a change of one row costs about
 * as much as that row. Deleting a row deletes what depends on it, as the store does: a product's devices and fields,
 * an owner's tokens and memberships, and grants on a deleted product or device. Listeners hear of each of these.
 */
export class Directory extends Applying {
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
    return present(this.fieldNodes.get(uid));
  }
  *devices(): Generator<DeviceNode> {
    for (const node of this.deviceNodes.values()) if (!node.deleted) yield node;
  }
  deviceByUid(uid: number): DeviceNode | undefined {
    return present(this.deviceNodes.get(uid));
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

  protected put(change: FleetChange & { op: "put" }): void {
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
  /** Deletes a row and, before it, what depends on it. A row that is not there is no error: it went with its parent. */
  protected remove(kind: FleetKind, uid: number): void {
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
}

function present<N extends { readonly deleted: boolean }>(node: N | undefined): N | undefined {
  return node?.deleted === false ? node : undefined;
}
