import type { DeviceSearch } from "./search.ts";

/** A time as fields of the browser take it, in its zone: `2026-03-01T12:00:05`. @param ms since 1970 */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (one: number) => String(one).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The range between two such times; null: it is none. */
export function ownRange(from: string, to: string): Required<Pick<DeviceSearch, "from" | "to">> | null {
  const [start, end] = [new Date(from), new Date(to)];
  if (!(start.getTime() < end.getTime())) return null;
  return { from: start.toISOString(), to: end.toISOString() };
}
