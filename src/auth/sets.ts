import type { AppliedChange, DeviceNode, Directory } from "../fleet/directory.ts";
import type { Device, Product } from "../fleet/types.ts";
import { Bitset } from "./bitset.ts";

/** The devices of each workspace, product and tag as sets; rights are put together from these. Kept at every change. */
export class DeviceSets {
  private readonly workspaces = new Map<number, Bitset>();
  private readonly products = new Map<number, Bitset>();
  private readonly tags = new Map<number, Map<string, Bitset>>();

  constructor(directory: Directory) {
    for (const device of directory.devices()) this.place(device, null);
  }
  ofWorkspace(uid: number): Bitset | undefined {
    return this.workspaces.get(uid);
  }
  ofProduct(uid: number): Bitset | undefined {
    return this.products.get(uid);
  }
  /** Tags are a workspace's own: the same word in another workspace is another tag. */
  ofTag(workspace: number, tag: string): Bitset | undefined {
    return this.tags.get(workspace)?.get(tag);
  }

  /**
   * Takes over a change of a device, product or workspace; others do not concern the sets.
   * @returns the devices that went with a product: as a whole, since there may be very many
   */
  apply(change: AppliedChange): Bitset | undefined {
    if (change.kind === "device") {
      if (change.op === "put") this.place(change.node, change.before);
      else this.remove(change.node);
    } else if (change.op === "delete" && change.kind === "product") {
      return this.removeAll(change.before);
    } else if (change.op === "delete" && change.kind === "workspace") {
      this.workspaces.delete(change.uid);
      this.tags.delete(change.uid);
    }
    return undefined;
  }

  /** The same of many devices. @returns the workspaces that they are in */
  applyMany(changes: readonly AppliedChange[]): Set<number> {
    const workspaces = new Set<number>();
    for (const change of changes) {
      this.apply(change);
      if (change.kind === "device") workspaces.add(change.node.product.row.workspace);
    }
    return workspaces;
  }

  private removeAll({ uid, workspace }: Product): Bitset | undefined {
    const own = this.products.get(uid);
    if (own === undefined) return undefined;
    this.products.delete(uid);
    this.workspaces.get(workspace)?.without(own);
    for (const tagged of this.tags.get(workspace)?.values() ?? []) tagged.without(own);
    return own;
  }

  private place(node: DeviceNode, before: Device | null): void {
    const workspace = node.product.row.workspace;
    if (!before) {
      setOf(this.workspaces, workspace).add(node.index);
      setOf(this.products, node.row.product).add(node.index);
    }
    if (before?.tags === node.row.tags) return;
    if (before) this.untag(workspace, before.tags, node.index);
    if (node.row.tags.length === 0) return;
    const own = this.tags.get(workspace) ?? new Map<string, Bitset>();
    this.tags.set(workspace, own);
    for (const tag of node.row.tags) setOf(own, tag).add(node.index);
  }
  private remove(node: DeviceNode): void {
    const workspace = node.product.row.workspace;
    this.workspaces.get(workspace)?.delete(node.index);
    this.products.get(node.row.product)?.delete(node.index);
    this.untag(workspace, node.row.tags, node.index);
  }
  private untag(workspace: number, tags: readonly string[], index: number): void {
    for (const tag of tags) this.tags.get(workspace)?.get(tag)?.delete(index);
  }
}

function setOf<K>(map: Map<K, Bitset>, key: K): Bitset {
  const known = map.get(key);
  if (known) return known;
  const made = new Bitset();
  map.set(key, made);
  return made;
}
