import type { Subscription, Version } from "../../codec/index.ts";
import { learnsFromKept } from "../../bridges/maps/index.ts";
import { sidesOf, subscriptionOf } from "../../bridges/pattern.ts";
import type { RemoteLimits } from "../../bridges/client/types.ts";
import type { ForwardRoute, InRoute } from "../../bridges/types.ts";
import { covers } from "../../topic/algebra.ts";
import type { Broker } from "../../fleet/types.ts";
import { reasonWords } from "./words.ts";

interface Wanted {
  readonly subscription: Subscription;
  /** Places of the routes that it is for. */
  readonly routes: number[];
}
/** What is subscribed to at a remote, and what stands against it. */
export interface Subscribing {
  readonly wanted: readonly Wanted[];
  readonly troubles: Map<number, string>;
}

/**
 * What the routes listen to. A route that forwards both ways listens only where nothing that it says comes back: No Local of MQTT 5, or a
 * remote that knows bridges.
 */
export function subscribing(row: Broker, limits: RemoteLimits, isBridge: boolean): Subscribing {
  const wanted = new Map<string, Wanted>();
  const troubles = new Map<number, string>();
  for (const [i, route] of row.routes.entries()) {
    if (route.direction === "out" || (route.direction === "forward" && route.way === "out")) continue;
    const isForward = route.direction === "forward";
    const filter = isForward ? sidesOf(route).remote : subscriptionOf(route.filter);
    if (isForward && route.way === "both" && limits.version !== 5 && !isBridge) {
      troubles.set(
        i,
        "It speaks MQTT 3.1.1 and does not know bridges: what goes there would come back. It is forwarded out, and not in.",
      );
      continue;
    }
    if (!limits.wildcards && /[+#]/.test(filter)) {
      troubles.set(i, `It has no subscriptions with wildcards, and ${filter} has one.`);
      continue;
    }
    const qos = route.qos > limits.maxQos ? limits.maxQos : route.qos;
    const known = wanted.get(filter);
    known?.routes.push(i);
    const before = known?.subscription;
    wanted.set(filter, {
      routes: known?.routes ?? [i],
      subscription: {
        filter,
        qos: before !== undefined && before.qos > qos ? before.qos : qos,
        // No Local [MQTT-3.8.3-3]; what is kept is compared for what is forwarded (MQTT 5), and told once otherwise
        noLocal: limits.version === 5,
        // of what a map reads, the flag says what the remote had kept, and what is news
        retainAsPublished: isForward || before?.retainAsPublished === true,
        retainHandling: retainHandlingOf(route, limits.version),
      },
    });
  }
  return { wanted: withoutCovered([...wanted.values()]), troubles };
}
/** Some remotes send a message once for each subscription that it matches: one that another covers, and that hears as much of what is kept, is left to that. */
function withoutCovered(all: readonly Wanted[]): Wanted[] {
  const isIn = ({ subscription: outer }: Wanted, { subscription: inner }: Wanted) =>
    outer.retainHandling === inner.retainHandling && covers(outer.filter, inner.filter);
  return all.flatMap((one) => {
    if (all.some((other) => other !== one && isIn(other, one))) return [];
    const own = all.filter((other) => isIn(one, other));
    const qos = Math.max(...own.map(({ subscription }) => subscription.qos));
    const subscription: Subscription = { ...one.subscription, qos: qos === 2 ? 2 : qos === 1 ? 1 : 0 };
    return [{ routes: own.flatMap(({ routes }) => routes), subscription }];
  });
}

/** Of MQTT 5: 2: nothing that is kept, 1: once, 0: at each connection. */
function retainHandlingOf(route: InRoute | ForwardRoute, version: Version): 0 | 1 | 2 {
  if (route.direction === "forward") return version === 5 ? 2 : 1;
  return learnsFromKept(route.map) ? 0 : 1;
}

/** What the answers to a SUBSCRIBE mean for the routes. */
export function answered(
  version: Version,
  { wanted, troubles }: Subscribing,
  asked: readonly Subscription[],
  reasons: readonly number[],
): string[] {
  return asked.flatMap(({ filter, qos }, i) => {
    const reason = reasons[i] ?? 0x80;
    if (reason < 0x80) return reason < qos ? [`It gives ${filter} at QoS ${reason}, and ${qos} was asked for.`] : [];
    const text = `It does not let us subscribe to ${filter}. ${reasonWords(version, version === 5 ? reason : 5)}`;
    for (const place of wanted.find(({ subscription }) => subscription.filter === filter)?.routes ?? [])
      troubles.set(place, text);
    return [text];
  });
}
