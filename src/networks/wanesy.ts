import { base64Bytes, hexBytes } from "./bytes.ts";
import type { Network, Own } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, rateText } from "./radio.ts";
import { timeOf } from "./times.ts";
import { at, countOf, flagOf, isObject, type Json, objectOf, objectsOf, textOf } from "./values.ts";

/** Kerlink Wanesy Management Centre. */
export const wanesy: Network = {
  name: "wanesy",
  title: "Kerlink Wanesy",
  devEuiKey: "endDevice.devEui",
  recognises: (body) => at(body, "endDevice") !== undefined || at(body, "dataDownId") !== undefined,
  read(raw) {
    const body = objectOf(raw);
    const common = {
      devEui: at(body, "endDevice", "devEui") ?? body.devEui,
      time: timeOf(body.recvTime ?? body.sendTime ?? body.time),
      raw,
    };
    if (body.dataDownId !== undefined || body.status !== undefined) return [{ ...common, ...downlink(body) }];
    return [{ ...common, ...uplink(body) }];
  },
};

function uplink(body: Json): Own {
  const base64 = textOf(body.encodingType)?.toUpperCase() === "BASE64";
  const bytes = base64 ? base64Bytes(body.payload, "payload") : hexBytes(body.payload, "payload");
  return {
    kind: "up",
    text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(body.fPort) ?? 0}.`,
    uplink: {
      bytes,
      port: countOf(body.fPort) ?? 0,
      counter: countOf(body.fCntUp) ?? 0,
      confirmed: flagOf(body.confirmed),
      encrypted: flagOf(body.encrypted) === true,
      decoded: isObject(body.decoded) ? body.decoded : null,
      dataRate: rateText(body.dataRate),
      frequencyHz: frequencyOf(body.ulFrequency),
      codingRate: codingRate(body.codingRate),
      gateways: objectsOf(body.gwInfo).map((one) =>
        gatewayOf({
          ...one,
          id: one.gwEui,
          time: one.time ?? body.recvTime,
          lat: one.latitude,
          lng: one.longitude,
          alt: one.altitude,
        }),
      ),
    },
  };
}

/** What became of a downlink: `OK`, `IN_PROGRESS`, `KO`. */
function downlink(body: Json): Own {
  const status = textOf(body.status)?.toUpperCase() ?? "";
  const id = textOf(body.dataDownId) ?? textOf(body.id);
  const reason = status === "KO" ? (textOf(body.reason) ?? textOf(body.message) ?? "Wanesy does not say why") : null;
  const kind = status === "KO" ? "failed" : status === "IN_PROGRESS" ? "queued" : "sent";
  const told = {
    failed: `A downlink failed: ${reason}.`,
    queued: "A downlink is on its way.",
    sent: "A downlink was sent.",
  } as const;
  return {
    kind,
    text: told[kind],
    downlink: { ids: id === null ? [] : [id], counter: countOf(body.fCntDown), port: countOf(body.fPort), reason },
  };
}
