import { hexBytes } from "./bytes.ts";
import { location, notification, rejected, sent } from "./actility-events.ts";
import type { Draft, Network, Own } from "./draft.ts";
import { frequencyOf, gatewayOf, loraRate } from "./radio.ts";
import { timeOf } from "./times.ts";
import type { NetworkRequest } from "./types.ts";
import {
  at,
  countOf,
  flagOf,
  isObject,
  type Json,
  numberOf,
  objectOf,
  objectsOf,
  positionOf,
  textOf,
  Unreadable,
} from "./values.ts";

/** Actility ThingPark, and KPN's older form, which writes every number as text. */
export const actility: Network = {
  name: "actility",
  title: "Actility ThingPark",
  devEuiKey: "DevEUI",
  recognises: (body) =>
    isObject(body) &&
    (Object.keys(body).some((key) => key.startsWith("DevEUI_")) || at(body, "processedFeed") !== undefined),
  read(raw, request) {
    const body = objectOf(raw);
    if (isObject(body.processedFeed)) return [feed(body, raw)];
    const root = Object.keys(body).find((key) => key.startsWith("DevEUI_") && isObject(body[key]));
    if (root === undefined)
      throw new Unreadable(
        "The body has no DevEUI_uplink: set the connector's format to JSON, as ThingPark sends it without a template.",
      );
    const message = objectOf(body[root]);
    const own = common(message, request, raw);
    return [{ ...own, ...read(root, message) }, ...(root === "DevEUI_uplink" ? acknowledged(message, own) : [])];
  },
};

function common(message: Json, { query }: NetworkRequest, raw: unknown): Omit<Draft, "kind" | "text"> {
  return {
    devEui: message.DevEUI ?? query.LrnDevEui,
    deviceId: textOf(at(message, "CustomerData", "name")),
    time: timeOf(message.Time ?? query.Time),
    raw,
  };
}

/** An uplink that confirms the downlink before it says so by a bit; there is no event of its own. */
function acknowledged(message: Json, own: Omit<Draft, "kind" | "text">): readonly Draft[] {
  if (flagOf(message.ACKbit) !== true) return [];
  const id = `ack:${countOf(message.FCntUp) ?? 0}:${own.time ?? ""}`;
  return [{ ...own, kind: "ack", text: "A downlink was acknowledged by the device.", downlink: {}, id }];
}

function read(root: string, message: Json): Own {
  switch (root) {
    case "DevEUI_uplink":
      return uplink(message);
    case "DevEUI_downlink_Sent":
      return sent(message);
    case "DevEUI_downlink_Rejected":
      return rejected(message);
    case "DevEUI_location":
      return location(message);
    case "DevEUI_notification":
      return notification(message);
    default:
      return { kind: "other", text: `A message ${root.slice(0, 60)}.` };
  }
}

function uplink(message: Json): Own {
  const bytes = hexBytes(message.payload_hex, "payload_hex");
  const position = positionOf(message.LrrLAT, message.LrrLON);
  const lrrs = objectsOf(at(message, "Lrrs", "Lrr"));
  const gateways = (lrrs.length > 0 ? lrrs : [message]).map((one) =>
    gatewayOf({
      id: one.Lrrid,
      rssi: one.LrrRSSI,
      snr: one.LrrSNR,
      channel: undefined,
      time: one.Time ?? message.Time,
      // the place is said of the gateway that heard it best, the first
      ...(one.Lrrid === message.Lrrid && position !== null ? position : {}),
    }),
  );
  return {
    kind: "up",
    text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(message.FPort) ?? 0}.`,
    uplink: {
      bytes,
      port: countOf(message.FPort) ?? 0,
      counter: countOf(message.FCntUp) ?? 0,
      // the type of LoRaWAN's frame: 2 unconfirmed, 4 confirmed
      confirmed: numberOf(message.MType) === null ? null : numberOf(message.MType) === 4,
      decoded: isObject(message.payload) ? message.payload : null,
      dataRate: loraRate(message.SpFact, message.Bandwidth ?? 125),
      frequencyHz: frequencyOf(message.Frequency),
      gateways,
    },
  };
}

/** What ThingPark X delivers of trackers. */
function feed(body: Json, raw: unknown): Draft {
  const fed = objectOf(body.processedFeed);
  const bytes = hexBytes(fed.payloadEncoded, "processedFeed.payloadEncoded");
  const [lng, lat] = Array.isArray(body.coordinates) ? body.coordinates : [];
  return {
    kind: "up",
    devEui: body.deviceEUI,
    deviceId: textOf(body.deviceId),
    time: timeOf(body.time),
    text: `An uplink of ${bytes?.length ?? 0} bytes.`,
    location: positionOf(lat, lng),
    uplink: {
      bytes,
      port: countOf(fed.port) ?? countOf(fed.FPort),
      counter: countOf(fed.sequenceNumber) ?? countOf(fed.FCntUp),
      frequencyHz: null,
      dataRate: loraRate(fed.SF, 125),
    },
    raw,
  };
}
