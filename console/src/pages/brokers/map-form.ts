import type { ReadyMap, RouteMap } from "../../../../sdk/operations.js";
import type { Route } from "./shared.ts";

/** What is typed of a map, in the form of the API. */

const OWN_EXAMPLE = JSON.stringify(
  { device: "{{ serial }}", fields: [{ field: "temperature", path: "$.t", unit: "°C" }], time: { path: "$.at" } },
  null,
  2,
);

interface MapForm {
  /** Name of a ready-made map, `fields` or `decoder`. */
  readonly map: string;
  readonly base: string;
  readonly product: string;
  readonly filter: string;
  /** A map of one's own, as JSON. */
  readonly own: string;
}

/** What stands in the form of a route; without one, what is usual. */
export function formOfRoute(route: Extract<Route, { direction: "in" }> | undefined): MapForm {
  const usual = { map: "zigbee2mqtt", base: "", product: "", filter: "", own: OWN_EXAMPLE };
  if (route === undefined) return usual;
  const { filter, map } = route;
  const of = { ...usual, filter, product: map.product ?? "" };
  if (map.kind === "ready") return { ...of, map: map.name, base: map.base ?? "" };
  if (map.kind === "decoder") return { ...of, map: "decoder" };
  const { kind, product: _, ...own } = map;
  return { ...of, map: kind, own: JSON.stringify(own, null, 2) };
}

/** What is listened to: what is typed, or what the ready-made map says, below another base where one is typed. */
export function filtersOf({ filter, base }: MapForm, ready: ReadyMap | undefined): string[] {
  if (filter.trim() !== "") return [filter.trim()];
  if (ready === undefined) return [];
  const other = base.trim();
  if (other === "") return ready.filters;
  return ready.filters.map((one) => `${other}/${ready.base === "" ? one : one.slice(ready.base.length + 1)}`);
}

/** @returns a text where there is none yet: empty, or what is no JSON */
export function mapOf({ map, base, product, own }: MapForm): RouteMap | string {
  const of = product === "" ? {} : { product };
  if (map === "decoder") return product === "" ? "" : { kind: "decoder", product };
  // a name of the list that the server gave
  if (map !== "fields")
    return { kind: "ready", name: map as "tti", ...(base.trim() !== "" && { base: base.trim() }), ...of };
  try {
    const read: unknown = JSON.parse(own);
    if (typeof read !== "object" || read === null || Array.isArray(read)) return own;
    return { ...read, kind: "fields", ...of } as RouteMap; // what is wrong with it the server says
  } catch {
    return own;
  }
}
