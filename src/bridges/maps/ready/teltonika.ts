import { isObject, type Json, numberOf, objectOf, positionOf, textOf, Unreadable } from "../../../networks/values.ts";
import type { Row } from "../../../decoders/results.ts";
import { objectOfPayload, ofDevice, type ReadyMap, textOfPayload } from "../kit.ts";
import { place, row, valuesOf } from "../values.ts";
import { sureTime } from "../time.ts";
import type { Mapped, MapMessage, Parts } from "../types.ts";

/** Teltonika trackers with the MQTT client in their firmware, and JSON as the format. */
export const teltonika: ReadyMap = {
  name: "teltonika",
  title: "Teltonika trackers",
  base: "",
  example: {
    topic: "352093081452251/data",
    payload: '{"state":{"reported":{"66":14123,"239":1,"ts":1772619070000,"latlng":"54.716543,25.282145","sp":53}}}',
  },
  subscribe: ["+/data"],
  topics: [{ filter: "{imei}/data", read }],
};

/** Values by the number that the tracker gives them (AVL ID): their name, unit, and what one of them is worth. */
const ELEMENTS: Readonly<Record<string, readonly [name: string, unit?: string | undefined, scale?: number]>> = {
  1: ["DIGITAL_INPUT_1"],
  2: ["DIGITAL_INPUT_2"],
  3: ["DIGITAL_INPUT_3"],
  9: ["ANALOG_INPUT_1", "V", 0.001],
  6: ["ANALOG_INPUT_2", "V", 0.001],
  16: ["TOTAL_ODOMETER", "m"],
  21: ["GSM_SIGNAL"],
  24: ["VEHICLE_SPEED", "km/h"],
  25: ["BLE_TEMPERATURE_1", "°C", 0.01],
  26: ["BLE_TEMPERATURE_2", "°C", 0.01],
  66: ["EXTERNAL_VOLTAGE", "V", 0.001],
  67: ["BATTERY_VOLTAGE", "V", 0.001],
  68: ["BATTERY_CURRENT", "A", 0.001],
  69: ["GNSS_STATUS"],
  72: ["DALLAS_TEMPERATURE_1", "°C", 0.1],
  73: ["DALLAS_TEMPERATURE_2", "°C", 0.1],
  80: ["DATA_MODE"],
  86: ["BLE_HUMIDITY_1", "%", 0.1],
  113: ["BATTERY_LEVEL", "%"],
  179: ["DIGITAL_OUTPUT_1"],
  180: ["DIGITAL_OUTPUT_2"],
  181: ["GNSS_PDOP", undefined, 0.1],
  182: ["GNSS_HDOP", undefined, 0.1],
  199: ["TRIP_ODOMETER", "m"],
  200: ["SLEEP_MODE"],
  239: ["IGNITION"],
  240: ["MOVEMENT"],
  241: ["GSM_OPERATOR"],
};
/** Those that say yes or no. */
const SWITCHES: ReadonlySet<string> = new Set(["1", "2", "3", "179", "180", "239", "240"]);

const KEYS: Readonly<Record<string, readonly [name: string, unit?: string]>> = {
  sp: ["SPEED", "km/h"],
  ang: ["ANGLE", "°"],
  alt: ["ALTITUDE", "m"],
  sat: ["SATELLITES"],
  evt: ["EVENT_ID"],
  pr: ["PRIORITY"],
};

function read(message: MapMessage, { imei }: Parts): Mapped {
  if (!textOfPayload(message).startsWith("{"))
    throw new Unreadable(
      "The payload is no JSON: set the tracker's protocol to MQTT with JSON, not with CBOR or Codec 8.",
    );
  const body = objectOfPayload(message);
  const reported = isObject(body.state) ? objectOf(body.state.reported) : body;
  const rows = Object.entries(reported).map(([key, value]) => element(key, value));
  return ofDevice([imei], valuesOf(positionRows(reported), ...rows), { time: sureTime(reported.ts) });
}

function positionRows({ latlng }: Json): readonly Row[] {
  const [lat, lng] = (textOf(latlng) ?? "").split(",", 2);
  return place(positionOf(lat, lng));
}

function element(key: string, value: unknown): readonly Row[] {
  if (key === "ts" || key === "latlng") return [];
  const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (known !== undefined) return row(known[0], value, known[1]);
  if (!/^\d{1,5}$/.test(key)) return row(key, value);
  const [name = `IO_${key}`, unit, scale = 1] = (Object.hasOwn(ELEMENTS, key) ? ELEMENTS[key] : undefined) ?? [];
  const number = numberOf(value);
  if (SWITCHES.has(key) && (number === 0 || number === 1)) return row(name, number === 1);
  return row(name, number === null ? value : Number((number * scale).toPrecision(12)), unit);
}
