import { hashOf } from "./bytes.ts";
import type { Draft, Network, Own } from "./draft.ts";
import { frameOf } from "./tti-frame.ts";
import { downlink, failed, invalidated } from "./tti-downlinks.ts";
import { timeOf } from "./times.ts";
import type { NetworkRequest, ReplyAddress } from "./types.ts";
import {
  at,
  countOf,
  isObject,
  type Json,
  numberOf,
  objectOf,
  positionOf,
  textOf,
  textsOf,
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
  ["uplink_message", sent],
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

/** What is simulated in the console has no counter of its own: the same payload is to be tried again and again. */
function sent(message: Json, { simulated, correlation_ids }: Json): Own {
  const own = uplink(message);
  return simulated === true ? { ...own, id: textsOf(correlation_ids).join(" ") || null } : own;
}

function uplink(message: Json): Own {
  const frame = frameOf(message);
  return {
    kind: "up",
    text: `An uplink of ${frame.bytes?.length ?? 0} bytes on port ${frame.port ?? 0}.`,
    ...(timeOf(message.received_at) === null ? {} : { time: timeOf(message.received_at) }),
    battery: numberOf(at(message, "last_battery_percentage", "value")),
    uplink: frame,
  };
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
