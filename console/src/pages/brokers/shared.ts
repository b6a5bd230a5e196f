import type { ExternalBroker } from "../../../../sdk/operations.js";

export type Route = ExternalBroker["routes"][number];
/** The colour and sign of a state. */
export const KINDS = { pending: "warn", connected: "ok", error: "bad", paused: "away" } as const;

/** A route in one line. */
export function routeLine(route: Route): string {
  switch (route.direction) {
    case "in":
      return route.filter;
    case "out":
      return `${route.filter} → ${route.topic}`;
    default: {
      const arrow = { in: "←", out: "→", both: "↔" }[route.way];
      return `${route.local_prefix}${route.pattern} ${arrow} ${route.remote_prefix}${route.pattern}`;
    }
  }
}

/** What a route's map is called: the name of a ready-made one. */
export function mapName(route: Extract<Route, { direction: "in" }>): string {
  return route.map.kind === "ready" ? route.map.name : route.map.kind;
}
