import { Webhooks } from "../integrations/webhooks/webhooks.ts";
import type { Core } from "./core.ts";
import { outgoingOf } from "./going-to.ts";

/** ms until an endpoint must have answered, and bytes of its answer that are read. */
const TIMEOUT = 20_000;
const MOST_ANSWER = 4096;

/** Webhooks of the fleet; they send when they are started. */
export function webhooksOf({ config, engine, stores, service, clock, log }: Core): Webhooks {
  const { directory, authority, series, consumers, ingest, hub, metrics } = engine;
  return new Webhooks({
    directory,
    fleet: service,
    authority,
    series,
    consumers,
    store: stores.data,
    operation: (op) => hub.operation(op),
    durable: () => ingest.commits.durable(),
    post: outgoingOf({ config, stores }, TIMEOUT, MOST_ANSWER),
    clock,
    log,
    chance: Math.random,
    later: (fn, ms) => void (ms <= 0 ? setImmediate(fn) : setTimeout(fn, Math.min(ms, LONGEST_TIMER)).unref()),
    tell: (event) => ingest.eventLog.seen(event),
    metrics,
  });
}
/** ms; longer ones the platform takes for none. */
const LONGEST_TIMER = 2_147_483_647;
