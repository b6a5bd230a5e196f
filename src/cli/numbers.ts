import { UsageError } from "./failure.ts";

/** A whole number from a flag; `fallback` when it was not given. @throws UsageError */
export function wholeNumber(flag: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  const text = String(value);
  const n = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (n >= min && n <= max) return n;
  throw new UsageError(`${flag}: "${text}" is not allowed; it must be a whole number from ${min} to ${max}`);
}

/** A time in seconds from a flag, with up to three decimals. @throws UsageError */
export function seconds(flag: string, value: unknown, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  const text = String(value);
  const n = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (n > 0 && n <= max) return n;
  throw new UsageError(`${flag}: "${text}" is not allowed; it must be a number of seconds, at most ${max}`);
}

const UNITS = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/** A time in whole seconds from a flag: 90, 90s, 5m or 1h. @throws UsageError */
export function duration(flag: string, value: unknown, fallback: number, max: number): number {
  if (value === undefined) return fallback;
  const text = String(value);
  const [, digits = "", unit = ""] = /^(\d{1,6})([smh]?)$/.exec(text) ?? [];
  const n = digits === "" ? Number.NaN : Number(digits) * (UNITS.get(unit) ?? 1);
  if (n > 0 && n <= max) return n;
  throw new UsageError(`${flag}: "${text}" is not allowed; write 90s, 5m or 1h, at most ${max / 60} minutes`);
}

const DAY_MS = 86_400_000;

/**
 * A moment to come: 2030-12-31, 2030-12-31T18:00:00Z, or 90d from now.
 * @param now Unix time in ms
 * @returns µs since the epoch
 * @throws UsageError
 */
export function momentToCome(flag: string, text: string, now: number): number {
  const days = /^(\d{1,5})d$/.exec(text);
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const zone = /[Z+]|T.*-/.test(text) || !text.includes("T") ? "" : "Z"; // without a zone it is UTC
  const at = days ? now + Number(days[1]) * DAY_MS : iso ? Date.parse(text + zone) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(`${flag}: "${text}" is not allowed; write a date (2030-12-31), 2030-12-31T18:00:00Z, or 90d`);
  if (at <= now) throw new UsageError(`${flag}: "${text}" is in the past`);
  return at * 1000;
}

const AGO = new Map([...UNITS, ["d", 86_400]]);

/**
 * A moment so long ago: 90s, 10m, 12h or 7d.
 * @param now Unix time in ms
 * @returns µs since the epoch
 * @throws UsageError
 */
export function ago(flag: string, text: string, now: number): number {
  const [, digits = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (digits === "") throw new UsageError(`${flag}: "${text}" is not allowed; write 90s, 10m, 12h or 7d`);
  return (now - Number(digits) * (AGO.get(unit) ?? 1) * 1000) * 1000;
}
