import { sidesOf, subscriptionOf } from "../../bridges/pattern.ts";
import { errorText } from "../../base/errors.ts";
import type { Broker } from "../../fleet/types.ts";
import { StepFailed } from "./dial.ts";
import { type LoggedIn, logIn } from "./login.ts";
import type { BrokerNeeds } from "./needs.ts";
import type { BrokerTest } from "./types.ts";
import { reasonWords } from "./words.ts";

/** ms until a SUBSCRIBE is answered. */
const SUBSCRIBE_MS = 10_000;

/** Tries one address, step by step, beside the connection that there is. */
export async function tryAddress(needs: BrokerNeeds, row: Broker, address: string): Promise<BrokerTest> {
  const steps: BrokerTest["steps"][number][] = [];
  let begun = needs.clock.steady();
  const step = (name: BrokerTest["steps"][number]["step"], ok: boolean, text: string) => {
    const now = needs.clock.steady();
    steps.push({ step: name, ok, ms: Math.round((now - begun) / 1000), text });
    begun = now;
  };
  try {
    const loggedIn = await logIn(address, row, true, {
      reach: (url) => needs.reach(url),
      step: (name, text) => step(name, true, text),
      now: () => needs.clock.steady(),
      maxPacket: needs.maxPacket,
    });
    const filters = filtersOf(row);
    if (filters.length === 0) loggedIn.link.end("It was a test.");
    else step("subscribe", true, await subscribe(needs, loggedIn, filters));
    return { address, steps, ok: true };
  } catch (error) {
    const [name, text] =
      error instanceof StepFailed ? [error.step, error.message] : (["login", errorText(error)] as const);
    step(name, false, text);
    return { address, steps, ok: false };
  }
}
function filtersOf({ routes }: Broker): string[] {
  const filters = routes.flatMap((route) => {
    if (route.direction === "in") return [subscriptionOf(route.filter)];
    return route.direction === "forward" && route.way !== "out" ? [sidesOf(route).remote] : [];
  });
  return [...new Set(filters)].slice(0, 50);
}
/** @returns what came of it, in words @throws StepFailed */
function subscribe(
  needs: BrokerNeeds,
  { link, version, connack }: LoggedIn,
  filters: readonly string[],
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const failed = (text: string) => reject(new StepFailed("subscribe", text));
  link.hear({
    packet(packet) {
      if (packet.type !== "suback") return;
      const bad = packet.reasonCodes.findIndex((code) => code >= 0x80);
      if (bad < 0) resolve(`It lets us subscribe to ${filters.join(", ").slice(0, 500)}.`);
      else
        failed(
          `It does not let us subscribe to ${filters[bad]}. ${reasonWords(version, version === 5 ? (packet.reasonCodes[bad] ?? 0x80) : 5)}`,
        );
      link.end("It was a test.");
    },
    closed: (reason) => failed(reason),
    drain: () => {},
  });
  if (connack.properties?.wildcardSubscriptionAvailable === false && filters.some((filter) => /[+#]/.test(filter)))
    failed("It has no subscriptions with wildcards.");
  const subscriptions = filters.map((filter) => ({
    filter,
    qos: 0 as const,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 2 as const,
  }));
  link.send({ type: "subscribe", packetId: 1, subscriptions });
  needs.later(() => failed("It does not answer the SUBSCRIBE."), SUBSCRIBE_MS);
  return promise.finally(() => link.end("It was a test."));
}
