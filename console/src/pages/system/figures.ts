import type { Figures } from "../../../../sdk/operations.js";

/** What happened a second between two answers; null: it cannot be told (one answer, or a restart between them). */
export function rateOf(name: string, before: Figures | null, after: Figures): number | null {
  const seconds = secondsBetween(before, after);
  const more = moreOf(name, before, after);
  return seconds === null || more === null ? null : more / seconds;
}

/** The mean of what a histogram took between two answers, in its unit; null: there was none. */
export function meanOf(name: string, before: Figures | null, after: Figures): number | null {
  const count = moreOf(`${name}_count`, before, after);
  const sum = moreOf(`${name}_sum`, before, after);
  return count === null || sum === null || count === 0 ? null : sum / count;
}

function secondsBetween(before: Figures | null, after: Figures): number | null {
  if (before === null) return null;
  const seconds = (Date.parse(after.time) - Date.parse(before.time)) / 1000;
  return seconds > 0 ? seconds : null;
}

function moreOf(name: string, before: Figures | null, after: Figures): number | null {
  const [was, is] = [before?.figures[name], after.figures[name]];
  // counters begin anew after a restart
  return was === undefined || is === undefined || is < was ? null : is - was;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes with the unit that suits them: `12.3 MiB`. @param number writes numbers as the language does */
export function bytesText(bytes: number, number: (n: number, decimals: number) => string): string {
  const size = Math.abs(bytes);
  const power = size < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(size) / 10));
  return `${number(bytes / 1024 ** power, power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

/** Seconds with the unit that suits them: `3.1 ms`. */
export function durationText(seconds: number, number: (n: number, decimals: number) => string): string {
  if (seconds >= 1) return `${number(seconds, 2)} s`;
  return seconds >= 0.001 ? `${number(seconds * 1000, 1)} ms` : `${number(seconds * 1_000_000, 0)} µs`;
}
