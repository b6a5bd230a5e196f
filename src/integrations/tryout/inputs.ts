import { DeviceNode, type ProductNode } from "../../fleet/nodes.ts";
import type { NetworkEvent, NetworkName } from "../../networks/types.ts";
import type { Unit } from "../inbound/decode.ts";
import type { PassBody } from "../inbound/pass-types.ts";
import type { Incoming, IncomingRequest } from "../types.ts";

/** What somebody gives a decoder to try it with. */
export type TryInput =
  | {
      readonly kind: "uplink";
      readonly bytes: Uint8Array;
      readonly port: number;
      /** Null: any. */
      readonly device: DeviceNode | null;
      /** What the network would have sent, for `rawPayload`. */
      readonly raw: unknown;
    }
  | { readonly kind: "request"; readonly request: IncomingRequest; readonly body: string }
  | { readonly kind: "message"; readonly topic: string; readonly payload: string };

/** What a device is called that nobody has: the product's defaults hold for it. */
export const ANY_DEVICE = "(any device)";

/** Something given as if it had come. @param now milliseconds since 1970 */
export function unitOf(given: TryInput, product: ProductNode, now: number): Unit {
  if (given.kind === "request") {
    const incoming = { ...NOBODY, request: given.request, body: Buffer.from(given.body), product };
    return { incoming, product, device: null, event: null };
  }
  if (given.kind === "message") {
    const incoming: Incoming = {
      ...{ ...NOBODY, way: "broker", topic: given.topic },
      ...{ body: Buffer.from(given.payload), product },
    };
    return { incoming, product, device: null, event: null };
  }
  const device = given.device ?? anyDevice(product);
  const { bytes, port, raw } = given;
  const event: NetworkEvent = {
    ...{ ...NO_EVENT, network: "tti", kind: "up", devEui: device.row.serial ?? "0000000000000000", time: now, raw },
    uplink: { ...NO_UPLINK, bytes, port },
  };
  const incoming: Incoming = { ...NOBODY, way: "lorawan", network: "tti", body: bytes, product, events: [event] };
  return { incoming, product, device, event };
}

/**
 * Something that came, as the log of the product kept it, as if it came again.
 * @param find the devices with a DevEUI
 * @returns why it cannot, where it is a text; null: there was nothing in it for a decoder
 */
export function unitOfPass(
  pass: PassBody,
  product: ProductNode,
  find: (devEui: string) => readonly DeviceNode[],
): Unit | string | null {
  if (pass.event !== null && pass.event.uplink === null) return null;
  if (pass.cut) return `its body has ${pass.size} bytes, and only the beginning is kept`;
  const body = Buffer.from(pass.body, pass.base64 ? "base64" : "utf8");
  const { way, network, method, path, query, headers, form, topic } = pass;
  const request = method === null ? null : { method, path: path ?? "/", query, headers, form };
  const incoming: Incoming = { ...NOBODY, way, network, request, topic, body, product };
  if (pass.event === null) return { incoming, product, device: null, event: null };
  const { kind, dev_eui: devEui, device_id: deviceId, time, text, uplink } = pass.event;
  const bytes = uplink?.bytes == null ? null : Uint8Array.from(Buffer.from(uplink.bytes, "hex"));
  const event: NetworkEvent = {
    // what was kept under the name of a network came from it
    ...{ ...NO_EVENT, network: (network ?? "tti") as NetworkName, kind, devEui, deviceId, time, text },
    ...{ uplink: uplink === null ? null : { ...uplink, bytes }, raw: jsonOf(pass.body) },
  };
  const device = find(devEui).find((one) => one.product === product) ?? anyDevice(product);
  return { incoming: { ...incoming, events: [event] }, product, device, event };
}

const NOBODY: Incoming = {
  ...{ way: "http", network: null, remote: null, request: null, topic: null, product: null },
  ...{ body: new Uint8Array(), events: [], principal: null, dedupeKeys: [] },
};
const NO_EVENT = {
  ...{ deviceId: null, downlink: null, reply: null, location: null, battery: null },
  ...{ text: "", dedupeKeys: [] },
};
const NO_UPLINK = {
  ...{ counter: null, confirmed: null, encrypted: false, decoded: null, rssi: null, snr: null },
  ...{ dataRate: null, frequencyHz: null, codingRate: null, gateways: [] },
};

function anyDevice(product: ProductNode): DeviceNode {
  const row = { uid: 0, product: product.row.uid, id: ANY_DEVICE, name: ANY_DEVICE, serial: null, tags: [] };
  return new DeviceNode(row, -1, product);
}
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** How something came, and the beginning of it. @param unit a text: it cannot be tried again @param body as it is kept */
export function summaryOf(unit: Unit | string, body: string): string {
  const text = body.length > 120 ? `${body.slice(0, 120).toWellFormed()}…` : body;
  if (typeof unit === "string") return text;
  const { event, incoming } = unit;
  if (event?.uplink != null) {
    const { bytes, port } = event.uplink;
    return `${event.devEui} port ${port ?? "?"} ${bytes === null ? "" : Buffer.from(bytes).toString("hex").slice(0, 120)}`;
  }
  return incoming.topic === null ? `${incoming.request?.method ?? ""} ${text}`.trim() : `${incoming.topic} ${text}`;
}
