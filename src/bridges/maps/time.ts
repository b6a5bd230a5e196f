import { timeOf } from "../../networks/times.ts";
import { numberOf } from "../../networks/values.ts";

/** How a sender may write a time. `auto`: seconds or milliseconds, as large as it is, or RFC 3339. */
export const TIME_FORMATS = ["auto", "seconds", "milliseconds", "microseconds", "nanoseconds", "rfc3339"] as const;
type TimeFormat = (typeof TIME_FORMATS)[number];

const PER_SECOND: Readonly<Partial<Record<TimeFormat, number>>> = {
  seconds: 1,
  milliseconds: 1e3,
  microseconds: 1e6,
  nanoseconds: 1e9,
};
/** 2000-01-01, in seconds: what lies before it says a clock that was never set. */
const FIRST = 946_684_800;
/** With an offset; without one it is the time of somewhere. */
const ZONED = /[Tt ]\d\d:\d\d.*(?:[Zz]|UTC|[+-]\d\d:?(?:\d\d)?)\s*$/;

/**
 * The timestamp of a row, as a person said how the sender writes it.
 * @returns seconds since 1970; undefined: the message has none, and it is of when it came; what is no time of this form as it is, so that its row is refused
 */
export function timestampOf(given: unknown, format: TimeFormat): unknown {
  if (given === undefined || given === null || given === "") return undefined;
  const per = PER_SECOND[format];
  const number = numberOf(given);
  if (per !== undefined) return number === null ? given : number / per;
  if (format === "rfc3339" && number !== null) return given;
  const millis = timeOf(given);
  return millis === null ? given : millis / 1000;
}

/**
 * A time of which it is sure what it means: a number, or a text with its offset. What programs write that was no time yet (0, before the clock was set), and
 * local times, are none: then a value is of when it came.
 * @returns seconds since 1970
 */
export function sureTime(given: unknown): number | undefined {
  if (typeof given === "string" && numberOf(given) === null && !ZONED.test(given)) return undefined;
  const millis = timeOf(given);
  return millis === null || millis / 1000 < FIRST ? undefined : millis / 1000;
}

/**
 * Keys by which the same is recognised within a time, and not for ever: counters begin anew. In steps of two grids that lie half a step apart, so that
 * two times no further apart than half a step share one of both.
 * @param now milliseconds @param span milliseconds that two may lie apart
 */
export function keysWithin(id: string, now: number, span: number): readonly string[] {
  const step = 2 * span;
  return [`${id}:a${Math.floor(now / step)}`, `${id}:b${Math.floor((now + span) / step)}`];
}
