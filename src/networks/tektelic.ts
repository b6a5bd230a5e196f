import { base64Bytes, hexBytes } from "./bytes.ts";
import type { Network } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, loraRate, rateText } from "./radio.ts";
import { timeOf } from "./times.ts";
import type { Gateway } from "./types.ts";
import { at, countOf, flagOf, isObject, type Json, objectOf, objectsOf, textOf } from "./values.ts";

/** Tektelic's network server. */
export const tektelic: Network = {
  name: "tektelic",
  title: "Tektelic",
  devEuiKey: "payloadMetaData.deviceMetaData.deviceEUI",
  recognises: (body) => at(body, "payloadMetaData") !== undefined,
  read(raw) {
    const body = objectOf(raw);
    const meta = objectOf(body.payloadMetaData);
    const bytes = payloadOf(body.rawPayload ?? meta.rawPayload);
    const radio = objectOf(meta.txInfo ?? at(objectsOf(meta.rxInfo)[0], "txInfo"));
    return [
      {
        kind: "up",
        devEui: at(meta, "deviceMetaData", "deviceEUI"),
        deviceId: textOf(at(meta, "deviceMetaData", "name")),
        time: timeOf(objectsOf(meta.rxInfo)[0]?.time) ?? timeOf(gatewaysOf(meta)[0]?.time) ?? timeOf(meta.time),
        text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(meta.fport) ?? 0}.`,
        uplink: {
          bytes,
          port: countOf(meta.fport ?? meta.fPort) ?? 0,
          counter: countOf(meta.fcount ?? meta.fCount) ?? 0,
          confirmed: flagOf(meta.confirmed),
          decoded: isObject(body.payload) ? body.payload : null,
          dataRate:
            loraRate(at(radio, "dataRate", "spreadFactor"), at(radio, "dataRate", "bandwidth")) ??
            rateText(radio.dataRate),
          frequencyHz: frequencyOf(radio.frequency),
          codingRate: codingRate(radio.codeRate),
          gateways: gatewaysOf(meta),
        },
        raw,
      },
    ];
  },
};

/** Base64; a few of its forwarders write hexadecimal, which is recognised by its signs and even length. */
function payloadOf(value: unknown): Uint8Array | null {
  const hex =
    typeof value === "string" &&
    value.length % 2 === 0 &&
    /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(value) &&
    value.length % 4 !== 0;
  return hex ? hexBytes(value, "rawPayload") : base64Bytes(value, "rawPayload");
}

/** What was heard stands with each gateway, or once beside them. */
function gatewaysOf(meta: Json): readonly Gateway[] {
  const common = objectsOf(meta.rxInfo);
  return objectsOf(meta.gatewayMetaDataList).map((one, index) => {
    const heard = objectOf(
      isObject(one.rxInfo) ? one.rxInfo : (common[index] ?? (common.length === 1 ? common[0] : undefined)),
    );
    return gatewayOf({
      id: one.mac ?? one.gatewayEUI ?? one.id,
      rssi: heard.rssi,
      snr: heard.loRaSNR ?? heard.snr,
      channel: heard.channel,
      time: heard.time,
      lat: one.latitude ?? at(one, "location", "latitude"),
      lng: one.longitude ?? at(one, "location", "longitude"),
      alt: one.altitude ?? at(one, "location", "altitude"),
    });
  });
}
