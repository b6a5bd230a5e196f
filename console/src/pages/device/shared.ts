import type { Device, Field, Product } from "../../api/fleet.ts";
import type { DeviceTopics } from "./topics.ts";

/** What every tab of a device gets. */
export interface Shared {
  readonly workspace: string;
  readonly device: Device;
  /** The tag of its state, for changes. */
  readonly etag: string;
  readonly product: Product;
  readonly fields: readonly Field[];
  /** ms without a word after which it is away. */
  readonly timeout: number;
  readonly topics: DeviceTopics;
}
