import { base64Bytes } from "./bytes.ts";
import type { Network, Own } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, loraRate } from "./radio.ts";
import { timeOf } from "./times.ts";
import { at, countOf, flagOf, isObject, type Json, objectOf, positionOf, textOf } from "./values.ts";

/** Everynet. */
export const everynet: Network = {
  name: "everynet",
  title: "Everynet",
  devEuiKey: "meta.device",
  recognises: (body) => at(body, "params") !== undefined && at(body, "meta") !== undefined,
  read(raw) {
    const body = objectOf(raw);
    const params = objectOf(body.params);
    const common = {
      devEui: at(body, "meta", "device"),
      time: timeOf(params.rx_time ?? at(body, "meta", "time")),
      raw,
    };
    const type = textOf(body.type) ?? "uplink";
    return [{ ...common, ...(type === "uplink" ? uplink(body, params) : other(type, body, params)) }];
  },
};

function uplink(body: Json, params: Json): Own {
  const encrypted = textOf(params.payload) === null && textOf(params.encrypted_payload) !== null;
  const bytes = base64Bytes(encrypted ? params.encrypted_payload : params.payload, "params.payload");
  const radio = objectOf(params.radio);
  const hardware = objectOf(radio.hardware);
  return {
    kind: "up",
    text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(params.port) ?? 0}.`,
    uplink: {
      bytes,
      encrypted,
      port: countOf(params.port) ?? 0,
      counter: countOf(params.counter_up) ?? 0,
      confirmed: flagOf(params.confirmed),
      decoded: isObject(params.decoded_payload) ? params.decoded_payload : null,
      dataRate: loraRate(at(radio, "modulation", "spreading"), at(radio, "modulation", "bandwidth")),
      frequencyHz: frequencyOf(radio.freq),
      codingRate: codingRate(at(radio, "modulation", "coderate")),
      gateways: [
        gatewayOf({
          id: at(body, "meta", "gateway"),
          rssi: hardware.rssi,
          snr: hardware.snr,
          channel: hardware.channel,
          time: radio.time,
          lat: at(hardware, "gps", "lat"),
          lng: at(hardware, "gps", "lng"),
          alt: at(hardware, "gps", "alt"),
        }),
      ],
    },
  };
}

function other(type: string, body: Json, params: Json): Own {
  const packet = textOf(at(body, "meta", "packet_id")) ?? textOf(at(body, "meta", "packet_hash"));
  const downlink = {
    ids: packet === null ? [] : [packet],
    counter: countOf(params.counter_down),
    port: countOf(params.port),
  };
  switch (type) {
    case "join_request":
      return { kind: "join", text: "The device asks to join the network." };
    case "downlink":
      return { kind: "sent", text: `A downlink was sent on port ${downlink.port ?? 0}.`, downlink };
    case "downlink_request":
      return { kind: "other", text: "The network asks for a downlink; there is none in the answer." };
    case "location": {
      const position = positionOf(params.lat ?? params.latitude, params.lng ?? params.longitude);
      const text =
        position === null
          ? "The network told no position."
          : `The network found the device at ${position.lat}, ${position.lng}.`;
      return { kind: "location", text, location: position };
    }
    case "error":
    case "warning":
    case "info":
      return {
        kind: "log",
        text: `${type} of the network: ${textOf(params.message) ?? textOf(params.code) ?? "without words"}`,
      };
    default:
      return { kind: type === "status" ? "status" : "other", text: `A message ${type.slice(0, 40)}.` };
  }
}
