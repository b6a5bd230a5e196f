import type { AppliedChange } from "../fleet/directory.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import type { DeviceLogOp, StoredSeen } from "../store/ports.ts";

/**
 * The higher of the numbers of *seen* and *connected* that devices had when they went, or were renamed: who comes under the same id
 * goes on from there with both, so that nobody who remembers a number finds a lower one. An id that was never used begins at 0.
 */
export class GoneNumbers {
  /** By product uid and device id. */
  private readonly numbers = new Map<number, Map<string, number>>();

  load(rows: readonly StoredSeen[]): void {
    for (const { product, device, number } of rows) this.raise(product, device, number);
  }
  /** 0: nobody was there under this id. */
  of(product: number, device: string): number {
    return this.numbers.get(product)?.get(device) ?? 0;
  }
  private raise(product: number, device: string, number: number): boolean {
    if (number <= this.of(product, device)) return false;
    const known = this.numbers.get(product) ?? new Map<string, number>();
    this.numbers.set(product, known.set(device, number));
    return true;
  }

  /**
   * Follows changes of the fleet.
   * @param numberOf the higher of a device's numbers, also when it is deleted; 0: it was never heard of
   * @returns what is to be stored
   */
  follow(changes: readonly AppliedChange[], numberOf: (device: DeviceNode) => number): DeviceLogOp[] {
    const products = new Set<number>();
    for (const change of changes) if (change.kind === "product" && change.op === "delete") products.add(change.uid);
    const rows: StoredSeen[] = [];
    for (const change of changes) {
      if (change.kind !== "device" || !change.before) continue;
      const { product, id: device } = change.before;
      const left = change.op === "delete" || change.node.row.id !== device;
      // of a product that is gone nobody comes under the same id
      if (!left || products.has(product) || change.node.product.deleted) continue;
      const number = numberOf(change.node);
      if (this.raise(product, device, number)) rows.push({ product, device, number });
    }
    const dropped = [...products].filter((uid) => this.numbers.delete(uid));
    const ops: DeviceLogOp[] = [];
    if (rows.length > 0) ops.push({ op: "seen_put", rows });
    if (dropped.length > 0) ops.push({ op: "seen_drop", products: dropped });
    return ops;
  }
}
