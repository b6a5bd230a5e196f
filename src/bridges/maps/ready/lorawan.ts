import { readNetwork } from "../../../networks/index.ts";
import type { NetworkName } from "../../../networks/types.ts";
import { Unreadable } from "../../../networks/values.ts";
import type { Mapped, MapMessage } from "../types.ts";

/**
 * What a LoRaWAN network publishes is what it sends to a webhook: the same readers, and behind them the same decoder of the device's product.
 * @param event as ChirpStack names it in the topic; null: the body says it
 * @throws Unreadable
 */
export function networkEvents(network: NetworkName, message: MapMessage, event: string | null): Mapped {
  const body = message.payload;
  // `{`: everything else that they publish is Protocol Buffers
  const contentType = /^\s*[[{]/.test(new TextDecoder().decode(body.subarray(0, 16)))
    ? "application/json"
    : "application/octet-stream";
  const reading = readNetwork(network, {
    body,
    contentType,
    query: event === null ? {} : { event },
    headers: {},
    now: message.now,
  });
  if (!reading.ok) throw new Unreadable(reading.problem);
  return { devices: [], events: reading.events, messages: [] };
}
