import { isObject, type Json, objectOf, objectsOf, textOf, Unreadable } from "../../../networks/values.ts";
import type { Row } from "../../../decoders/results.ts";
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
import { fieldName, flat, row, unitsBy, type Values, valuesOf } from "../values.ts";
import { sureTime } from "../time.ts";
import type { Mapped, MapMessage, Memory, Parts } from "../types.ts";

/** Shelly devices of the second generation and later (Plus, Pro, Gen3, Gen4): notifications with what changed, and a status for each component. */
export const shellyGen2: ReadyMap = {
  name: "shelly_gen2",
  title: "Shelly, generation 2 and later",
  base: "",
  example: {
    topic: "shellyplus1pm-a8032ab1/events/rpc",
    payload:
      '{"src":"shellyplus1pm-a8032ab1","method":"NotifyStatus","params":{"ts":1772619070.25,"switch:0":{"id":0,"output":true,"apower":8.9}}}',
  },
  subscribe: ["+/online", "+/events/rpc", "+/status/+"],
  topics: [
    { filter: "{prefix}/online", read: online },
    { filter: "{prefix}/events/rpc", read: notification },
    { filter: "{prefix}/status/{component}", read: status },
    { filter: "{prefix}/{rest#}", read: ignored("Neither a notification nor a status.") },
  ],
};

/** Components that tell of the device's software. */
const NO_COMPONENTS = /^(?:sys|cloud|ble|mqtt|ws|eth|ui|matter|knx|serial|modbus|script:.*|schedule.*|bthome)$/;
const NO_VALUES: ReadonlySet<string> = new Set([
  "id",
  "source",
  "errors",
  "flags",
  "timer_started_at",
  "sta_ip",
  "ssid",
  "status",
]);
const UNITS = unitsBy([
  [/(?:^|_)(?:APOWER|ACT_POWER|A_ACT_POWER|B_ACT_POWER|C_ACT_POWER|TOTAL_ACT_POWER)$/, "W"],
  [/(?:^|_)(?:APRT_POWER|TOTAL_APRT_POWER)$/, "VA"],
  [/(?:^|_)(?:AENERGY_TOTAL|RET_AENERGY_TOTAL|TOTAL_ACT|TOTAL_ACT_RET|TOTAL_ACT_ENERGY|TOTAL_ACT_RET_ENERGY)$/, "Wh"],
  [/(?:^|_)(?:VOLTAGE|BATTERY_V)$/, "V"],
  [/(?:^|_)CURRENT$/, "A"],
  [/(?:^|_)FREQ$/, "Hz"],
  [/(?:^|_)TC$/, "°C"],
  [/(?:^|_)TF$/, "°F"],
  [/(?:^|_)(?:RH|PERCENT|CURRENT_POS|BRIGHTNESS)$/, "%"],
  [/(?:^|_)RSSI$/, "dBm"],
  [/(?:^|_)LUX$/, "lx"],
]);

function online(message: MapMessage, { prefix }: Parts, memory: Memory): Mapped {
  const text = textOfPayload(message);
  if (text !== "true" && text !== "false")
    throw new Unreadable(`online is neither true nor false: ${excerptOf(message)}.`);
  return ofDevice(named(prefix, memory), valuesOf([onlineRow(text === "true")]));
}

function notification(message: MapMessage, { prefix = "" }: Parts, memory: Memory): Mapped {
  const body = objectOfPayload(message);
  const params = objectOf(body.params);
  const src = textOf(body.src);
  // a prefix that somebody chose says less than the device does of itself
  if (src !== null && src !== prefix) memory.learn(prefix, src);
  const time = sureTime(params.ts);
  if (body.method === "NotifyEvent") return ofDevice(named(prefix, memory), events(params), { time });
  if (body.method !== "NotifyStatus" && body.method !== "NotifyFullStatus")
    return nothing("An answer is no notification.");
  const all = Object.entries(params).flatMap(([name, one]) => (isObject(one) ? [component(name, one)] : []));
  return ofDevice(named(prefix, memory), joined(all), { time });
}

function status(message: MapMessage, { prefix, component: name = "" }: Parts, memory: Memory): Mapped {
  return ofDevice(named(prefix, memory), component(name, objectOfPayload(message)));
}

function component(name: string, body: Json): Values {
  if (NO_COMPONENTS.test(name)) return valuesOf();
  if (name === "wifi") return valuesOf(row("WIFI_RSSI", body.rssi, "dBm"));
  // energy of the last minutes is told minute by minute, and stands in the total
  const { by_minute, minute_ts, ...energy } = objectOf(body.aenergy);
  const { by_minute: by, minute_ts: ts, ...returned } = objectOf(body.ret_aenergy);
  const plain = {
    ...body,
    ...(isObject(body.aenergy) && { aenergy: energy }),
    ...(isObject(body.ret_aenergy) && { ret_aenergy: returned }),
  };
  return flat(plain, { skip: NO_VALUES, prefix: fieldName(name), unit: UNITS });
}

/** `single_push` of a button and the like. */
function events(params: Json): Values {
  const rows = objectsOf(params.events).map((one): readonly Row[] =>
    row(fieldName(textOf(one.component) ?? "device", "EVENT"), one.event),
  );
  return valuesOf(...rows);
}

function joined(all: readonly Values[]): Values {
  return {
    rows: all.flatMap(({ rows }) => rows),
    left: all.reduce((sum, { left }) => sum + left, 0),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}
function named(prefix: string | undefined, memory: Memory): readonly (string | null | undefined)[] {
  return [memory.recall(prefix ?? "") as string | undefined, prefix]; // as `notification` learned it
}
