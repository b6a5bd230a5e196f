import { microsOf } from "../../admin/values.ts";
import { BadValues } from "../../base/errors.ts";
import { daysFrom } from "../../measure/time.ts";

/** A time to come, in µs. @throws BadValues invalid_request */
export function toCome(text: string | null | undefined, now: number): number | null {
  const at = text === null || text === undefined ? null : (daysFrom(text, now) ?? microsOf(text));
  if (at !== null && at <= now)
    throw new BadValues("invalid_request", [{ path: "expires", message: "This time is over." }]);
  return at;
}
