import { intersect } from "../topic/algebra.ts";
import { isTopicName } from "../topic/names.ts";
import { namedFilter } from "./maps/filter.ts";
import type { ForwardRoute, Route } from "./types.ts";

/** Topics and filters of routes. */

/** What is subscribed to for the filter of an `in` route: each level with a name is a `+`, the last ones a `#`. */
export function subscriptionOf(filter: string): string {
  const named = namedFilter(filter);
  return typeof named === "string" ? filter : named.filter;
}
/** What every topic that a template makes matches: each level with something of the template in it is a `+`, or all that follows when a part may hold `/`. */
function filterOfTemplate(topic: string): string {
  const marked = topic.replace(/\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, "\u0001");
  const levels = marked.split("/");
  // what a variable holds may have slashes in it (a free topic): then nothing is known of what follows
  const open = levels.findIndex((level) => level.includes("\u0001"));
  if (open < 0) return topic;
  return /\{\{-?\s*topic\b|\{%/.test(topic)
    ? [...levels.slice(0, open), "#"].join("/")
    : levels.map((level) => (level.includes("\u0001") ? "+" : level)).join("/");
}
/** The filters on both sides of a forwarding route. */
export function sidesOf({ pattern, local_prefix, remote_prefix }: ForwardRoute): { local: string; remote: string } {
  return { local: local_prefix + pattern, remote: remote_prefix + pattern };
}
/** The topic with another prefix; null: it does not begin with the one that it should. */
export function swapped(topic: string, from: string, to: string): string | null {
  const swap = topic.startsWith(from) ? to + topic.slice(from.length) : null;
  return swap !== null && isTopicName(swap) ? swap : null;
}

/** The remote's topics that a route listens to, and those that it publishes on; null: none. */
function remoteSides(route: Route): { readonly hears: string | null; readonly says: string | null } {
  switch (route.direction) {
    case "in":
      return { hears: subscriptionOf(route.filter), says: null };
    case "out":
      return { hears: null, says: filterOfTemplate(route.topic) };
    case "forward": {
      const { remote } = sidesOf(route);
      return { hears: route.way === "out" ? null : remote, says: route.way === "in" ? null : remote };
    }
    default:
      return route satisfies never;
  }
}

/**
 * Two routes of one remote, of which one would hear what the other says there; null: there are none. A route that forwards both ways is no loop: it
 * knows what came from where.
 */
export function cycleIn(
  routes: readonly Route[],
): { readonly says: number; readonly hears: number; readonly topics: string } | null {
  const sides = routes.map(remoteSides);
  for (const [says, { says: out }] of sides.entries())
    for (const [hears, { hears: into }] of sides.entries()) {
      if (out === null || into === null || says === hears) continue;
      // what is forwarded bears its way with it; what is made of measurements does not
      if (routes[says]?.direction === "forward" && routes[hears]?.direction === "forward") continue;
      const topics = intersect(out, into);
      if (topics !== null) return { says, hears, topics };
    }
  return null;
}
