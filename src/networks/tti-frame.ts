import { base64Bytes } from "./bytes.ts";
import { codingRate, frequencyOf, gatewayOf, loraRate } from "./radio.ts";
import type { Uplink } from "./types.ts";
import { at, countOf, flagOf, isObject, type Json, numberOf, objectOf, objectsOf, textOf } from "./values.ts";

/** The frame of an uplink message, with what the Stack leaves out because it is zero. @throws Unreadable */
export function frameOf(message: Json): Partial<Uplink> & { readonly bytes: Uint8Array | null } {
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
