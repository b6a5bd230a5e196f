import type { Micros } from "../base/types.ts";
import { quote } from "./bytes.ts";

/** Nothing was measured earlier: a clock that was never set says 1970. 2000-01-01T00:00:00Z. */
const EARLIEST: Micros = 946_684_800_000_000;
/** How far ahead of ours a clock may run. */
export const MOST_AHEAD: Micros = 5 * 60 * 1_000_000;

const SECONDS = /^(\d{1,10})(?:\.(\d+))?$/;
const MILLISECONDS = /^\d{13}$/;
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))?$/;
const ACCEPTS =
  "use Unix seconds (1 to 10 digits, with a fraction if you like), 13 digits of milliseconds, or RFC 3339 text";

/** null: no time was given. `error`: why it is an `invalid_timestamp`. */
export type ParsedTime = { readonly time: Micros } | { readonly error: string } | null;

/**
 * Reads an explicit time (wire contract section 5, Time): the `timestamp` of a row or of a v5 User Property.
 * Digits beyond microseconds are cut off.
 * @param input text or number; null and undefined mean that there is none
 * @param now the server's time, which bounds the future
 * @param written how it was written, for messages; null: as it is
 */
export function parseTime(input: unknown, now: Micros, written: string | null = null): ParsedTime {
  if (input === null || input === undefined) return null;
  if (typeof input !== "string" && typeof input !== "number")
    return { error: `The timestamp is neither text nor a number; ${ACCEPTS}.` };
  const text = String(input).trim();
  const time = readNumber(text) ?? readText(text);
  const said = quote(written ?? text);
  if (time === null) return { error: `The timestamp ${said} is not understood; ${ACCEPTS}.` };
  if (time < EARLIEST) return { error: `The timestamp ${said} lies before 2000-01-01; is the device's clock set?` };
  if (time > now + MOST_AHEAD)
    return {
      error: `The timestamp ${said} lies more than 5 minutes ahead of ${printTime(now)}, the server's time.`,
    };
  return { time };
}

/** Microseconds of decimal digits after the point, cut off after the sixth. */
function fraction(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.slice(0, 6).padEnd(6, "0"));
}

function readNumber(text: string): Micros | null {
  if (MILLISECONDS.test(text)) return Number(text) * 1000;
  const found = SECONDS.exec(text);
  return found ? Number(found[1]) * 1_000_000 + fraction(found[2]) : null;
}

/** RFC 3339; without an offset it is UTC, a space may stand for the T. Null: another form, or a date that does not exist. */
function readText(text: string): Micros | null {
  const found = RFC_3339.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(found[i])) as [
    number,
    number,
    number,
    number,
    number,
    number, // the pattern has these groups in every match
  ];
  const offsetHours = Number(found[9] ?? 0);
  const offsetMinutes = Number(found[10] ?? 0);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return null;
  const offset = (offsetHours * 60 + offsetMinutes) * (found[8] === "-" ? -1 : 1);
  const ms = Date.UTC(year, month - 1, day, hour, minute - offset, second);
  if (second === 60 && !followsLeapSecond(new Date(ms))) return null;
  return ms * 1000 + fraction(found[7]);
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Second 60 exists only as the last of June or December in UTC; Unix time counts it as the first of the next day. */
function followsLeapSecond(next: Date): boolean {
  return next.getUTCDate() === 1 && next.getUTCMonth() % 6 === 0 && next.getTime() % 86_400_000 === 0;
}

/** Longest text of `writeTime` in bytes. */
export const TIME_BYTES = 27;

/** The moment so many whole days from now, as `90d` says it; null: it is no such text. */
export function daysFrom(text: string, now: Micros): Micros | null {
  const days = /^(\d{1,5})d$/.exec(text);
  return days ? now + Number(days[1]) * 86_400e6 : null;
}

/**
 * RFC 3339 in UTC with `Z` and a fraction of 0, 3 or 6 digits, whichever is shortest, as text.
 * Where it is written into a packet, `writeTime` is several times as fast.
 */
export function printTime(micros: Micros): string {
  const bytes = Buffer.allocUnsafe(TIME_BYTES);
  return bytes.toString("latin1", 0, writeTime(bytes, 0, micros));
}

/**
 * Writes what `printTime` gives as ASCII at `at`, without allocating: it goes into each v5 delivery.
 * @param buf has room for TIME_BYTES at `at`
 * @returns the position after it
 */
export function writeTime(buf: Uint8Array, at: number, micros: Micros): number {
  const seconds = Math.floor(micros / 1_000_000);
  const days = Math.floor(seconds / 86_400);
  const inDay = seconds - days * 86_400;
  // The Gregorian calendar repeats every 146,097 days; years are counted from 1 March, so that the leap day is the last.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leaps) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const fromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  two(buf, at, (year / 100) | 0);
  two(buf, at + 2, year % 100);
  buf[at + 4] = 0x2d;
  two(buf, at + 5, month);
  buf[at + 7] = 0x2d;
  two(buf, at + 8, dayOfYear - (((153 * fromMarch + 2) / 5) | 0) + 1);
  buf[at + 10] = 0x54;
  two(buf, at + 11, (inDay / 3600) | 0);
  buf[at + 13] = 0x3a;
  two(buf, at + 14, ((inDay / 60) | 0) % 60);
  buf[at + 16] = 0x3a;
  two(buf, at + 17, inDay % 60);
  return writeFraction(buf, at + 19, micros - seconds * 1_000_000);
}

/** 0, 3 or 6 digits of the second, and the `Z`. */
function writeFraction(buf: Uint8Array, at: number, micros: number): number {
  let end = at;
  if (micros !== 0) {
    const ms = (micros / 1000) | 0;
    const us = micros - ms * 1000;
    buf[end] = 0x2e;
    end = three(buf, end + 1, ms);
    if (us !== 0) end = three(buf, end, us);
  }
  buf[end] = 0x5a;
  return end + 1;
}

function two(buf: Uint8Array, at: number, n: number): void {
  const tens = (n / 10) | 0;
  buf[at] = 48 + tens;
  buf[at + 1] = 48 + n - tens * 10;
}

function three(buf: Uint8Array, at: number, n: number): number {
  const hundreds = (n / 100) | 0;
  buf[at] = 48 + hundreds;
  two(buf, at + 1, n - hundreds * 100);
  return at + 3;
}
