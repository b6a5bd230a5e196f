import { base64Bytes } from "./bytes.ts";
import { ack, location, log, status, txack } from "./chirpstack-events.ts";
import { readV3 } from "./chirpstack-v3.ts";
import type { Draft, Network, Own } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, loraRate } from "./radio.ts";
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
  textOf,
  Unreadable,
} from "./values.ts";

/** ChirpStack: version 4, and 3 in all three of its forms. Which event it is stands in the address, `?event=up`. */
export const chirpstack: Network = {
  name: "chirpstack",
  title: "ChirpStack",
  devEuiKey: "deviceInfo.devEui (devEUI in version 3)",
  recognises: (body) => at(body, "deviceInfo") !== undefined || at(body, "applicationID") !== undefined,
  read(raw, request) {
    const body = objectOf(raw);
    const event = eventName(body, request);
    if (!isObject(body.deviceInfo)) {
      if (body.devEUI === undefined)
        throw new Unreadable(
          "The body has neither deviceInfo (ChirpStack 4) nor devEUI (ChirpStack 3): it is no event of ChirpStack.",
        );
      return [{ ...readV3(event, body), raw }];
    }
    return [{ ...common(body), ...(READERS[event] ?? other(event))(body), raw }];
  },
};

type Reader = (body: Json) => Own;

/** The name in the address; where it is missing (a proxy, or another way), what the body looks like. */
function eventName(body: Json, { query }: NetworkRequest): string {
  if (query.event) return query.event.toLowerCase();
  const has = (key: string) => body[key] !== undefined;
  if (has("acknowledged")) return "ack";
  if (has("margin") || has("batteryLevel")) return "status";
  if (has("gatewayId") || (has("queueItemId") && has("downlinkId"))) return "txack";
  if (has("code") || has("error")) return "log";
  if (has("data") || has("fCnt") || has("rxInfo") || has("object")) return "up";
  if (has("location")) return "location";
  return has("devAddr") ? "join" : "other";
}

const READERS: Readonly<Record<string, Reader>> = {
  up: uplink,
  join: (body) => ({
    kind: "join",
    text: `The device joined the network${textOf(body.devAddr) === null ? "" : ` as ${textOf(body.devAddr)}`}.`,
    id: textOf(body.deduplicationId),
  }),
  ack,
  txack,
  status,
  log,
  location,
  integration: (body) => ({
    kind: "log",
    text: `An event ${textOf(body.eventType) ?? "without a name"} of the integration ${textOf(body.integrationName) ?? "without a name"}.`,
  }),
};

function other(event: string): Reader {
  return () => ({ kind: "other", text: `An event ${event.slice(0, 40)}.` });
}

function common(body: Json): Omit<Draft, "kind" | "text" | "raw"> {
  return {
    devEui: at(body, "deviceInfo", "devEui"),
    deviceId: textOf(at(body, "deviceInfo", "deviceName")),
    time: timeOf(body.time),
  };
}

function uplink(body: Json): Own {
  const bytes = base64Bytes(body.data, "data");
  const lora = at(body, "txInfo", "modulation", "lora");
  const fsk = numberOf(at(body, "txInfo", "modulation", "fsk", "datarate"));
  return {
    kind: "up",
    text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(body.fPort) ?? 0}.`,
    uplink: {
      bytes,
      port: countOf(body.fPort) ?? 0,
      counter: countOf(body.fCnt) ?? 0,
      confirmed: flagOf(body.confirmed) ?? false,
      encrypted: isObject(body.joinServerContext),
      decoded: isObject(body.object) ? body.object : null,
      dataRate: loraRate(at(lora, "spreadingFactor"), at(lora, "bandwidth")) ?? (fsk === null ? null : `FSK${fsk}`),
      frequencyHz: frequencyOf(at(body, "txInfo", "frequency")),
      codingRate: codingRate(at(lora, "codeRate")),
      gateways: objectsOf(body.rxInfo).map((one) =>
        gatewayOf({
          id: one.gatewayId,
          rssi: one.rssi,
          snr: one.snr ?? (lora === undefined ? undefined : 0),
          channel: one.channel ?? 0,
          time: one.gwTime ?? one.nsTime,
          lat: at(one, "location", "latitude"),
          lng: at(one, "location", "longitude"),
          alt: at(one, "location", "altitude"),
        }),
      ),
    },
  };
}
