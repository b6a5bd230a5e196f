import type { ExternalBroker } from "../../../../sdk/operations.js";

export type Route = ExternalBroker["routes"][number];

/** Of a part of a broker's page. */
export interface BrokerProps {
  readonly workspace: string;
  readonly broker: ExternalBroker;
  readonly etag: string;
  readonly may: boolean;
}
/** What the server says of a value, by its name; undefined: nothing. */
export type About = (name: string) => string | undefined;
/** Of the form of a route in one direction. */
export interface RouteProps<Direction extends Route["direction"]> {
  /** What stands there at first; absent: what is usual. */
  readonly before: Extract<Route, { direction: Direction }> | undefined;
  /** Hears what the form makes; nothing while it is not whole. */
  readonly onChange: (routes: readonly Route[]) => void;
  readonly about: About;
}

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
