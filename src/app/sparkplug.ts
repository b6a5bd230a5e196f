import type { InboundParts } from "../integrations/open.ts";
import { SparkplugHosts } from "../integrations/sparkplug/hosts.ts";
import type { Core } from "./core.ts";

/** Hosts of Sparkplug B of the fleet; they hear when they are started. */
export function sparkplugOf(
  { config, engine, stores, clock, log }: Core,
  { making, suggestions, passed }: Pick<InboundParts, "making" | "suggestions" | "passed">,
): SparkplugHosts {
  const { directory, authority, consumers, ingest, broker } = engine;
  return new SparkplugHosts({
    directory,
    authority,
    consumers,
    store: stores.data,
    commits: ingest.commits,
    each: ingest.each,
    making,
    suggestions,
    passed,
    publish: (principal, client, message) => ingest.messages.publish(principal, client, message),
    present: (speaker, device) => broker.presence.hold(speaker, device, clock.micros()),
    clock,
    log,
    root: `${config.prefix}-pub`,
    later: (fn, ms) => void setTimeout(fn, ms).unref(),
  });
}
