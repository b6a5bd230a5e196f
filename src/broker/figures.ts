import { publishPlain } from "../fanout/platform-messages.ts";
import type { Outlet } from "../fanout/outlet.ts";
import type { BrokerContext } from "./context.ts";

const utf8 = new TextEncoder();

/** The figures under `$SYS/broker/`, by the names that operators know from other brokers. */
function figures(
  context: BrokerContext,
  version: string,
  startedAt: number,
): [topic: string, value: string | number][] {
  const { metrics: m, clock } = context;
  return [
    ["version", `fieldcast ${version}`],
    ["uptime", Math.floor((clock.steady() - startedAt) / 1e6)],
    ["clients/connected", m.connections],
    ["clients/total", m.sessions],
    ["subscriptions/count", m.subscriptions],
    ["messages/received", m.publishesReceived],
    ["messages/sent", m.deliveries],
    ["messages/stored", m.measurementsRecorded],
    ["retained messages/count", m.retainedMessages()],
    ["messages/dropped", m.qos0Dropped + m.queueDropped + m.storedDropped + m.sharedDropped],
    ["bytes/received", m.bytesReceived],
    ["bytes/sent", m.bytesSent],
    ["publish/refused", [...m.refusals.values()].reduce((sum, n) => sum + n, 0)],
    ["store/commits", m.commits],
    ["store/commits/failed", m.commitsFailed],
  ];
}

/** Publishes `$SYS/broker/…` to those who may (instance permission operate); `only` one who has just subscribed. */
export function publishFigures(context: BrokerContext, version: string, startedAt: number, only?: Outlet): void {
  for (const [name, value] of figures(context, version, startedAt)) {
    const topic = `$SYS/broker/${name}`;
    const to = only ? { outlet: only, retain: true } : undefined;
    publishPlain(context.hub, topic, topic.split("/"), utf8.encode(String(value)), 1, (o) => o.principal.operate, to);
  }
}
