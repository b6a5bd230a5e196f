import { isObject, type Json, parsed, textOf, Unreadable } from "../../../networks/values.ts";
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
import { flat, unitsBy, valuesOf } from "../values.ts";
import { RTL_433_UNITS, serialOf } from "./rtl-433.ts";
import type { Mapped, MapMessage, Parts } from "../types.ts";

/** OpenMQTTGateway and Theengs Gateway: what a gateway hears by Bluetooth, at 433 MHz, by LoRa and infrared. */
export const openmqttgateway: ReadyMap = {
  name: "openmqttgateway",
  title: "OpenMQTTGateway, Theengs Gateway",
  base: "home",
  example: {
    topic: "home/OMG_ESP32/BTtoMQTT/A4C138A1B2C3",
    payload: '{"id":"A4:C1:38:A1:B2:C3","name":"ATC_A1B2C3","rssi":-70,"tempc":21.4,"hum":40.2,"batt":90}',
  },
  subscribe: [
    "+/LWT",
    "+/BTtoMQTT/#",
    "+/RTL_433toMQTT/#",
    "+/433toMQTT/#",
    "+/LORAtoMQTT/#",
    "+/SYStoMQTT",
    "+/CLIMAtoMQTT/#",
  ],
  topics: [
    { filter: "{gateway}/LWT", read: will },
    { filter: "{gateway}/commands/{rest#}", read: ignored("A command is no value.") },
    { filter: "{gateway}/SYStoMQTT", read: system },
    { filter: "{gateway}/RTL_433toMQTT/{rest#}", read: radio },
    { filter: "{gateway}/{source}/{rest#}", read: heard },
  ],
};

const IDENTITY = [
  "id",
  "mac",
  "name",
  "mac_type",
  "adv_type",
  "servicedata",
  "servicedatauuid",
  "manufacturerdata",
  "brand",
];
const NO_VALUES: ReadonlySet<string> = new Set(
  IDENTITY.concat([
    "model",
    "model_id",
    "type",
    "cidc",
    "acts",
    "cont",
    "track",
    "encr",
    "ctr",
    "mic",
    "prmac",
    "packetSize",
    "hex",
  ]),
);
const NO_RADIO: ReadonlySet<string> = new Set([
  "model",
  "subtype",
  "id",
  "channel",
  "protocol",
  "mic",
  "duration",
  "mod",
  "time",
  "type",
]);
const NO_SYSTEM: ReadonlySet<string> = new Set([
  "version",
  "env",
  "SSID",
  "BSSID",
  "ip",
  "mac",
  "modules",
  "lowpowermode",
  "disc",
  "ohdisc",
  "eth",
]);
const UNITS = unitsBy([
  [/(?:^|_)TEMPC\d*$/, "°C"],
  [/(?:^|_)TEMPF\d*$/, "°F"],
  [/(?:^|_)(?:HUM|BATT|MOI)$/, "%"],
  [/(?:^|_)VOLT$/, "V"],
  [/(?:^|_)LUX$/, "lx"],
  [/(?:^|_)FER$/, "µS/cm"],
  [/(?:^|_)PRES$/, "hPa"],
  [/(?:^|_)RSSI$/, "dBm"],
  [/(?:^|_)SNR$/, "dB"],
  [/(?:^|_)WEIGHT$/, "kg"],
  [/^DISTANCE$/, "m"],
  [/^UPTIME$/, "s"],
  [/^FREEMEM$/, "B"],
]);

function will(message: MapMessage, { gateway }: Parts): Mapped {
  const text = textOfPayload(message);
  if (text !== "online" && text !== "offline")
    throw new Unreadable(`The will is neither online nor offline: ${excerptOf(message)}.`);
  return ofDevice([gateway], valuesOf([onlineRow(text === "online")]));
}
function system(message: MapMessage, { gateway }: Parts): Mapped {
  return ofDevice([gateway], flat(objectOfPayload(message), { skip: NO_SYSTEM, unit: UNITS }));
}
function radio(message: MapMessage): Mapped {
  const body = objectOfPayload(message);
  return ofDevice(
    [serialOf(body)],
    flat(body, { skip: NO_RADIO, unit: (field) => RTL_433_UNITS(field) ?? UNITS(field) }),
  );
}

/** Of what has an identity of its own; what has none (a remote control, the gateway's sensors) is of the gateway. */
function heard(message: MapMessage, { gateway = "", source = "" }: Parts): Mapped {
  const kind = /^(.+)toMQTT$/.exec(source)?.[1];
  if (kind === undefined) return nothing("No topic of a gateway.");
  const value = parsed(textOfPayload(message));
  if (!isObject(value)) throw new Unreadable(`The payload is no JSON object: ${excerptOf(message)}.`);
  const id = kind === "BT" || kind === "LORA" ? textOf(value.id) : null;
  if (id !== null) return ofDevice([id], flat(value, { skip: NO_VALUES, unit: UNITS }), { label: labelOf(value) });
  if (kind === "BT") throw new Unreadable("The message has no id: nothing says which device it is of.");
  return ofDevice([gateway], flat(value, { skip: NO_VALUES, prefix: kind === "CLIMA" ? "" : kind, unit: UNITS }));
}
function labelOf(value: Json): string | null {
  return textOf(value.name) ?? textOf(value.model);
}
