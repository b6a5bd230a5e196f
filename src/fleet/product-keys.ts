import type { ProductNode } from "./nodes.ts";
import type { Product } from "./rows.ts";

/** Products by the two UUIDs that they have: their own, and the key of their HTTP integration, which can be changed. */
export class ProductKeys {
  private readonly uuids = new Map<string, ProductNode>();
  private readonly keys = new Map<string, ProductNode>();

  /** @param uuid in lower case */
  byUuid(uuid: string): ProductNode | undefined {
    return this.uuids.get(uuid);
  }
  /** @param key in lower case */
  byIntegrationKey(key: string): ProductNode | undefined {
    return this.keys.get(key);
  }

  /** @param before the row that the product had */
  put(node: ProductNode, before: Product | null): void {
    if (before !== null) this.remove(node, before);
    const { uuid, integrationKey } = node.row;
    if (uuid !== undefined) this.uuids.set(uuid, node);
    if (integrationKey !== undefined) this.keys.set(integrationKey, node);
  }
  remove(node: ProductNode, { uuid = "", integrationKey = "" }: Product): void {
    // within one apply another product may have taken them over
    if (this.uuids.get(uuid) === node) this.uuids.delete(uuid);
    if (this.keys.get(integrationKey) === node) this.keys.delete(integrationKey);
  }
}
