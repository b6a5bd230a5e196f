import { hashOf } from "../../../networks/bytes.ts";
import { textOf, Unreadable } from "../../../networks/values.ts";
import { excerptOf, nothing, objectOfPayload, ofDevice, onlineRow, type ReadyMap, textOfPayload } from "../kit.ts";
import { flat, row, valuesOf } from "../values.ts";
import { keysWithin, sureTime } from "../time.ts";
import type { Mapped, MapMessage, Parts } from "../types.ts";
import { readRuuvi } from "./ruuvi-formats.ts";

/** Ruuvi Gateway: the advertisements that it hears, as they are; formats 3, 5, 6 and E1 are read. */
export const ruuvi: ReadyMap = {
  name: "ruuvi",
  title: "Ruuvi Gateway",
  base: "ruuvi",
  example: {
    topic: "ruuvi/C8:25:2D:8E:9C:2C/CB:B8:33:4C:88:4F",
    payload: '{"rssi":-26,"ts":"1772619070","data":"0201061BFF99040512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F"}',
  },
  subscribe: ["+/+"],
  topics: [
    { filter: "{gateway}/gw_status", read: status },
    { filter: "{gateway}/{tag}", read: advertisement },
  ],
};

/** A measurement is sent again and again until the next one, and by each gateway that hears it; the counter begins anew within a day. */
const REPEATS = 60_000;
const NO_VALUES: ReadonlySet<string> = new Set(
  ["gw_mac", "aoa", "gwts", "ts", "data", "coords", "id", "dataFormat", "measurementSequenceNumber", "counter"].concat([
    "ble_phy",
    "ble_chan",
  ]),
);
const UNITS: Readonly<Record<string, string>> = {
  TEMPERATURE: "°C",
  HUMIDITY: "%",
  PRESSURE: "Pa",
  VOLTAGE: "V",
  RSSI: "dBm",
  TXPOWER: "dBm",
  CO2: "ppm",
  LUMINOSITY: "lx",
};

function status(message: MapMessage, { gateway }: Parts): Mapped {
  const text = textOfPayload(message);
  const state = text.startsWith("{") ? textOf(objectOfPayload(message).state) : text;
  if (state !== "online" && state !== "offline")
    throw new Unreadable(`The status is neither online nor offline: ${excerptOf(message)}.`);
  return ofDevice([gateway], valuesOf([onlineRow(state === "online")]));
}

function advertisement(message: MapMessage, { tag }: Parts): Mapped {
  const body = objectOfPayload(message);
  const time = sureTime(body.ts) ?? sureTime(body.gwts);
  const data = textOf(body.data);
  // a gateway that decodes itself
  if (data === null || body.temperature !== undefined)
    return ofDevice([tag], flat(body, { skip: NO_VALUES, unit: (field) => UNITS[field] }), { time });
  const read = readRuuvi(data);
  if (read === null)
    return nothing("A Bluetooth device that is no Ruuvi sensor, or speaks a format that is not known.");
  const { rows, sequence } = read;
  const what = sequence === null ? hashOf(data) : String(sequence);
  return ofDevice([tag], valuesOf(rows, row("RSSI", body.rssi, "dBm")), {
    time,
    keys: keysWithin(`ruuvi:${tag}:${what}`, time === undefined ? message.now : time * 1000, REPEATS),
  });
}
