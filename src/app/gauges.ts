import type { Metrics } from "../base/metrics.ts";
import type { Broker } from "../broker/broker.ts";

/** Figures that are read when somebody asks for them. */
export function gauges(metrics: Metrics, broker: Broker): void {
  metrics.outboxBytes = () => {
    let sum = 0;
    for (const c of broker.connections) sum += c.box.unsent;
    return sum;
  };
  metrics.queuedMessages = () => {
    let sum = 0;
    for (const s of broker.sessions.values()) sum += s.outlet.waiting;
    for (const group of broker.hub.shares.values()) sum += group.waiting;
    return sum;
  };
  metrics.queuedBytes = () => broker.hub.memory.bytes;
  metrics.pendingRows = () => broker.ingest.commits.batch.count;
  metrics.logRow = () => broker.hub.fannedSeq;
  metrics.retainedMessages = () => broker.hub.retained.count;
  metrics.freeRouteWeight = () => broker.hub.routes.free.weight;
  metrics.freeRoutesDropped = () => broker.hub.routes.free.dropped;
  metrics.retainedBytes = () => broker.hub.retained.bytes;
}
