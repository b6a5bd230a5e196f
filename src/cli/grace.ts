import { UsageError } from "./failure.ts";

/**
 * How long something old stays good beside what took its place.
 * @param text like 90s, 10m, 12h or 7d, at most 30d @param what a token, a key @returns seconds @throws UsageError
 */
export function graceOf(text: string, what: string): number {
  const [, digits = "", unit = "s"] = /^(\d{1,7})(s|m|h|d)?$/.exec(text) ?? [];
  const n = Number(digits) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1);
  if (digits !== "" && n <= 2_592_000) return n;
  throw new UsageError(`--grace: write a time like 90s, 10m, 12h or 7d, at most 30d; 0 ends the old ${what} at once`);
}
