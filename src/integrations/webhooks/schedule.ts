import type { Micros } from "../../base/types.ts";

/** When a request that was not accepted is tried again: rules without a clock and without chance, which come as parameters. */

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
/** µs from a try that failed to the next one: the second try comes after the first of these. */
const WAITS: readonly Micros[] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map((s) => s * SECOND);
/** The same of a request that the endpoint refuses by its content, while others may be accepted. */
const REFUSED_WAITS: readonly Micros[] = [5, 30].map((s) => s * SECOND);
/** A wait is longer or shorter by so much of it at most, so that many do not come at once. */
const JITTER = 0.1;
/** The longest wait that an answer may ask for. */
const LONGEST_ASKED = 24 * HOUR;

/**
 * `accepted`: it has it; `gone`: it wants nothing any more; `refused`: it does not take this request, another perhaps; `failed`: it takes none for
 * now.
 */
export type Verdict = "accepted" | "gone" | "refused" | "failed";

/** 4xx that speak of the request, and not of who asks, where, or when. */
const REFUSING: ReadonlySet<number> = new Set([400, 406, 409, 411, 412, 413, 414, 415, 422, 431]);

/** What an answer means. Redirects are followed by nobody, and are failures. @param status of HTTP */
export function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return "accepted";
  if (status === 410) return "gone";
  return REFUSING.has(status) ? "refused" : "failed";
}

/**
 * µs to wait after so many failures in a row; null: it has been tried for three days, and is given up.
 * @param chance from 0 to 1
 */
export function waitAfter(failures: number, chance: number): Micros | null {
  return jittered(WAITS[failures - 1], chance);
}
/** The same of a request that was refused so many times. */
export function waitRefused(times: number, chance: number): Micros | null {
  return jittered(REFUSED_WAITS[times - 1], chance);
}
function jittered(wait: Micros | undefined, chance: number): Micros | null {
  return wait === undefined ? null : Math.round(wait * (1 - JITTER + 2 * JITTER * chance));
}

/** µs that a header Retry-After asks for (RFC 9110 section 10.2.3): seconds, or a date; 0: nothing that is understood. @param now µs */
export function askedWait(value: string | null, now: Micros): Micros {
  const text = value?.trim() ?? "";
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * SECOND : Date.parse(text) * 1000 - now;
  return Number.isNaN(wait) ? 0 : Math.max(0, Math.min(wait, LONGEST_ASKED));
}
