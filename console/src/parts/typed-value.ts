import type { Field, Value } from "../api/fleet.ts";

/** What is typed as the type of its field; what is none is sent as it is, and the server says what it takes. */
export function typedValue(text: string, type: Field["type"] | undefined): Value {
  const trimmed = text.trim();
  if (type === "STRING") return text;
  if (type === "BOOL")
    return trimmed === "true" || trimmed === "1" ? true : trimmed === "false" || trimmed === "0" ? false : text;
  const position = /^\(?\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)?$/.exec(trimmed);
  if (type === "GEO" && position) return { lat: Number(position[1]), lng: Number(position[2]) };
  const number = Number(trimmed.replace(",", "."));
  return trimmed === "" || Number.isNaN(number) ? text : number;
}
