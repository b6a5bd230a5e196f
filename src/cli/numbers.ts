import { parseMoment } from "../http/history/range.ts";
import { daysFrom } from "../measure/time.ts";
import { UsageError } from "./failure.ts";

const UNITS = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/** A whole number from a flag; `fallback` when it was not given. @throws UsageError */
export function wholeNumber(flag: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  const text = String(value);
  const n = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (n >= min && n <= max) return n;
  throw new UsageError(`${flag}: "${text}" is not allowed; it must be a whole number from ${min} to ${max}`);
}

/** A time in seconds from a flag, with up to three decimals: 10, 0.5, 90s, 5m or 1h. @throws UsageError */
export function seconds(flag: string, value: unknown, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  const text = String(value);
  const [, digits = "", unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?)([smh]?)$/.exec(text) ?? [];
  const n = digits === "" ? Number.NaN : Number(digits) * (UNITS.get(unit) ?? 1);
  if (n > 0 && n <= max) return n;
  throw new UsageError(
    `${flag}: "${text}" is not allowed; write seconds, or 90s, 5m or 1h, at most ${max / 3600} hours`,
  );
}

/** A time in whole seconds from a flag: 90, 90s, 5m or 1h. @throws UsageError */
export function duration(flag: string, value: unknown, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  const text = String(value);
  const [, digits = "", unit = ""] = /^(\d{1,6})([smh]?)$/.exec(text) ?? [];
  const n = digits === "" ? Number.NaN : Number(digits) * (UNITS.get(unit) ?? 1);
  if (n > 0 && n <= max) return n;
  throw new UsageError(`${flag}: "${text}" is not allowed; write 90s, 5m or 1h, at most ${max / 60} minutes`);
}

/**
 * A moment to come: 2030-12-31, 2030-12-31T18:00:00Z, or 90d from now. Without an offset it is UTC.
 * @param now Unix time in ms
 * @returns µs since the epoch
 * @throws UsageError
 */
export function momentToCome(flag: string, text: string, now: number): number {
  const at = daysFrom(text, now * 1000) ?? moment(flag, text, "90d");
  if (at <= now * 1000) throw new UsageError(`${flag}: "${text}" is in the past`);
  return at;
}

function moment(flag: string, text: string, other: string): number {
  const wanted = `write ${other}, a date (2030-12-31), or a time (2030-12-31T18:00:00Z; without an offset it is UTC)`;
  try {
    const at = parseMoment(flag, text);
    if (at !== null) return at;
  } catch {
    // said below, with what else may be written
  }
  throw new UsageError(`${flag}: "${text}" is not allowed; ${wanted}`);
}

const AGO = new Map([...UNITS, ["d", 86_400]]);

/**
 * A moment so long ago (90s, 10m, 12h or 7d), or a time; without an offset it is UTC.
 * @param now Unix time in ms
 * @returns µs since the epoch
 * @throws UsageError
 */
export function ago(flag: string, text: string, now: number): number {
  const [, digits = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (digits === "") return moment(flag, text, "90s, 10m, 12h or 7d");
  return (now - Number(digits) * (AGO.get(unit) ?? 1) * 1000) * 1000;
}
