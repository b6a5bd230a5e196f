import { isObject, parsed, Unreadable } from "../../../networks/values.ts";
import { excerptOf, ignored, nothing, ofDevice, onlineRow, type ReadyMap, textOfPayload } from "../kit.ts";
import { fieldName, flat, row, unitsBy, valuesOf } from "../values.ts";
import type { Mapped, MapMessage, Parts } from "../types.ts";

/** Shelly devices of the first generation: a topic for each value, as plain text. */
export const shellyGen1: ReadyMap = {
  name: "shelly_gen1",
  title: "Shelly, generation 1",
  base: "shellies",
  example: { topic: "shellies/shelly1pm-B1E2F3/relay/0/power", payload: "36.78" },
  subscribe: ["#"],
  topics: [
    { filter: "announce", read: ignored("A device announces itself.") },
    { filter: "command", read: ignored("A command for all devices is no value.") },
    { filter: "{device}/announce", read: ignored("The device announces itself.") },
    { filter: "{device}/info", read: ignored("All of this stands in topics of its own, too.") },
    { filter: "{device}/online", read: online },
    { filter: "{device}/{rest#}", read: value },
  ],
};

const UNITS = unitsBy([
  [/^RELAY_\d+_ENERGY$|^LIGHT_\d+_ENERGY$|^ROLLER_\d+_ENERGY$/, "W·min"],
  [/^EMETER_\d+_(?:TOTAL|TOTAL_RETURNED|ENERGY|RETURNED_ENERGY)$/, "Wh"],
  [/(?:^|_)POWER$/, "W"],
  [/(?:^|_)VOLTAGE$/, "V"],
  [/(?:^|_)CURRENT$/, "A"],
  [/(?:^|_)TEMPERATURE_F$/, "°F"],
  [/(?:^|_)TEMPERATURE(?:_\d+)?$/, "°C"],
  [/(?:^|_)(?:HUMIDITY(?:_\d+)?|BATTERY|POS|BRIGHTNESS)$/, "%"],
  [/(?:^|_)(?:LUX|ILLUMINANCE)$/, "lx"],
  [/(?:^|_)TILT$/, "°"],
]);

function online(message: MapMessage, { device }: Parts): Mapped {
  const text = textOfPayload(message);
  if (text !== "true" && text !== "false")
    throw new Unreadable(`online is neither true nor false: ${excerptOf(message)}.`);
  return ofDevice([device], valuesOf([onlineRow(text === "true")]));
}

function value(message: MapMessage, { device, rest = "" }: Parts): Mapped {
  const levels = rest.split("/");
  if (levels.some((level) => level === "command" || level === "set")) return nothing("A command is no value.");
  const field = fieldName(...levels);
  const json = parsed(textOfPayload(message));
  if (isObject(json)) return ofDevice([device], flat(json, { prefix: field, unit: UNITS }));
  return ofDevice([device], valuesOf(row(field, textOfPayload(message), UNITS(field))));
}
