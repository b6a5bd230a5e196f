import type { Sandbox } from "../decoders/sandbox.ts";
import { BrokerArrivals } from "../integrations/brokers/arrivals.ts";
import { Brokers } from "../integrations/brokers/brokers.ts";
import type { Inbound } from "../integrations/inbound/inbound.ts";
import { Outgoing } from "../outgoing/outgoing.ts";
import type { Core } from "./core.ts";

/** External brokers of the fleet; they are connected when they are started. */
export function brokersOf(
  { config, engine, stores, clock, log }: Core,
  sandbox: Pick<Sandbox, "call">,
  inbound: Inbound,
): Brokers {
  const { directory, authority, series, consumers, ingest, hub, topics, metrics } = engine;
  const outgoing = new Outgoing({ allow: config.allowOutgoing, timeout: 1, maxAnswer: 1 });
  const arrivals = new BrokerArrivals({ directory, authority, inbound, clock });
  return new Brokers({
    directory,
    authority,
    series,
    consumers,
    ingest,
    topics,
    store: stores.data,
    operation: (op) => hub.operation(op),
    durable: () => ingest.commits.durable(),
    reach: (url) => outgoing.reach(url),
    whyNever: (url) => outgoing.whyNever(url),
    arrived: (message, account) => arrivals.arrived(message, account),
    asks: (broker, isDue) => arrivals.asks(broker, isDue),
    call: (call) => sandbox.call(call),
    maxPacket: config.maxPacket,
    clock,
    log,
    chance: Math.random,
    later: (fn, ms) => void (ms <= 0 ? setImmediate(fn) : setTimeout(fn, ms).unref()),
    tell: (event) => ingest.eventLog.seen(event),
    metrics,
  });
}
