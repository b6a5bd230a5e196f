import { type CurrentValue, type Device, type Product, timeoutOf } from "../../api/fleet.ts";

/** A device with what the list shows of it. */
export interface Row {
  readonly key: string;
  readonly device: Device;
  readonly product: Product | undefined;
  readonly values: ReadonlyMap<string, CurrentValue>;
  /** ms. */
  readonly timeout: number;
}

export function rowOf(
  device: Device,
  products: ReadonlyMap<string, Product>,
  values: readonly CurrentValue[] | undefined,
): Row {
  const product = products.get(device.product);
  return new ListedRow(device, product, timeoutOf(device, product), values ?? []);
}

/** Of ten thousand rows a few are looked at: the others need no map of their values. */
class ListedRow implements Row {
  readonly key: string;
  private made: ReadonlyMap<string, CurrentValue> | null = null;

  constructor(
    readonly device: Device,
    readonly product: Product | undefined,
    readonly timeout: number,
    private readonly known: readonly CurrentValue[],
  ) {
    this.key = `${device.product}/${device.id}`;
  }
  get values(): ReadonlyMap<string, CurrentValue> {
    this.made ??= new Map(this.known.map((one) => [one.field, one]));
    return this.made;
  }
}
