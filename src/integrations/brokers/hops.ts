import type { UserProperty } from "../../codec/index.ts";

/**
 * The way of a forwarded message, as a user property that goes with it: `fieldcast-hops: <n> <place> <place> …`. n brokers have passed it
 * on; a place is a workspace that it came through, by its UUID. What comes to a place that it came through already is dropped.
 */
export interface Hops {
  readonly count: number;
  readonly places: readonly string[];
  /** uid of the external broker by which it came here; 0: it did not. */
  readonly from: number;
}
export const NO_HOPS: Hops = { count: 0, places: [], from: 0 };

const NAME = "fieldcast-hops";
/** Most places that are read, of what somebody else wrote. */
const MOST = 128;

export function hopsIn(properties: readonly UserProperty[] | undefined): Hops {
  const text = properties?.find(([name]) => name === NAME)?.[1];
  if (text === undefined) return NO_HOPS;
  const [count = "", ...rest] = text.slice(0, 8192).split(" ", MOST);
  const from = Number(/^#(\d{1,15})$/.exec(rest.at(-1) ?? "")?.[1] ?? 0);
  const places = rest.filter((place) => /^[0-9a-f-]{36}$/.test(place));
  return { count: /^\d{1,4}$/.test(count) ? Number(count) : 1, places, from };
}
/** The properties with the way that they have from now on. */
export function withHops(
  properties: readonly UserProperty[] | undefined,
  { count, places, from }: Hops,
): UserProperty[] {
  const rest = (properties ?? []).filter(([name]) => name !== NAME);
  const came = from === 0 ? [] : [`#${from}`];
  return [...rest, [NAME, [String(count), ...places, ...came].join(" ")]];
}
/** The same at another place. */
export function passed({ count, places }: Hops, place: string): Hops {
  return { count: count + 1, places: places.includes(place) ? places : [...places, place], from: 0 };
}
