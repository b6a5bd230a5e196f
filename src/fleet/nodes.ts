import { OrderedDevices } from "./ordered.ts";
import type { Device, Field, Product, Workspace } from "./rows.ts";

/** A product in memory, with what belongs to it. The object stays the same while its row changes. */
export class ProductNode {
  deleted = false;
  /** Grows whenever the product, its fields or its devices change; numbers are from Directory.epoch. */
  epoch = 0;
  /** By identifier, upper case. */
  readonly fields = new Map<string, FieldNode>();
  devicesById: Map<string, DeviceNode> = new Map();
  devicesBySerial: Map<string, DeviceNode> = new Map();
  readonly ordered = new OrderedDevices();

  constructor(
    public row: Product,
    public workspace: Workspace,
  ) {}

  /** The device with this id, otherwise the one with this serial. */
  device(idOrSerial: string): DeviceNode | undefined {
    if (this.deleted) return undefined;
    return this.devicesById.get(idOrSerial) ?? this.devicesBySerial.get(idOrSerial);
  }
}

export class DeviceNode {
  private gone = false;

  /** @param index dense and local to this process; never given again, also when the device is deleted */
  constructor(
    public row: Device,
    readonly index: number,
    readonly product: ProductNode,
  ) {}

  /** It is gone, by itself or with its product. */
  get deleted(): boolean {
    return this.gone || this.product.deleted;
  }
  set deleted(gone: boolean) {
    this.gone = gone;
  }
}

export class FieldNode {
  private gone = false;

  constructor(
    public row: Field,
    readonly product: ProductNode,
  ) {}

  /** It is gone, by itself or with its product. */
  get deleted(): boolean {
    return this.gone || this.product.deleted;
  }
  set deleted(gone: boolean) {
    this.gone = gone;
  }
}
