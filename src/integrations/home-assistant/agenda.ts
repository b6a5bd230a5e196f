import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";

/** Devices that are still to be looked at: single ones first, then those of products. */
export class Agenda {
  private readonly devices = new Set<DeviceNode>();
  private readonly products = new Set<ProductNode>();
  private walking: Iterator<DeviceNode> | null = null;

  add(devices: Iterable<DeviceNode>): void {
    for (const device of devices) this.devices.add(device);
  }
  addProducts(products: Iterable<ProductNode>): void {
    for (const product of products) this.products.add(product);
  }
  /** The next one; null: there is none. A product may change while it is gone through: what changes is added by itself. */
  next(): DeviceNode | null {
    for (const device of this.devices) {
      this.devices.delete(device);
      return device;
    }
    for (;;) {
      const next = this.walking?.next();
      if (next !== undefined && next.done !== true) return next.value;
      const [product] = this.products;
      if (product === undefined) break;
      this.products.delete(product);
      this.walking = product.devicesById.values();
    }
    this.walking = null;
    return null;
  }
}
