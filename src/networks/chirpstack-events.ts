import type { Own } from "./draft.ts";
import { at, countOf, flagOf, type Json, numberOf, positionOf, textOf } from "./values.ts";

/** The queue item is named in `queueItemId`, or, by older versions and in what the log says, by other names. */
function idsOf(body: Json): readonly string[] {
  const ids = [body.queueItemId, at(body, "context", "queue_item_id"), at(body, "context", "queueItemId")];
  return ids.flatMap((one) => textOf(one) ?? []);
}

/** A gateway took a downlink. */
export function txack(body: Json): Own {
  return {
    kind: "txack",
    text: `Gateway ${textOf(body.gatewayId) ?? "without a name"} took a downlink for sending.`,
    downlink: { ids: idsOf(body), counter: countOf(body.fCntDown) ?? 0 },
  };
}

/** Whether the device confirmed a downlink. */
export function ack(body: Json): Own {
  const acknowledged = flagOf(body.acknowledged) ?? false;
  return {
    kind: acknowledged ? "ack" : "nack",
    text: `A downlink was ${acknowledged ? "" : "not "}acknowledged by the device.`,
    downlink: { ids: idsOf(body), counter: countOf(body.fCntDown) ?? 0 },
  };
}

/** What the device says of its battery and its signal. */
export function status(body: Json): Own {
  const margin = numberOf(body.margin) ?? 0;
  const unknown = flagOf(body.batteryLevelUnavailable) === true || flagOf(body.externalPowerSource) === true;
  const battery = unknown ? null : numberOf(body.batteryLevel);
  const power =
    flagOf(body.externalPowerSource) === true
      ? "external power"
      : battery === null
        ? "battery not known"
        : `battery ${battery} %`;
  return { kind: "status", text: `Status of the device: ${power}, margin ${margin} dB.`, battery };
}

/** Errors that mean that a downlink will not be sent. */
const LOST_DOWNLINKS = /^(?:DOWNLINK_|EXPIRED$|F_CNT_DOWN$)/;

/** Words of the network; some of them mean the end of a downlink. */
export function log(body: Json): Own {
  const code = textOf(body.code) ?? "UNKNOWN";
  const words = textOf(body.description) ?? "without a description";
  const text = `${textOf(body.level) ?? "INFO"} ${code}: ${words}`;
  const ids = idsOf(body);
  if (!LOST_DOWNLINKS.test(code)) return { kind: "log", text };
  return {
    kind: "failed",
    text,
    downlink: { ids, counter: countOf(at(body, "context", "f_cnt_down")), reason: `${code}: ${words}` },
  };
}

/** Where the network found the device to be. */
export function location(body: Json): Own {
  const position = positionOf(at(body, "location", "latitude") ?? 0, at(body, "location", "longitude") ?? 0);
  const text =
    position === null
      ? "The network told no position."
      : `The network found the device at ${position.lat}, ${position.lng}.`;
  return { kind: "location", text, location: position };
}
