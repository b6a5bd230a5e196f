import type { Zone } from "../../text/zone.ts";
import type { DeviceSearch } from "./search.ts";

/** A time as fields of the browser take it: `2026-03-01T12:00:05`. @param ms since 1970 @param zone undefined: that of the browser */
export function localTime(ms: number, zone?: Zone): string {
  const date = new Date(ms);
  if (zone === "UTC") return date.toISOString().slice(0, 19);
  const two = (one: number) => String(one).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The range between two such times; null: it is none. */
export function ownRange(from: string, to: string, zone?: Zone): Required<Pick<DeviceSearch, "from" | "to">> | null {
  const [start, end] = [from, to].map((one) => new Date(zone === "UTC" ? `${one}Z` : one));
  if (start === undefined || end === undefined) return null;
  if (!(start.getTime() < end.getTime())) return null;
  return { from: start.toISOString(), to: end.toISOString() };
}
