import { isObject, parsed, Unreadable } from "../../../networks/values.ts";
import { excerptOf, ignored, ofDevice, onlineRow, type ReadyMap, textOfPayload } from "../kit.ts";
import { fieldName, flat, row, valuesOf } from "../values.ts";
import type { Mapped, MapMessage, Parts } from "../types.ts";

/** ESPHome: a topic for each entity of a node, and a status of the node. Units it tells to Home Assistant alone. */
export const esphome: ReadyMap = {
  name: "esphome",
  title: "ESPHome",
  base: "",
  example: { topic: "livingroom/sensor/bme280_temperature/state", payload: "21.53" },
  subscribe: ["+/status", "+/+/+/state", "+/+/+/+/state"],
  topics: [
    { filter: "{device}/status", read: status },
    { filter: "{device}/debug", read: ignored("The log of a node is no value.") },
    { filter: "{device}/{component}/{object}/state", read: state },
    { filter: "{device}/{component}/{object}/{what}/state", read: state },
  ],
};

function status(message: MapMessage, { device }: Parts): Mapped {
  const text = textOfPayload(message);
  if (text !== "online" && text !== "offline")
    throw new Unreadable(`The status is neither online nor offline: ${excerptOf(message)}.`);
  return ofDevice([device], valuesOf([onlineRow(text === "online")]));
}

/** `nan` and the like are no value: the sensor has not measured yet. Lights tell all of theirs as JSON. */
function state(message: MapMessage, { device, object = "", what = "" }: Parts): Mapped {
  const field = what === "" ? fieldName(object) : fieldName(object, what);
  const json = parsed(textOfPayload(message));
  if (isObject(json)) return ofDevice([device], flat(json, { prefix: field }));
  return ofDevice([device], valuesOf(row(field, textOfPayload(message))));
}
