import { finite } from "./kinds.ts";
import type { Kind, Value } from "./types.ts";

/** A function of values: what it takes, and what it makes of them. It does not run when one of them is missing. */
export interface PlainFunction {
  readonly takes: readonly Kind[];
  /** So many at least; without, all of `takes`. */
  readonly least?: number;
  /** The last of `takes` may stand any number of times. */
  readonly more?: true;
  readonly gives: Kind;
  run(values: readonly Value[]): Value | null;
}

function numbers(count: number, compute: (...values: number[]) => number, least = count): PlainFunction {
  const takes = Array.from({ length: count }, () => "number" as const);
  return { takes, least, gives: "number", run: (values) => finite(compute(...(values as number[]))) }; // by `takes`
}
function many(compute: (...values: number[]) => number): PlainFunction {
  return { ...numbers(1, compute), more: true };
}

/** Half away from zero; decimal places as they are written, so that 1.005 is rounded as it reads. */
function round(value: number, digits = 0): number {
  const places = Math.min(15, Math.max(0, Math.trunc(digits)));
  if (Math.abs(value) >= 1e15) return value;
  const [digitsOf = "0", exponent = "0"] = String(Math.abs(value)).split("e");
  const shifted = Number(`${digitsOf}e${Number(exponent) + places}`);
  if (shifted >= 1e15) return value;
  return Math.sign(value) * Number(`${Math.round(shifted)}e-${places}`);
}
function scale(value: number, low = 0, high = 0, newLow = 0, newHigh = 0): number {
  return newLow + ((value - low) * (newHigh - newLow)) / (high - low);
}

type Position = Exclude<Value, number | boolean | string>;
const EARTH = 6_371_008.8;
/** Metres on a sphere as large as the earth. */
function distance(a: Position, b: Position): number {
  const rad = Math.PI / 180;
  const [north, east] = [(b.lat - a.lat) * rad, (b.lng - a.lng) * rad];
  const half = Math.sin(north / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(east / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** By name. */
export const PLAIN_FUNCTIONS: Readonly<Record<string, PlainFunction>> = {
  abs: numbers(1, Math.abs),
  ceil: numbers(1, Math.ceil),
  floor: numbers(1, Math.floor),
  trunc: numbers(1, Math.trunc),
  round: numbers(2, round, 1),
  sign: numbers(1, Math.sign),
  min: many(Math.min),
  max: many(Math.max),
  clamp: numbers(3, (value = 0, low = 0, high = 0) => Math.min(Math.max(value, low), high)),
  scale: numbers(5, scale),
  sqrt: numbers(1, Math.sqrt),
  pow: numbers(2, Math.pow),
  exp: numbers(1, Math.exp),
  ln: numbers(1, Math.log),
  log10: numbers(1, Math.log10),
  log2: numbers(1, Math.log2),
  sin: numbers(1, Math.sin),
  cos: numbers(1, Math.cos),
  tan: numbers(1, Math.tan),
  asin: numbers(1, Math.asin),
  acos: numbers(1, Math.acos),
  atan: numbers(1, Math.atan),
  atan2: numbers(2, Math.atan2),
  pi: numbers(0, () => Math.PI),
  between: {
    takes: ["number", "number", "number"],
    gives: "boolean",
    run: ([value, low, high]) => Number(value) >= Number(low) && Number(value) <= Number(high),
  },
  upper: { takes: ["text"], gives: "text", run: ([text]) => String(text).toUpperCase() },
  lower: { takes: ["text"], gives: "text", run: ([text]) => String(text).toLowerCase() },
  trim: { takes: ["text"], gives: "text", run: ([text]) => String(text).trim() },
  contains: { takes: ["text", "text"], gives: "boolean", run: ([text, part]) => String(text).includes(String(part)) },
  position: {
    takes: ["number", "number"],
    gives: "position",
    run: ([lat, lng]) =>
      Math.abs(Number(lat)) <= 90 && Math.abs(Number(lng)) <= 180 ? { lat: Number(lat), lng: Number(lng) } : null,
  },
  latitude: { takes: ["position"], gives: "number", run: ([at]) => (at as Position).lat }, // by `takes`
  longitude: { takes: ["position"], gives: "number", run: ([at]) => (at as Position).lng }, // by `takes`
  distance: {
    takes: ["position", "position"],
    gives: "number",
    run: ([a, b]) => distance(a as Position, b as Position), // by `takes`
  },
};
