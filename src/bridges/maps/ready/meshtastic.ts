import { isObject, type Json, numberOf, objectOf, positionOf, textOf, Unreadable } from "../../../networks/values.ts";
import { nothing, objectOfPayload, ofDevice, type ReadyMap } from "../kit.ts";
import { flat, place, row, unitsBy, type Values, valuesOf } from "../values.ts";
import { keysWithin, sureTime } from "../time.ts";
import type { Mapped, MapMessage, Memory, Parts } from "../types.ts";

/** Between the root and `2/json` stand none to three levels: the region, and what people add to it. */
const ROOTS = ["", "+/", "+/+/", "+/+/+/"] as const;

/** Meshtastic with JSON switched on at a gateway. Each gateway that heard a packet tells it; it is taken once. */
export const meshtastic: ReadyMap = {
  name: "meshtastic",
  title: "Meshtastic (JSON)",
  base: "msh",
  example: {
    topic: "msh/EU_868/2/json/LongFast/!7efeee00",
    payload:
      '{"from":2130636288,"id":452664778,"type":"telemetry","timestamp":1772619070,"payload":{"battery_level":91,"voltage":4.07}}',
  },
  subscribe: ROOTS.map((root) => `${root}2/json/#`),
  topics: ROOTS.map((root) => ({ filter: `${root}2/json/{channel}/{gateway}`, read })),
};

/** The same packet reaches other gateways within this many ms. */
const REPEATS = 600_000;
const UNITS = unitsBy([
  [/^(?:BATTERY_LEVEL|CHANNEL_UTILIZATION|AIR_UTIL_TX|RELATIVE_HUMIDITY|SOIL_MOISTURE)$/, "%"],
  [/^VOLTAGE(?:_CH\d)?$/, "V"],
  [/^CURRENT(?:_CH\d)?$/, "mA"],
  [/^UPTIME_SECONDS$/, "s"],
  [/TEMPERATURE$/, "°C"],
  [/^BAROMETRIC_PRESSURE$/, "hPa"],
  [/^(?:LUX|WHITE_LUX|IR_LUX)$/, "lx"],
  [/^WIND_(?:SPEED|GUST|LULL)$/, "m/s"],
  [/^WIND_DIRECTION$/, "°"],
  [/^RAINFALL_/, "mm"],
]);

function read(message: MapMessage, _: Parts, memory: Memory): Mapped {
  const body = objectOfPayload(message);
  const from = numberOf(body.from);
  if (from === null || !Number.isInteger(from))
    throw new Unreadable("The message has no `from`: nothing says which node it is of.");
  // a number of 32 bits, which old versions wrote with a sign
  const id = `!${(from >>> 0).toString(16).padStart(8, "0")}`;
  // `!` may not stand in a serial
  const name = id.slice(1);
  const payload = objectOf(body.payload);
  const label = nameOf(id, body, payload, memory);
  const values = valuesOfKind(textOf(body.type) ?? "", body, payload);
  if (values === null)
    return nothing(`A message of the type ${(textOf(body.type) ?? "unknown").slice(0, 40)} has no value.`);
  const heard = [row("RSSI", body.rssi, "dBm"), row("SNR", body.snr, "dB"), row("HOPS_AWAY", body.hops_away)].flat();
  const packet = textOf(body.id);
  return ofDevice(
    [name],
    { ...values, rows: [...values.rows, ...heard] },
    {
      label,
      time: sureTime(body.timestamp),
      keys: packet === null ? [] : keysWithin(`meshtastic:${name}:${packet}`, message.now, REPEATS),
    },
  );
}

/** The name that a node tells of itself now and then. */
function nameOf(id: string, body: Json, payload: Json, memory: Memory): string | null {
  const told = body.type === "nodeinfo" ? textOf(payload.longname) : null;
  if (told !== null) memory.learn(id, told);
  return told ?? textOf(memory.recall(id));
}

/** null: there is nothing in it to record. */
function valuesOfKind(kind: string, body: Json, payload: Json): Values | null {
  if (kind === "telemetry") return flat(payload, { skip: new Set(["time"]), unit: UNITS });
  if (kind === "position") return position(payload);
  if (kind === "text") return valuesOf(row("TEXT", isObject(body.payload) ? payload.text : body.payload));
  return null;
}

function position(payload: Json): Values {
  const [lat, lng] = [numberOf(payload.latitude_i), numberOf(payload.longitude_i)];
  const found = lat === null || lng === null ? null : positionOf(lat / 1e7, lng / 1e7);
  return valuesOf(
    place(found),
    row("ALTITUDE", payload.altitude, "m"),
    row("GROUND_SPEED", payload.ground_speed, "m/s"),
    row(
      "GROUND_TRACK",
      payload.ground_track === undefined ? undefined : (numberOf(payload.ground_track) ?? 0) / 1e5,
      "°",
    ),
    row("SATS_IN_VIEW", payload.sats_in_view),
  );
}
