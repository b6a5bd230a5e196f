import type { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";

/**
 * Devices and fields of products that went. With their product they are out of everybody's sight at once, since a node is deleted when
 * its product is; out of the tables they are taken some at a time, because a product may have a hundred thousand.
 */
export class Leaving {
  private readonly products: { readonly devices: Iterator<DeviceNode>; readonly product: ProductNode }[] = [];

  /** A product was deleted. It lists its devices until the last of them is taken. */
  add(product: ProductNode): void {
    this.products.push({ devices: product.devicesById.values(), product });
  }
  get any(): boolean {
    return this.products.length > 0;
  }
  /** The next ones: at most so many devices of a product, or behind the last its fields. They are not answered again. */
  take(most: number): { readonly devices: DeviceNode[]; readonly fields: FieldNode[] } {
    const devices: DeviceNode[] = [];
    const [first] = this.products;
    if (first === undefined) return { devices, fields: [] };
    while (devices.length < most) {
      const { value, done } = first.devices.next();
      if (done) break;
      devices.push(value);
    }
    if (devices.length > 0) return { devices, fields: [] };
    this.products.shift();
    const { product } = first;
    product.devicesById = new Map();
    product.devicesBySerial = new Map();
    return { devices, fields: [...product.fields.values()] };
  }
}
