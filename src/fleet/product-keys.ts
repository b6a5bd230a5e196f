import type { ProductNode } from "./nodes.ts";
import type { Product } from "./rows.ts";

/** Products by the two UUIDs that they have: their own, and the key of their HTTP integration, which can be changed. */
export class ProductKeys {
  private readonly uuids = new Map<string, ProductNode>();
  private readonly keys = new Map<string, ProductNode>();
  private readonly olds = new Map<string, ProductNode>();

  /** @param uuid in lower case */
  byUuid(uuid: string): ProductNode | undefined {
    return this.uuids.get(uuid);
  }
  /** @param key in lower case */
  byIntegrationKey(key: string): ProductNode | undefined {
    return this.keys.get(key);
  }
  /** The product whose key it was before; `until`, in µs, says how long it is good all the same. @param key in lower case */
  byOldKey(key: string): { readonly product: ProductNode; readonly until: number } | undefined {
    const product = this.olds.get(key);
    const until = product?.row.oldIntegrationKey?.until;
    return product === undefined || until === undefined ? undefined : { product, until };
  }

  /** @param before the row that the product had */
  put(node: ProductNode, before: Product | null): void {
    if (before !== null) this.remove(node, before);
    const { uuid, integrationKey, oldIntegrationKey } = node.row;
    if (uuid !== undefined) this.uuids.set(uuid, node);
    if (integrationKey !== undefined) this.keys.set(integrationKey, node);
    if (oldIntegrationKey !== undefined) this.olds.set(oldIntegrationKey.key, node);
  }
  remove(node: ProductNode, { uuid = "", integrationKey = "", oldIntegrationKey }: Product): void {
    // within one apply another product may have taken them over
    if (this.uuids.get(uuid) === node) this.uuids.delete(uuid);
    if (this.keys.get(integrationKey) === node) this.keys.delete(integrationKey);
    const old = oldIntegrationKey?.key ?? "";
    if (this.olds.get(old) === node) this.olds.delete(old);
  }
}
