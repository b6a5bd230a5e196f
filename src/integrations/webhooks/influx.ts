import type { Sent } from "../../fleet/webhooks.ts";

/**
 * Line protocol of InfluxDB 2 and 3 (`/api/v2/write`) and 1 (`/write`), which QuestDB, VictoriaMetrics and others take as well:
 * `fieldcast,product=…,device=… FIELD=22.5 <time>`. Numbers are always floats, for a field that was one whole number once must not refuse
 * what comes later; a position is two fields.
 */

/** What a time is multiplied with, from µs, by what the address says of its precision; without a word it is nanoseconds. */
const FROM_MICROS: Readonly<Record<string, (micros: number) => string>> = {
  ns: (micros) => `${micros}000`,
  n: (micros) => `${micros}000`,
  us: String,
  u: String,
  µ: String,
  ms: (micros) => String(Math.floor(micros / 1e3)),
  s: (micros) => String(Math.floor(micros / 1e6)),
};

/** @param url where it goes: `?precision=ms` */
export function linesOf(events: readonly Sent[], url: string): string {
  const precision = URL.parse(url)?.searchParams.get("precision") ?? "ns";
  const print = FROM_MICROS[precision] ?? FROM_MICROS.ns ?? String;
  return events.map((event) => lineOf(event, print)).join("");
}

function lineOf({ data }: Sent, print: (micros: number) => string): string {
  const { device, field, value, timestamp } = data;
  const { id, product } = device as { readonly id: string; readonly product: string }; // as `deviceOf` names it
  const fields = fieldsOf(key(String(field)), value);
  return `fieldcast,product=${key(product)},device=${key(id)} ${fields} ${print(Math.round(Number(timestamp) * 1e6))}\n`;
}
function fieldsOf(name: string, value: unknown): string {
  if (typeof value === "number") return `${name}=${value}`;
  if (typeof value === "boolean") return `${name}=${value ? "t" : "f"}`;
  if (typeof value === "object" && value !== null && "lat" in value && "lng" in value)
    return `${name}_lat=${value.lat},${name}_lng=${value.lng}`;
  return `${name}="${String(value).replaceAll(/["\\]/g, "\\$&")}"`;
}
/** Of a tag's value or a field's name: commas, equals signs and spaces are escaped; what cannot be escaped there is no name of ours. */
function key(text: string): string {
  return text.replaceAll(/[\\\p{Cc}]/gu, "_").replaceAll(/[,= ]/g, "\\$&");
}
