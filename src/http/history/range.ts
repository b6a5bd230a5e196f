import { Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { Range } from "../../history/types.ts";
import type { Zone } from "../../measure/zone.ts";
import { quote } from "../../measure/bytes.ts";
import { printTime } from "../../measure/time.ts";

/** What a history begins with when the request does not say: 31 days before its end. */
const DEFAULT_SPAN: Micros = 31 * 86_400 * 1_000_000;

// In an address that was not escaped, the + of an offset arrives as a space.
const ISO = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:([Zz])|([+\- ])(\d\d):?(\d\d))?)?$/;
const ACCEPTS = "use ISO 8601 such as 2026-01-31T08:00:00Z; without an offset it is UTC, or the zone that is named";

/**
 * The range that a history is asked for (docs/history.md "Asking"): the start belongs to it, the end does not.
 * @param start `timeframe_start`; absent or empty: 31 days before the end
 * @param end `timeframe_end`; absent or empty: now
 * @param names what the two are called in the request
 * @param zone whose clock moments without an offset are read from; null: UTC
 * @throws Refusal invalid_request: no moments, or a range that ends before it begins
 */
export function parseRange(
  start: string | undefined,
  end: string | undefined,
  now: Micros,
  [first, last]: readonly [string, string] = ["timeframe_start", "timeframe_end"],
  zone: Zone | null = null,
): Range {
  const to = parseMoment(last, end, zone) ?? now;
  const from = parseMoment(first, start, zone) ?? Math.max(0, to - DEFAULT_SPAN);
  checkOrder({ from, to }, [first, last], end);
  return { from, to };
}

/** @param end as it was asked for; absent or empty: now is meant. @throws Refusal invalid_request */
export function checkOrder({ from, to }: Range, [first, last]: readonly [string, string], end?: string): void {
  if (from <= to) return;
  const what = end === undefined || end === "" ? `${last} is not given, which means` : `${last} is`;
  throw new Refusal(
    "invalid_request",
    `The range ends before it begins: ${first} is ${printTime(from)}, ${what} ${printTime(to)}. Give a ${last} that is later.`,
  );
}

/**
 * Moments outside what a measurement can have are moved to its edges; null: absent or empty.
 * @param zone of a moment without an offset: a date is its midnight, also on the days on which clocks change. null: UTC
 * @throws Refusal invalid_request
 */
export function parseMoment(name: string, text: string | undefined, zone: Zone | null = null): Micros | null {
  if (text === undefined || text === "") return null;
  const found = ISO.exec(text.trim());
  const [, date = "", minutes = "00:00", seconds = "00", fraction = "", utc, sign, hours = "00", offset = "00"] =
    found ?? [];
  const base = Date.parse(`${date}T${minutes}:${seconds}Z`);
  // Some engines read the 30th of February as a day of March.
  const exists = found !== null && !Number.isNaN(base) && new Date(base).toISOString().startsWith(date);
  if (!exists || Number(hours) > 23 || Number(offset) > 59) {
    throw new Refusal("invalid_request", `${name}: ${quote(text)} is not understood; ${ACCEPTS}.`);
  }
  const local = zone !== null && utc === undefined && sign === undefined;
  const east = (Number(hours) * 60 + Number(offset)) * (sign === "-" ? -1 : 1);
  const ms = local ? zone.first(base) : base - east * 60_000;
  const micros = ms * 1000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
  return Math.min(Math.max(micros, 0), Number.MAX_SAFE_INTEGER);
}

/** Whether the zone of a request says which moment is meant. */
export function needsZone(...moments: readonly (string | undefined)[]): boolean {
  return moments.some((text) => {
    const [, , , , , utc, sign] = ISO.exec(text?.trim() ?? "") ?? [null];
    return text !== undefined && text !== "" && utc === undefined && sign === undefined;
  });
}

/** The same without what lies after now: clients of the platform ask for ends in the future, and it shows no bucket that begins there. */
export function untilNow({ from, to }: Range, now: Micros): Range {
  return { from, to: Math.max(from, Math.min(to, now + 1)) };
}
