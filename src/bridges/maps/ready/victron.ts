import { isObject, parsed, Unreadable } from "../../../networks/values.ts";
import { excerptOf, ignored, nothing, ofDevice, onlineRow, type ReadyMap, textOfPayload } from "../kit.ts";
import { fieldName, row, unitsBy, valuesOf } from "../values.ts";
import type { Mapped, MapMessage, MapRequest, Memory, Parts } from "../types.ts";

/**
 * Victron GX devices (Venus OS): a topic for each value of each device. It tells nothing unless it is asked at least every minute, which `ask` does for each
 * portal that was heard of; its serial is told in any case.
 */
export const victron: ReadyMap = {
  name: "victron",
  title: "Victron GX (Venus OS)",
  base: "N",
  example: { topic: "N/c0619ab4f0e1/battery/512/Soc", payload: '{"value":87.4}' },
  subscribe: ["#"],
  topics: [
    { filter: "{portal}/keepalive", read: ignored("The portal is kept awake.") },
    { filter: "{portal}/heartbeat", read: heartbeat },
    { filter: "{portal}/full_publish_completed", read: heartbeat },
    { filter: "{portal}/{service}/{instance}/{path#}", read: value },
  ],
  ask,
};

/** Services that tell of settings and software. */
const NO_SERVICES: ReadonlySet<string> = new Set(["settings", "logger", "platform", "hub4", "fronius", "adc"]);
/** Values that never change, or are there for programs. */
const NO_VALUES =
  /^(?:Mgmt\/|Devices\/|ProductId$|ProductName$|FirmwareVersion$|HardwareVersion$|DeviceInstance$|Serial$|DeviceType$|Timers\/|Debug\/|History\/Daily\/)/;
const UNITS = unitsBy([
  [/(?:^|_)SOC$/, "%"],
  [/(?:^|_)(?:POWER|P)$/, "W"],
  [/(?:^|_)(?:VOLTAGE|V)$/, "V"],
  [/(?:^|_)(?:CURRENT|I)$/, "A"],
  [/(?:^|_)(?:FREQUENCY|F)$/, "Hz"],
  [/(?:^|_)TEMPERATURE$/, "°C"],
  [/(?:^|_)CONSUMEDAMPHOURS$/, "Ah"],
  [/(?:^|_)(?:ENERGY_FORWARD|ENERGY_REVERSE|YIELD_USER|YIELD_SYSTEM)$/, "kWh"],
  [/(?:^|_)TIMETOGO$/, "s"],
  [/^(?:LEVEL|HUMIDITY)$/, "%"],
  [/^(?:REMAINING|CAPACITY)$/, "m³"],
]);

function heartbeat(_: MapMessage, { portal = "" }: Parts, memory: Memory): Mapped {
  meet(memory, portal);
  return nothing("The portal is awake.");
}

function value(
  message: MapMessage,
  { portal = "", service = "", instance = "", path = "" }: Parts,
  memory: Memory,
): Mapped {
  meet(memory, portal);
  if (NO_SERVICES.has(service) || NO_VALUES.test(path))
    return nothing("What it says of its settings and software is not recorded.");
  const text = textOfPayload(message);
  const name = `${portal}-${service}-${instance}`;
  const label = `${service} ${instance}`;
  if (path === "Connected") {
    const json = parsed(text);
    const connected = isObject(json) && (json.value === 1 || json.value === true);
    return ofDevice([name], valuesOf([onlineRow(connected)]), { label });
  }
  if (text === "") return nothing("The device is gone from the system.");
  const json = parsed(text);
  if (!isObject(json) || !("value" in json))
    throw new Unreadable(`The payload is not {"value": …}: ${excerptOf(message)}.`);
  const field = fieldName(...path.split("/"));
  return ofDevice([name], valuesOf(row(field, json.value, UNITS(field))), { label });
}

/** A portal that was heard of for the first time is asked for all that it has. */
function meet(memory: Memory, portal: string): void {
  if (memory.recall(portal) === undefined) memory.learn(portal, "new");
}
function ask(memory: Memory, base: string, isDue: boolean): readonly MapRequest[] {
  const requests: MapRequest[] = [];
  for (const [portal, state] of [...memory.all("")]) {
    if (state !== "new" && !isDue) continue;
    const topic = `${base.replace(/(^|\/)N$/, "$1R")}/${portal}/keepalive`;
    requests.push({ topic, payload: state === "new" ? "" : '{"keepalive-options":["suppress-republish"]}' });
    memory.learn(portal, "awake");
  }
  return requests;
}
