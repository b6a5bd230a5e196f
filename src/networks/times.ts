import { numberOf } from "./values.ts";

/** 2000-01-01 and 2100-01-01: what lies outside is a clock that was never set, or no time. */
const FIRST = 946_684_800_000;
const LAST = 4_102_444_800_000;
/** Above this a number of seconds would lie in the year 5138: it counts milliseconds. */
const MILLISECONDS = 100_000_000_000;

const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,12}))?\s*(?:(Z|z|UTC)|([+-]\d{2}):?(\d{2})?)?$/;

/**
 * A time as networks write it: RFC 3339 with any number of decimals and any offset (UTC without one), seconds or milliseconds.
 * @returns milliseconds since 1970; null: it is none, or outside this century
 */
export function timeOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number !== null) return within(Math.abs(number) >= MILLISECONDS ? number : number * 1000);
  if (typeof value !== "string" || value.length > 60) return null;
  const found = ISO.exec(value.trim());
  if (found === null) return null;
  const [, date, time, decimals = "", , hours, minutes = "00"] = found;
  const offset = hours === undefined ? "Z" : `${hours}:${minutes}`;
  return within(Date.parse(`${date}T${time}.${decimals.padEnd(3, "0").slice(0, 3)}${offset}`));
}

function within(millis: number): number | null {
  return millis >= FIRST && millis < LAST ? Math.round(millis) : null;
}
