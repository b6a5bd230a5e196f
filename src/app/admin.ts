import type { DownlinkPort } from "../integrations/downlinks/port.ts";
import type { AdminDeps, OperationsDeps, SessionTable } from "../admin/types.ts";
import type { Clock } from "../base/types.ts";
import { askPublish, askSubscribe } from "../broker/ask.ts";
import type { Broker } from "../broker/broker.ts";
import { inspectSession } from "../broker/inspect.ts";
import { selectSessions } from "../broker/listing.ts";
import { disconnectClient, disconnectPrincipal } from "../broker/rights.ts";
import type { TraceLines, TraceWish } from "../broker/types.ts";
import type { FleetService } from "../fleet/service.ts";
import { type Deletion, deletionOps, noted } from "../history/deletion.ts";
import { importRows } from "../history/import.ts";
import type { AlertPort } from "../integrations/alerts/port.ts";
import type { BrokerPort } from "../integrations/brokers/types.ts";
import type { RulePort } from "../integrations/rules/types.ts";
import type { SparkplugPort } from "../integrations/sparkplug/types.ts";
import type { WebhookPort } from "../integrations/webhooks/types.ts";
import type { AuditStore } from "../store/ports.ts";
import type { Engine } from "./engine.ts";
import { inspectLines } from "./inspect.ts";
import type { Stores } from "../store/stores.ts";
import type { Sweeps } from "./sweeps.ts";

/** What a running server has for use cases. */
export type ServedAdmin = Required<AdminDeps>;

/** What a running server does with devices and addresses elsewhere. */
interface GoingOut {
  readonly downlinks: { readonly port: DownlinkPort };
  readonly webhooks: WebhookPort;
  readonly alerts: AlertPort;
  readonly brokers: BrokerPort;
  readonly sparkplug: SparkplugPort;
  readonly rules: RulePort;
}

/** What use cases stand on in a running server, whichever way they are asked. */
export function adminDeps(
  engine: Engine,
  { data: store, fleet: file }: Stores,
  clock: Clock,
  fleet: FleetService,
  { downlinks, webhooks, alerts, brokers, sparkplug, rules }: GoingOut,
): ServedAdmin {
  const { directory, series, ingest, broker } = engine;
  return {
    directory,
    fleet,
    store,
    index: { open: async () => series, all: async () => series.refs() },
    audit: file,
    eraser: {
      erase: (deletion) => erase(engine, file, clock, deletion),
      // the directory's listener has queued it: this waits until it is durable
      forget: () => ingest.commits.durable(),
    },
    durable: () => ingest.commits.durable(),
    downlinks: downlinks.port,
    sessions: sessionTable(broker),
    webhooks,
    alerts,
    brokers,
    sparkplug,
    rules,
    access: {
      prefix: engine.topics.prefix,
      account: (key) => engine.authority.principalOf(key),
      publish: (who, topic) => askPublish(broker, who, topic),
      subscribe: (who, filter) => askSubscribe(broker, who, filter),
    },
  };
}

/** What the commands of this machine reach besides. */
export function commandDeps(
  engine: Engine,
  admin: ServedAdmin,
  { data: store }: Pick<Stores, "data">,
  sweeps: Sweeps,
  clock: Clock,
  believe: () => void,
): Omit<OperationsDeps, "people" | "shares" | "info"> {
  const { directory, authority, series, ingest, broker } = engine;
  return {
    ...admin,
    sweeps: {
      next: () => sweeps.next,
      async run() {
        believe();
        await sweeps.run(clock.micros());
        await ingest.commits.durable();
      },
    },
    importRows: (rows) =>
      importRows(rows, { directory, recorder: ingest, principal: authority.localOwner(), now: clock.micros() }),
    presence: (device) => {
      const { number: connectionNumber, ...connection } = broker.presence.of(device);
      const { time: seen, number: seenNumber } = series.seen(device);
      return { ...connection, connectionNumber, seen, seenNumber };
    },
    current: (device, field) => series.current(series.idOf(device, field) ?? 0),
    inspect: (wish) => inspectLines(engine, store, admin.fleet, wish),
  };
}

/** Deletes measurements of a range and notes it; resolves when that is durable. */
async function erase(
  { hub, ingest }: Engine,
  audit: Pick<AuditStore, "addAudit">,
  clock: Clock,
  deletion: Deletion,
): Promise<void> {
  const now = () => clock.micros();
  await noted(audit, now, deletion, () => {
    for (const op of deletionOps(deletion)) hub.operation(op);
    return ingest.commits.durable();
  });
}

/** What operators may do with sessions. */
function sessionTable(broker: Broker): SessionTable {
  return {
    select: (query) => selectSessions(broker, query),
    inspect: (principal, clientId) => inspectSession(broker, principal, clientId),
    disconnect: (principal, clientId) => disconnectClient(broker, principal, clientId),
    disconnectAll: (principal) => disconnectPrincipal(broker, principal),
    trace: (wish, seconds) => traceLines(broker, wish, seconds),
  };
}

function traceLines(broker: Broker, wish: TraceWish, seconds: number): TraceLines {
  const trace = broker.tracing.start(wish, seconds * 1e6);
  return { next: () => trace.next(), close: () => trace.end(broker.clock.micros(), null) };
}
