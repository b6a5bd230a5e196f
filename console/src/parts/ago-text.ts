import type { Text } from "../text/index.ts";
import { exactFormat } from "./formats.ts";

const STEPS = [
  ["s", 1, 60],
  ["min", 60, 60 * 60],
  ["h", 3600, 48 * 3600],
  ["d", 86_400, 60 * 86_400],
  ["mo", 30.44 * 86_400, 2 * 365 * 86_400],
  ["y", 365.25 * 86_400, Number.POSITIVE_INFINITY],
] as const;

/** A span of time in one unit, rounded down: `12 s`, `3 h`. @param ms not negative */
export function spanText(ms: number, t: Text["time"]): string {
  const seconds = Math.max(0, ms) / 1000;
  const [unit, size] = STEPS.find(([, , below]) => seconds < below) ?? STEPS[5];
  return `${Math.floor(seconds / size)} ${t.units[unit]}`;
}

/** How long something is past: `12 s ago`; what is to come is `in 3 d`. @param ms negative: to come */
export function agoText(ms: number, t: Text["time"]): string {
  // the clocks of two machines differ a little
  if (ms > -2000 && ms < 1000) return t.now;
  return ms < 0 ? t.in(spanText(-ms, t)) : t.ago(spanText(ms, t));
}

/** The exact time for people, in the zone of the browser or the one that was chosen: `29 Nov 2026, 12:30:05`. @param iso RFC 3339 */
export function exactText(iso: string, t: Text["time"], zone: string | undefined = t.zone): string {
  return exactFormat(t.locale, zone).format(new Date(iso));
}
