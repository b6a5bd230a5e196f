import { happeningsDone } from "../integrations/rules/outbox.ts";
import { Rules } from "../integrations/rules/rules.ts";
import type { Core } from "./core.ts";

/** Rules of the fleet; they are looked at when they are started. */
export function rulesOf({ engine, stores, clock, log }: Core): Rules {
  const { directory, authority, series, consumers, ingest, metrics } = engine;
  const { commits } = ingest;
  return new Rules({
    directory,
    authority,
    series,
    consumers,
    store: stores.data,
    commits,
    durable: () => commits.durable(),
    // nobody does anything with it yet
    taker: { take: (happened) => commits.operation(happeningsDone(happened.map(({ id }) => id))) },
    depthOf: () => 0,
    clock,
    log,
    metrics: metrics.rules,
  });
}
