import { at, isObject, type Json, objectsOf, parsed, textOf, Unreadable } from "../../../networks/values.ts";
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
import type { Mapped, MapMessage, Memory, Parts } from "../types.ts";

/**
 * Zigbee2MQTT. A device is called by a name that people change; its serial is the IEEE address, which the list of the bridge tells (retained), or
 * the message itself with `include_device_information`. Until that list came, and of groups, the name is all there is.
 */
export const zigbee2mqtt: ReadyMap = {
  name: "zigbee2mqtt",
  title: "Zigbee2MQTT",
  base: "zigbee2mqtt",
  example: {
    topic: "zigbee2mqtt/0x00158d0004a1b2c3",
    payload: '{"temperature":21.3,"humidity":45,"battery":97,"linkquality":120}',
  },
  subscribe: ["#"],
  learns: true,
  topics: [
    { filter: "bridge/devices", read: devices },
    { filter: "bridge/{rest#}", read: ignored("The bridge tells of itself; nothing of it is recorded.") },
    { filter: "{name#}", read: state },
  ],
};

/** What the list says of a device. */
interface Known {
  readonly ieee: string;
  readonly units: Readonly<Record<string, string>>;
}
/** Keys that tell of the message, or of the device's software. */
const NO_VALUES: ReadonlySet<string> = new Set(["last_seen", "device", "elapsed", "update", "update_available"]);
/** Where the list was not heard. */
const USUAL = unitsBy([
  [/(?:^|_)TEMPERATURE$/, "°C"],
  [/(?:^|_)(?:HUMIDITY|BATTERY|SOIL_MOISTURE)$/, "%"],
  [/(?:^|_)PRESSURE$/, "hPa"],
  [/(?:^|_)(?:ILLUMINANCE|ILLUMINANCE_LUX)$/, "lx"],
  [/(?:^|_)POWER$/, "W"],
  [/(?:^|_)ENERGY$/, "kWh"],
  [/(?:^|_)CURRENT$/, "A"],
  [/(?:^|_)CO2$/, "ppm"],
  [/^LINKQUALITY$/, "lqi"],
]);

function devices(message: MapMessage, _: Parts, memory: Memory): Mapped {
  const list = objectsOf(parsed(textOfPayload(message)));
  let count = 0;
  for (const one of list) {
    const [name, ieee] = [textOf(one.friendly_name), textOf(one.ieee_address)];
    if (name === null || ieee === null || one.type === "Coordinator") continue;
    memory.learn(name, { ieee, units: unitsOf(one) } satisfies Known);
    count++;
  }
  return nothing(`The bridge listed ${count} devices.`);
}

/** Units of all that a device exposes, by the name of the value. */
function unitsOf(device: Json): Readonly<Record<string, string>> {
  const units: [string, string][] = [];
  const look = (from: unknown, depth: number): void => {
    for (const one of objectsOf(from)) {
      const [property, unit] = [textOf(one.property), textOf(one.unit)];
      if (property !== null && unit !== null && units.length < 200) units.push([property.toUpperCase(), unit]);
      if (depth < 3) look(one.features, depth + 1);
    }
  };
  look(at(device, "definition", "exposes"), 0);
  return Object.fromEntries(units);
}

function state(message: MapMessage, { name = "" }: Parts, memory: Memory): Mapped {
  const levels = name.split("/");
  const last = levels.at(-1) ?? "";
  const before = levels.slice(0, -1).join("/");
  if (before !== "" && (last === "set" || last === "get")) return nothing("A command for a device is no value of it.");
  if (before !== "" && last === "availability") return availability(message, before, memory);
  const value = parsed(textOfPayload(message));
  if (isObject(value)) {
    const known = recall(memory, name);
    const told = textOf(at(value, "device", "ieeeAddr")) ?? textOf(at(value, "device", "ieee_address"));
    const unit = (field: string) => known?.units[field] ?? USUAL(field);
    return ofDevice([told, known?.ieee, name], flat(value, { skip: NO_VALUES, unit }), {
      label: name,
      time: sureTime(value.last_seen),
    });
  }
  // with `output: attribute` each value has a topic of its own
  if (before !== "") {
    const known = recall(memory, before);
    const field = last.toUpperCase();
    return ofDevice(
      [known?.ieee, before],
      valuesOf(row(last, textOfPayload(message), known?.units[field] ?? USUAL(field))),
      { label: before },
    );
  }
  if (textOfPayload(message) === "") return nothing("The device was removed.");
  throw new Unreadable(`The payload is no JSON object: ${excerptOf(message)}.`);
}

function availability(message: MapMessage, name: string, memory: Memory): Mapped {
  const text = textOfPayload(message);
  if (text === "") return nothing("The device was removed.");
  const said = text.startsWith("{") ? textOf(objectOfPayload(message).state) : text;
  if (said !== "online" && said !== "offline")
    throw new Unreadable(`The availability is neither online nor offline: ${excerptOf(message)}.`);
  return ofDevice([recall(memory, name)?.ieee, name], valuesOf([onlineRow(said === "online")]), { label: name });
}

function recall(memory: Memory, name: string): Known | undefined {
  return memory.recall(name) as Known | undefined; // as `devices` learned it
}
