import { isObject, type Json, textOf, Unreadable } from "../../../networks/values.ts";
import {
  excerptOf,
  ignored,
  nothing,
  objectOfPayload,
  ofDevice,
  onlineRow,
  type ReadyMap,
  textOfPayload,
} from "../kit.ts";
import { flat, row, unitsBy, valuesOf } from "../values.ts";
import { sureTime } from "../time.ts";
import type { Mapped, MapMessage, Parts } from "../types.ts";

type Reader = ReadyMap["topics"][number]["read"];
const READERS: readonly (readonly [rest: string, read: Reader])[] = [
  ["tele/SENSOR", sensor],
  ["stat/STATUS8", status],
  ["stat/STATUS10", status],
  ["tele/STATE", state],
  ["stat/STATUS11", status],
  ["tele/LWT", will],
  ["stat/RESULT", ignored("What a command answered stands in a topic of its own, too.")],
  ["stat/{what}", power],
];

/** Tasmota. `%prefix%/%topic%/` as it comes, and `%topic%/%prefix%/`, which many set. Its `Time` is that of the place, unless an offset stands in it. */
export const tasmota: ReadyMap = {
  name: "tasmota",
  title: "Tasmota",
  base: "",
  example: {
    topic: "tele/plug_kitchen/SENSOR",
    payload: '{"Time":"2026-03-04T11:11:10","ENERGY":{"Total":61.483,"Power":42,"Voltage":229}}',
  },
  subscribe: ["tele/+/+", "stat/+/+"],
  topics: READERS.flatMap(([rest, read]) => {
    const [prefix = "", what = ""] = rest.split("/");
    return [
      { filter: `${prefix}/{device}/${what}`, read },
      { filter: `{device}/${prefix}/${what}`, read },
    ];
  }),
};

const NO_VALUES: ReadonlySet<string> = new Set(["Time", "TempUnit", "PressureUnit", "SpeedUnit"]);
const UNITS = unitsBy([
  [/(?:^|_)(?:HUMIDITY|MOISTURE|BATTERY)$/, "%"],
  [/(?:^|_)(?:TOTAL|TODAY|YESTERDAY|EXPORTACTIVE|IMPORTACTIVE)(?:_\d+)?$/, "kWh"],
  [/(?:^|_)(?:POWER|ACTIVEPOWER)(?:_\d+)?$/, "W"],
  [/(?:^|_)APPARENTPOWER(?:_\d+)?$/, "VA"],
  [/(?:^|_)REACTIVEPOWER(?:_\d+)?$/, "var"],
  [/(?:^|_)PERIOD(?:_\d+)?$/, "Wh"],
  [/(?:^|_)VOLTAGE(?:_\d+)?$/, "V"],
  [/(?:^|_)CURRENT(?:_\d+)?$/, "A"],
  [/(?:^|_)FREQUENCY$/, "Hz"],
  [/(?:^|_)(?:ILLUMINANCE|LUX)$/, "lx"],
  [/(?:^|_)(?:CARBONDIOXIDE|CO2|ECO2)$/, "ppm"],
  [/(?:^|_)(?:PM1|PM2_5|PM10)$/, "µg/m³"],
  [/(?:^|_)RSSI$/, "dBm"],
]);

function sensor(message: MapMessage, { device }: Parts): Mapped {
  return sensors(objectOfPayload(message), device);
}
/** The same, asked for: below a key of its own, `StatusSNS`; `StatusSTS` is a state. */
function status(message: MapMessage, { device }: Parts): Mapped {
  const body = objectOfPayload(message);
  if (isObject(body.StatusSNS)) return sensors(body.StatusSNS, device);
  if (isObject(body.StatusSTS)) return states(body.StatusSTS, device);
  throw new Unreadable("The status has neither StatusSNS nor StatusSTS.");
}
function sensors(body: Json, device: string | undefined): Mapped {
  const [temperature, pressure] = [textOf(body.TempUnit) ?? "C", textOf(body.PressureUnit) ?? "hPa"];
  const unit = (field: string) => {
    if (/(?:^|_)(?:TEMPERATURE|DEWPOINT)$/.test(field)) return `°${temperature}`;
    return /(?:^|_)(?:SEA)?PRESSURE$/.test(field) ? pressure : UNITS(field);
  };
  return ofDevice([device], flat(body, { skip: NO_VALUES, unit }), { time: sureTime(body.Time) });
}

/** Of its state what is measured or switched; the rest tells of its software. */
const STATES = /^(?:POWER\d*|Dimmer\d*|Color|HSBColor|CT|White|FanSpeed|UptimeSec|Vcc)$/;

function state(message: MapMessage, { device }: Parts): Mapped {
  return states(objectOfPayload(message), device);
}
function states(body: Json, device: string | undefined): Mapped {
  const chosen = Object.entries(body).filter(([key]) => STATES.test(key));
  const values = chosen.map(([key, value]) =>
    row(key, value, key === "UptimeSec" ? "s" : key === "Vcc" ? "V" : undefined),
  );
  const wifi = isObject(body.Wifi)
    ? [row("WIFI_RSSI", body.Wifi.RSSI, "%"), row("WIFI_SIGNAL", body.Wifi.Signal, "dBm")]
    : [];
  return ofDevice([device], valuesOf(...values, ...wifi), { time: sureTime(body.Time) });
}

function will(message: MapMessage, { device }: Parts): Mapped {
  const text = textOfPayload(message).toLowerCase();
  if (text !== "online" && text !== "offline")
    throw new Unreadable(`The will is neither Online nor Offline: ${excerptOf(message)}.`);
  return ofDevice([device], valuesOf([onlineRow(text === "online")]));
}

function power(message: MapMessage, { device, what = "" }: Parts): Mapped {
  if (!/^POWER\d*$/.test(what)) return nothing(`What a command answered (${what.slice(0, 40)}) is no value.`);
  return ofDevice([device], valuesOf(row(what, textOfPayload(message))));
}
