import { hashOf } from "../../../networks/bytes.ts";
import { type Json, textOf, Unreadable } from "../../../networks/values.ts";
import { ignored, objectOfPayload, ofDevice, type ReadyMap } from "../kit.ts";
import { flat, unitsBy } from "../values.ts";
import { keysWithin, sureTime } from "../time.ts";
import type { Mapped, MapMessage } from "../types.ts";

/**
 * rtl_433: each transmission that it heard as an event. Its `devices` topics say the same once more, value by value; they are left to others. `time` is that of the
 * place, unless it is written with an offset or as a number (`-M time:unix`).
 */
export const rtl433: ReadyMap = {
  name: "rtl_433",
  title: "rtl_433",
  base: "rtl_433",
  example: {
    topic: "rtl_433/pi/events",
    payload:
      '{"time":"2026-03-04 11:11:10","model":"Prologue-TH","id":5,"channel":3,"battery_ok":1,"temperature_C":21.6,"humidity":40}',
  },
  subscribe: ["+/events"],
  topics: [
    { filter: "{host}/events", read },
    { filter: "{host}/{rest#}", read: ignored("Only events are recorded; what stands here stands in them, too.") },
  ],
};

/** A sensor says the same several times, within this many ms. */
const REPEATS = 2000;
const NO_VALUES: ReadonlySet<string> = new Set(
  [
    "time",
    "model",
    "type",
    "subtype",
    "id",
    "channel",
    "protocol",
    "mic",
    "mod",
    "count",
    "num_rows",
    "rows",
    "codes",
  ].concat([
    "freq",
    "freq1",
    "freq2",
    "description",
    "sequence_num",
    "msg_type",
    "message_type",
    "raw_msg",
    "data",
    "code",
  ]),
);

export const RTL_433_UNITS = unitsBy([
  [/(?:^|_)TEMPERATURE_?\d*_C$|_C$/, "°C"],
  [/_F$/, "°F"],
  [/(?:^|_)(?:HUMIDITY(?:_\d+)?|MOISTURE|BATTERY_LEVEL)$/, "%"],
  [/_KM_H$/, "km/h"],
  [/_MI_H$/, "mph"],
  [/_M_S$/, "m/s"],
  [/_DEG$/, "°"],
  [/_MM_H$/, "mm/h"],
  [/_MM$/, "mm"],
  [/_IN$/, "in"],
  [/_HPA$/, "hPa"],
  [/_KPA$/, "kPa"],
  [/_PSI$/, "psi"],
  [/_MV$/, "mV"],
  [/_V$/, "V"],
  [/(?:LUX|_LX)$/, "lx"],
  [/_KWH$/, "kWh"],
  [/_W$/, "W"],
  [/_CM$/, "cm"],
  [/(?:_UG_M3)$/, "µg/m³"],
  [/_PPM$/, "ppm"],
  [/^(?:RSSI|NOISE)$/, "dB"],
  [/^SNR$/, "dB"],
]);

function read(message: MapMessage): Mapped {
  const body = objectOfPayload(message);
  const { time, rssi, snr, noise, ...said } = body;
  return ofDevice([serialOf(body)], flat(body, { skip: NO_VALUES, unit: RTL_433_UNITS }), {
    time: sureTime(time),
    // how well it was heard differs from one repeat to the next
    keys: keysWithin(`rtl_433:${hashOf(JSON.stringify(said))}`, message.now, REPEATS),
  });
}

/** Model, channel and id, those that it has: many sensors choose another id with each battery, and keep their channel. */
export function serialOf(body: Json): string {
  const model = textOf(body.model);
  if (model === null) throw new Unreadable("The event names no model: nothing says which device it is of.");
  return [model, textOf(body.subtype), textOf(body.channel), textOf(body.id)].filter((part) => part !== null).join("-");
}
