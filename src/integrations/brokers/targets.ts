import { sidesOf } from "../../bridges/pattern.ts";
import type { ForwardRoute, OutRoute } from "../../bridges/types.ts";
import type { Broker } from "../../fleet/types.ts";
import { matches } from "../../topic/names.ts";
import type { BrokerNeeds } from "./needs.ts";
import { RouteMaker } from "./route-maker.ts";

/** A route by which something leaves. */
export interface Target {
  readonly place: number;
  readonly filter: string;
  readonly route: OutRoute | (ForwardRoute & { readonly remote: string });
  readonly maker: RouteMaker | null;
}
/** Topics whose routes are remembered. */
const MOST_KNOWN = 20_000;

/** The routes of one remote by which something leaves, and which of them a topic has. */
export class Targets {
  private readonly all: readonly Target[];
  /** By local topic. */
  private known = new Map<string, readonly Target[]>();

  constructor({ topics, call }: Pick<BrokerNeeds, "topics" | "call">, row: Broker) {
    this.all = row.routes.flatMap((route, place): Target[] => {
      if (route.direction === "in" || (route.direction === "forward" && route.way === "in")) return [];
      const local = route.direction === "out" ? route.filter : sidesOf(route).local;
      const filter = topics.canonicalFilter(local).canonical;
      if (route.direction === "out") return [{ place, filter, route, maker: new RouteMaker(route, call) }];
      return [{ place, filter, route: { ...route, remote: sidesOf(route).remote }, maker: null }];
    });
  }
  get any(): boolean {
    return this.all.length > 0;
  }
  /** Names may have changed. */
  forget(): void {
    this.known = new Map();
  }
  of(topic: string): readonly Target[] {
    const known = this.known.get(topic);
    if (known !== undefined) return known;
    const found = this.all.filter(({ filter }) => matches(filter, topic));
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(topic, found);
    return found;
  }
}
