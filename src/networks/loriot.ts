import { hexBytes } from "./bytes.ts";
import type { Network, Own } from "./draft.ts";
import { codingRate, frequencyOf, gatewayOf, rateText } from "./radio.ts";
import { timeOf } from "./times.ts";
import type { NetworkEventKind } from "./types.ts";
import { at, countOf, flagOf, isObject, type Json, numberOf, objectOf, objectsOf, textOf } from "./values.ts";

/** LORIOT. The same frame comes as `rx` and as `gw` where both are switched on: it is stored once. */
export const loriot: Network = {
  name: "loriot",
  title: "LORIOT",
  devEuiKey: "EUI",
  recognises: (body) => at(body, "cmd") !== undefined && at(body, "EUI") !== undefined,
  read(raw) {
    const body = objectOf(raw);
    const common = { devEui: body.EUI, time: timeOf(body.ts), raw };
    const cmd = textOf(body.cmd) ?? "rx";
    if (cmd === "rx" || cmd === "gw" || cmd === "rxd") return [{ ...common, ...uplink(body) }];
    return [{ ...common, ...(DOWNLINKS.has(cmd) ? downlink(cmd, body) : other(cmd)) }];
  },
};

function uplink(body: Json): Own {
  const encrypted = textOf(body.data) === null && textOf(body.encdata) !== null;
  const bytes = encrypted ? hexBytes(body.encdata, "encdata") : hexBytes(body.data, "data");
  const gws = objectsOf(body.gws);
  const level = numberOf(body.bat);
  return {
    kind: "up",
    text: `An uplink of ${bytes?.length ?? 0} bytes on port ${countOf(body.port) ?? 0}${encrypted ? ", still encrypted" : ""}.`,
    // 0: external power, 255: not known (LoRaWAN's DevStatusAns)
    battery: level !== null && level > 0 && level < 255 ? Math.round((level / 254) * 100) : null,
    uplink: {
      bytes,
      encrypted,
      port: countOf(body.port) ?? 0,
      counter: countOf(body.fcnt) ?? 0,
      confirmed: flagOf(body.confirmed),
      decoded: isObject(body.decoded) ? (isObject(body.decoded.data) ? body.decoded.data : body.decoded) : null,
      dataRate: rateText(body.dr),
      frequencyHz: frequencyOf(body.freq),
      codingRate: codingRate(/\d\/\d/.exec(textOf(body.dr) ?? "")?.[0]),
      gateways: (gws.length > 0 ? gws : [body]).map((one) =>
        gatewayOf({ ...one, id: one.gweui, channel: undefined, time: one.time ?? one.ts, lng: one.lon ?? one.lng }),
      ),
    },
  };
}

/** `tx`: accepted for the queue; `txd`: sent, or not; `ack`: the device confirmed it. */
const DOWNLINKS: ReadonlySet<string> = new Set(["tx", "txd", "ack", "nack"]);

function downlink(cmd: string, body: Json): Own {
  const reason = textOf(body.error);
  const kind: NetworkEventKind =
    reason !== null || flagOf(body.success) === false
      ? "failed"
      : cmd === "tx"
        ? "queued"
        : cmd === "txd"
          ? "sent"
          : cmd === "ack"
            ? "ack"
            : "nack";
  const id = textOf(body.seqdn) ?? textOf(body.seqno);
  return {
    kind,
    text: kind === "failed" ? `A downlink failed: ${reason ?? "LORIOT does not say why"}.` : TOLD[kind],
    downlink: {
      ids: id === null ? [] : [id],
      counter: countOf(body.fcnt),
      port: countOf(body.port),
      reason: kind === "failed" ? (reason ?? "LORIOT does not say why") : null,
    },
  };
}

const TOLD = {
  queued: "A downlink was queued.",
  sent: "A downlink was sent.",
  ack: "A downlink was acknowledged by the device.",
  nack: "A downlink was not acknowledged by the device.",
} as const;

function other(cmd: string): Own {
  if (cmd === "join" || cmd === "joined") return { kind: "join", text: "The device joined the network." };
  return { kind: "other", text: `A message of the kind ${cmd.slice(0, 40)}.` };
}
