import { base64Bytes, hashOf } from "./bytes.ts";
import type { Draft, Network, Own } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, loraRate } from "./radio.ts";
import { downlink, failed, invalidated } from "./tti-downlinks.ts";
import { timeOf } from "./times.ts";
import type { NetworkRequest, ReplyAddress, Uplink } from "./types.ts";
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

/** The Things Stack v3. Its bodies leave out what is zero, false or empty; 64-bit numbers are texts, bytes base64. */
export const tti: Network = {
  name: "tti",
  title: "The Things Stack",
  devEuiKey: "end_device_ids.dev_eui",
  recognises: (body) => at(body, "end_device_ids") !== undefined,
  read(body, request) {
    const envelope = objectOf(body);
    const message = MESSAGES.find(([key]) => isObject(envelope[key]));
    if (message === undefined) {
      if (isObject(envelope.end_device_ids))
        return [{ ...common(envelope, request), kind: "other", text: "An event of a kind that is not known." }];
      throw new Unreadable(
        "The body has no end_device_ids and none of the messages of The Things Stack: set the webhook's format to JSON, and let no field mask take end_device_ids away.",
      );
    }
    const [key, read] = message;
    return [{ ...common(envelope, request), ...read(objectOf(envelope[key]), envelope) }];
  },
};

/** Messages by the key that holds them; an envelope has one. */
const MESSAGES: readonly (readonly [key: string, read: (message: Json, envelope: Json) => Own])[] = [
  ["uplink_message", uplink],
  ["uplink_normalized", normalized],
  ["join_accept", join],
  ["downlink_queued", (message, envelope) => downlink("queued", message, envelope)],
  ["downlink_sent", (message, envelope) => downlink("sent", message, envelope)],
  ["downlink_ack", (message, envelope) => downlink("ack", message, envelope)],
  ["downlink_nack", (message, envelope) => downlink("nack", message, envelope)],
  ["downlink_failed", failed],
  ["downlink_queue_invalidated", invalidated],
  ["location_solved", location],
  ["service_data", service],
];

function common(envelope: Json, request: NetworkRequest): Omit<Draft, "kind" | "text"> {
  return {
    devEui: at(envelope, "end_device_ids", "dev_eui"),
    deviceId: textOf(at(envelope, "end_device_ids", "device_id")),
    time: timeOf(envelope.received_at),
    reply: replyOf(request),
    raw: envelope,
  };
}

/** With a downlink key configured, each request says where downlinks to its device go. */
function replyOf({ headers }: NetworkRequest): ReplyAddress | null {
  const push = textOf(headers["x-downlink-push"]);
  const replace = textOf(headers["x-downlink-replace"]);
  const apiKey = textOf(headers["x-downlink-apikey"]);
  return push === null && replace === null ? null : { push, replace, apiKey };
}

function uplink(message: Json): Own {
  const frame = frameOf(message);
  return {
    kind: "up",
    text: `An uplink of ${frame.bytes?.length ?? 0} bytes on port ${frame.port ?? 0}.`,
    ...(timeOf(message.received_at) === null ? {} : { time: timeOf(message.received_at) }),
    uplink: frame,
  };
}

function frameOf(message: Json): Partial<Uplink> & { readonly bytes: Uint8Array | null } {
  const settings = objectOf(message.settings);
  const lora = at(settings, "data_rate", "lora");
  return {
    bytes: base64Bytes(message.frm_payload, "uplink_message.frm_payload"),
    port: countOf(message.f_port) ?? 0,
    counter: countOf(message.f_cnt) ?? 0,
    confirmed: flagOf(message.confirmed) ?? false,
    encrypted: isObject(message.app_s_key) && textOf(at(message.app_s_key, "key")) === null,
    decoded: isObject(message.decoded_payload) ? message.decoded_payload : null,
    dataRate: dataRate(at(settings, "data_rate")),
    frequencyHz: frequencyOf(settings.frequency),
    codingRate: codingRate(at(lora, "coding_rate") ?? settings.coding_rate),
    gateways: objectsOf(message.rx_metadata).map((one) =>
      gatewayOf({
        id: at(one, "gateway_ids", "eui") ?? at(one, "gateway_ids", "gateway_id"),
        rssi: one.rssi ?? one.channel_rssi,
        snr: one.snr ?? (lora === undefined ? undefined : 0),
        channel: one.channel_index ?? 0,
        time: one.time ?? one.received_at,
        lat: at(one, "location", "latitude"),
        lng: at(one, "location", "longitude"),
        alt: at(one, "location", "altitude"),
      }),
    ),
  };
}

function dataRate(rate: unknown): string | null {
  const lora = at(rate, "lora");
  if (lora !== undefined) return loraRate(at(lora, "spreading_factor"), at(lora, "bandwidth"));
  const bits = numberOf(at(rate, "fsk", "bit_rate"));
  if (bits !== null) return `FSK${bits}`;
  return at(rate, "lrfhss") === undefined ? null : "LR-FHSS";
}

/** One part of a payload in the Stack's own normal form; it comes beside the uplink, or without it. */
function normalized(message: Json): Own {
  const decoded = isObject(message.normalized_payload) ? message.normalized_payload : null;
  return {
    ...uplink({ ...message, frm_payload: undefined, decoded_payload: decoded }),
    text: "An uplink in the normal form of The Things Stack.",
    id: `${countOf(message.f_cnt) ?? 0}:${textOf(message.received_at) ?? ""}:${hashOf(JSON.stringify(decoded))}`,
  };
}

function join(message: Json, envelope: Json): Own {
  const address = textOf(at(envelope, "end_device_ids", "dev_addr"));
  return {
    kind: "join",
    text: address === null ? "The device joined the network." : `The device joined the network as ${address}.`,
    id: textOf(message.session_key_id),
  };
}

function location(message: Json): Own {
  const position = positionOf(at(message, "location", "latitude"), at(message, "location", "longitude"));
  const by = textOf(message.service) ?? "the network";
  const text =
    position === null ? `${by} told no position.` : `${by} found the device at ${position.lat}, ${position.lng}.`;
  return { kind: "location", text, location: position };
}

function service(message: Json): Own {
  return { kind: "log", text: `Data of the service ${textOf(message.service) ?? "without a name"}.` };
}
