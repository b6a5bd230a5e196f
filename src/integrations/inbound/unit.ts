import type { MappedDevice } from "../../bridges/maps/types.ts";
import type { Row } from "../../decoders/results.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import type { Decoded, Incoming } from "../types.ts";

/** One thing that came, for one product: a request, a message, or an event of a network with its device. */
export interface Unit {
  readonly incoming: Incoming;
  readonly product: ProductNode;
  readonly device: DeviceNode | null;
  readonly event: NetworkEvent | null;
  /** What a map read already; absent: it is to be read. */
  readonly mapped?: MappedDevice;
}
/** What was read of it. */
export interface Reading {
  /** Null: the product has no decoder, or nothing was to be decoded. */
  readonly decoded: Decoded | null;
  readonly rows: readonly Row[];
  /** How many values there were beyond the rows that are taken of one result. */
  readonly left: number;
  readonly messages: readonly string[];
}
