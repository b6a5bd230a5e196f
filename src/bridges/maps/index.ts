import { intersect } from "../../topic/algebra.ts";
import { Unreadable } from "../../networks/values.ts";
import { type MapProblem, fieldsMap } from "./fields.ts";
import { type NamedFilter, namedFilter } from "./filter.ts";
import type { ReadyMap } from "./kit.ts";
import { READY_MAPS } from "./ready/index.ts";
import type { ReadyMapping, RouteMapping } from "./schema.ts";
import { Memory, type Mapped, type MapMessage, type MapName, type MapReading, type MapRequest } from "./types.ts";

/** A route's map, ready to read. */
export interface RouteReader {
  /** What is to be subscribed to, as MQTT has it. */
  readonly subscription: string;
  /** Slug of the product whose devices are meant; null: of any of the workspace. */
  readonly product: string | null;
  /** As it is told to people: the name of a ready-made map, `fields`, or `decoder`. */
  readonly name: string;
  /** null: the product's decoder reads it, with what `parts` gives as `topicParts`. */
  readonly read: ((message: MapMessage, memory: Memory) => MapReading) | null;
  /** Named parts of the topic; null: it is not of this route. */
  parts: NamedFilter["match"];
  /** What is to be said to the remote now, so that it goes on. */
  ask(memory: Memory, isDue: boolean): readonly MapRequest[];
}

/** The ready-made map of a name. */
function readyMap(name: MapName): ReadyMap {
  const found = READY_MAPS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no map ${name}`);
  return found;
}
/** Whether a map has to hear at each connection what the remote keeps. */
export function learnsFromKept(map: RouteMapping): boolean {
  return map.kind === "ready" && readyMap(map.name).learns === true;
}
/** All of them, with what is to be subscribed to where nothing else is set at the sender. */
export function readyMaps(): readonly ReadyMapInfo[] {
  return READY_MAPS.map((map) => ({ ...map, filters: filtersOf(map, map.base) }));
}
/** What people are told of a ready-made map. */
interface ReadyMapInfo extends Pick<ReadyMap, "name" | "title" | "base" | "example"> {
  readonly filters: readonly string[];
}
function filtersOf({ topics, subscribe }: ReadyMap, base: string): readonly string[] {
  return (subscribe ?? topics.map(({ filter }) => filter)).map((one) => below(base, one));
}

/**
 * Makes ready what a route says.
 * @param filter of the route, with named parts or without
 * @returns a list: what is wrong with it, by the path in the map; of the filter with the path `filter`
 */
export function routeReader(filter: string, map: RouteMapping): RouteReader | readonly MapProblem[] {
  const named = namedFilter(filter);
  if (typeof named === "string") return [{ path: "filter", message: named }];
  const common = { subscription: named.filter, product: map.product ?? null, parts: named.match, ask: () => [] };
  if (map.kind === "decoder") return { ...common, name: "decoder", read: null };
  if (map.kind === "ready") {
    const made = ready(named.filter, map);
    return Array.isArray(made) ? made : { ...common, ...(made as Pick<RouteReader, "name" | "read" | "ask">) };
  }
  const reads = fieldsMap(map, named.names);
  if (typeof reads !== "function") return reads;
  const read = (message: MapMessage) =>
    told(() => {
      const parts = named.match(message.topic);
      if (parts === null) throw new Unreadable(`The topic does not match ${filter}.`);
      return reads(message, parts);
    });
  return { ...common, name: "fields", read };
}

function ready(filter: string, mapping: ReadyMapping): Pick<RouteReader, "name" | "read" | "ask"> | MapProblem[] {
  const map = readyMap(mapping.name);
  const reaches = (base: string) => rulesOf(map, base).some(({ named }) => intersect(named.filter, filter) !== null);
  let base = mapping.base ?? map.base;
  // who says `home/zigbee2mqtt/#` has said where the topics begin
  if (mapping.base === undefined && base !== "" && !reaches(base) && filter.endsWith("/#")) base = filter.slice(0, -2);
  if (typeof namedFilter(below(base, "x")) === "string" || base.includes("#") || base.includes("{"))
    return [{ path: "base", message: "it is no beginning of a topic: levels between slashes, + for any one" }];
  if (!reaches(base)) {
    const usual = filtersOf(map, base).slice(0, 3).join(", ");
    return [
      {
        path: "base",
        message: `no topic of ${map.title} matches ${filter}: usual is ${usual}; set what its topics begin with`,
      },
    ];
  }
  const rules = rulesOf(map, base);
  return {
    name: map.name,
    read: (message, memory) =>
      told(() => {
        for (const { named, read } of rules) {
          const parts = named.match(message.topic);
          if (parts !== null) return read(message, parts, memory);
        }
        return { devices: [], events: [], messages: [`${map.title} has no such topic that would be recorded.`] };
      }),
    ask: (memory, isDue) => map.ask?.(memory, base, isDue) ?? [],
  };
}

function rulesOf({ topics, title }: ReadyMap, base: string) {
  return topics.map(({ filter, read }) => {
    const named = namedFilter(below(base, filter));
    if (typeof named === "string") throw new Error(`${title}: ${filter}: ${named}`);
    return { named, read };
  });
}
function below(base: string, filter: string): string {
  return base === "" ? filter : filter === "" ? base : `${base}/${filter}`;
}

/** The one error that a map may end with, as an answer. */
function told(run: () => Mapped): MapReading {
  try {
    return { ok: true, ...run() };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, problem: error.message };
  }
}

export { Memory };
