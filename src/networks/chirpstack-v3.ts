import { base64Bytes } from "./bytes.ts";
import type { Draft, Own } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, loraRate } from "./radio.ts";
import { timeOf } from "./times.ts";
import {
  at,
  countOf,
  flagOf,
  isObject,
  type Json,
  numberOf,
  objectOf,
  objectsOf,
  parsed,
  positionOf,
  textOf,
} from "./values.ts";

/**
 * An event of ChirpStack 3. Two of its marshalers write JSON: the newer one EUIs in hexadecimal and `object`, the older one EUIs in base64 and
 * `objectJSON`, a text; a DevEUI is read in either.
 */
export function readV3(event: string, body: Json): Omit<Draft, "raw"> {
  const common = { devEui: body.devEUI, deviceId: textOf(body.deviceName), time: timeV3(body) };
  return { ...common, ...own(event, body) };
}

function own(event: string, body: Json): Own {
  const counter = countOf(body.fCnt) ?? 0;
  switch (event) {
    case "up":
      return uplink(body);
    case "join":
      return { kind: "join", text: "The device joined the network." };
    case "ack": {
      const acknowledged = flagOf(body.acknowledged) ?? false;
      const text = `The downlink ${counter} was ${acknowledged ? "" : "not "}acknowledged by the device.`;
      return { kind: acknowledged ? "ack" : "nack", text, downlink: { counter } };
    }
    case "txack":
      return { kind: "txack", text: `A gateway took the downlink ${counter} for sending.`, downlink: { counter } };
    case "status":
      return status(body);
    case "location": {
      const position = positionOf(at(body, "location", "latitude") ?? 0, at(body, "location", "longitude") ?? 0);
      const text =
        position === null
          ? "The network told no position."
          : `The network found the device at ${position.lat}, ${position.lng}.`;
      return { kind: "location", text, location: position };
    }
    case "error":
    case "log":
      return error(body, counter);
    case "integration":
      return {
        kind: "log",
        text: `An event ${textOf(body.eventType) ?? ""} of the integration ${textOf(body.integrationName) ?? ""}.`,
      };
    default:
      return { kind: "other", text: `An event ${event.slice(0, 40)}.` };
  }
}

/** Only gateways with a GPS receiver tell when they heard a frame; without one nothing does. */
function timeV3(body: Json): number | null {
  for (const one of objectsOf(body.rxInfo)) {
    const time = timeOf(one.time);
    if (time !== null) return time;
  }
  return timeOf(body.publishedAt) ?? timeOf(body.time);
}

function uplink(body: Json): Own {
  const bytes = base64Bytes(body.data, "data");
  const info = objectOf(body.txInfo);
  const lora = objectOf(info.loRaModulationInfo ?? info.dataRate);
  const text = textOf(body.objectJSON);
  const object = isObject(body.object) ? body.object : text === null ? null : parsed(text);
  return {
    kind: "up",
    text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(body.fPort) ?? 0}.`,
    uplink: {
      bytes,
      port: countOf(body.fPort) ?? 0,
      counter: countOf(body.fCnt) ?? 0,
      confirmed: flagOf(body.confirmedUplink ?? body.confirmed),
      decoded: isObject(object) ? object : isObject(body.objectJSON) ? body.objectJSON : null,
      dataRate: loraRate(lora.spreadingFactor ?? lora.spreadFactor, lora.bandwidth),
      frequencyHz: frequencyOf(info.frequency),
      codingRate: codingRate(lora.codeRate ?? info.codeRate),
      gateways: objectsOf(body.rxInfo).map(gatewayV3),
    },
  };
}

function gatewayV3(one: Json) {
  return gatewayOf({
    id: gatewayId(one.gatewayID ?? one.gatewayId ?? one.mac),
    rssi: one.rssi,
    snr: one.loRaSNR ?? one.snr ?? 0,
    channel: one.channel,
    time: one.time,
    lat: at(one, "location", "latitude") ?? one.latitude,
    lng: at(one, "location", "longitude") ?? one.longitude,
    alt: at(one, "location", "altitude") ?? one.altitude,
  });
}

/** The older marshaler writes the eight bytes in base64. */
function gatewayId(value: unknown): string | null {
  const text = textOf(value);
  if (text === null || !/^[A-Za-z0-9+/]{11}=$/.test(text)) return text;
  return Buffer.from(text, "base64").toString("hex");
}

function status(body: Json): Own {
  const external = flagOf(body.externalPowerSource) === true;
  const known = !external && flagOf(body.batteryLevelUnavailable) !== true;
  const battery = known ? numberOf(body.batteryLevel) : null;
  const power = external ? "external power" : battery === null ? "battery not known" : `battery ${battery} %`;
  return { kind: "status", text: `Status of the device: ${power}, margin ${numberOf(body.margin) ?? 0} dB.`, battery };
}

const LOST_DOWNLINKS = /^DOWNLINK_/;

function error(body: Json, counter: number): Own {
  const type = textOf(body.type) ?? "UNKNOWN";
  const words = textOf(body.error) ?? "without a description";
  const text = `ERROR ${type}: ${words}`;
  if (!LOST_DOWNLINKS.test(type)) return { kind: "log", text };
  return { kind: "failed", text, downlink: { counter, reason: `${type}: ${words}` } };
}
