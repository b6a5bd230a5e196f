import type { DeviceNode } from "../../fleet/nodes.ts";
import type { NetworkEvent } from "../../networks/types.ts";
import type { Unit } from "../inbound/decode.ts";
import type { Incoming } from "../types.ts";
import type { Tried } from "./tried.ts";

/** What a network would send, as it was read. */
export interface NetworkTry {
  /** uid */
  readonly workspace: number;
  readonly incoming: Incoming;
  readonly events: readonly NetworkEvent[];
  /** What may not be seen is not there. */
  sees(device: DeviceNode): boolean;
}
/** What would become of an event at a device; `device` null: there is none with its DevEUI, and one is suggested. */
export interface TriedEvent {
  readonly event: NetworkEvent;
  readonly device: DeviceNode | null;
  /** Null: nothing is read of it, since it is no uplink, or of nobody. */
  readonly tried: Tried | null;
}

/** Events of one request that are tried. */
const MOST_EVENTS = 20;

/**
 * What the way in would make of a network's request. Nothing of it is stored.
 * @param read what it would make of one of the events @throws Refusal rate_limited, overloaded
 */
export async function tryEvents(
  devicesWith: (devEui: string) => readonly DeviceNode[],
  read: (unit: Unit) => Promise<Tried>,
  { workspace, incoming, events, sees }: NetworkTry,
): Promise<TriedEvent[]> {
  const tried = events.slice(0, MOST_EVENTS).flatMap((event): Promise<TriedEvent>[] => {
    const devices = devicesWith(event.devEui).filter((one) => one.product.row.workspace === workspace && sees(one));
    if (devices.length === 0) return [Promise.resolve({ event, device: null, tried: null })];
    return devices.map(async (device) => ({
      event,
      device,
      tried: event.uplink === null ? null : await read({ incoming, product: device.product, device, event }),
    }));
  });
  return Promise.all(tried);
}
