import { Refusal } from "../base/errors.ts";
import { quote } from "../measure/bytes.ts";

const UNITS = ["s", "m", "h", "d", "w", "mo", "y"] as const;
type Unit = (typeof UNITS)[number];

/** How wide a bucket is: so many of a unit. */
export interface Step {
  readonly count: number;
  readonly unit: Unit;
}
/** What a history is asked for: every measurement, or one value for each bucket. */
type Resolution = "raw" | Step;

/** Seconds of the units that always last the same in UTC. */
export const SECONDS: Readonly<Record<Exclude<Unit, "mo" | "y">, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};
const FORM = /^([1-9]\d{0,8})(s|m|h|d|w|mo|y)$/;
const ACCEPTS =
  "use raw, or a number and one of s, m, h, d, w, mo (months), y: 30s, 15m, 6h, 1d, 1w, 1mo, 1y; lower case";
/** Nothing wider makes sense, and dates stay within what a Date holds. */
const WIDEST_DAYS = 36_600;
const DAYS: Readonly<Record<Unit, number>> = { s: 1 / 86_400, m: 1 / 1440, h: 1 / 24, d: 1, w: 7, mo: 30, y: 365 };

/**
 * Reads a resolution (docs/history.md "Asking"). Nothing and an empty text mean raw.
 * @throws Refusal invalid_request for anything else; there is no fallback
 */
export function parseResolution(text: string | undefined): Resolution {
  if (text === undefined || text === "" || text === "raw") return "raw";
  const found = FORM.exec(text);
  const count = Number(found?.[1] ?? 0);
  const unit = UNITS.find((one) => one === found?.[2]);
  if (unit === undefined)
    throw new Refusal("invalid_request", `resolution: ${quote(text)} is not understood; ${ACCEPTS}.`);
  if (count * DAYS[unit] > WIDEST_DAYS)
    throw new Refusal("invalid_request", `resolution: ${quote(text)} is longer than a century; ${ACCEPTS}.`);
  return { count, unit };
}

/** As it is written in a request. */
export function printResolution(resolution: Resolution): string {
  return resolution === "raw" ? "raw" : `${resolution.count}${resolution.unit}`;
}
