import type { RuleNeeds } from "../integrations/rules/needs.ts";
import { Rules } from "../integrations/rules/rules.ts";
import type { Core } from "./core.ts";

/** Rules of the fleet; they are looked at when they are started. @param ends who takes over what happens, and knows what rules wrote */
export function rulesOf({ engine, stores, clock, log }: Core, ends: Pick<RuleNeeds, "taker" | "depthOf">): Rules {
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
    ...ends,
    clock,
    log,
    metrics: metrics.rules,
  });
}
