/** Durations as people write them in rules. */

export const DURATION_RULE = "a duration like 30s, 10m, 2h or 7d, also together (1h30m), at most 366d";
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const MOST = 366 * SECONDS.d;
const FORM = /^(?:(\d{1,3})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?$/;

/** Seconds of a duration; null: it is none. */
export function secondsOf(text: string): number | null {
  const parts = text === "" ? null : FORM.exec(text);
  if (parts === null) return null;
  const [, d = "0", h = "0", m = "0", s = "0"] = parts;
  const seconds = Number(d) * SECONDS.d + Number(h) * SECONDS.h + Number(m) * SECONDS.m + Number(s);
  return seconds > 0 && seconds <= MOST ? seconds : null;
}
/** The same in µs. @throws RangeError it was not checked */
export function microsOf(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === null) throw new RangeError(`${text} is no duration`);
  return seconds * 1_000_000;
}
