import type { Config } from "../config/settings.ts";
import type { FreeFeed } from "../fanout/free-taps.ts";
import type { IntegrationsPort } from "../http/deps.ts";
import type { InstancePort } from "../http/instance/port.ts";
import { createHttp, type Http } from "../http/index.ts";
import type { HttpLimits } from "../http/limits.ts";
import { type OwnNames, ownNames } from "../http/kit/here.ts";
import { StaticFiles } from "../http/kit/static.ts";
import type { ServedAdmin } from "./admin.ts";
import { consoleFiles } from "./console-files.ts";
import type { Core } from "./core.ts";
import type { AmongNodes } from "./nodes.ts";
import type { Fleet } from "./fleet.ts";
import { lazyProvider } from "./people.ts";
import { positionsOf } from "./positions.ts";

/** Largest HTTP request, bytes. */
export const MAX_BODY = 1024 * 1024;

/** The HTTP side, for all listeners that speak it. */
export function makeHttp(
  { config, engine, stores, clock, log }: Core,
  admin: ServedAdmin,
  { people, shares }: Pick<Fleet, "people" | "shares">,
  integrations: IntegrationsPort,
  state: { readonly ready: boolean; readonly instance: InstancePort | null },
  among: Pick<AmongNodes, "port" | "drain">,
): Http {
  const { authority, series, metrics, ingest, hub, broker } = engine;
  const { data: store } = stores;
  return createHttp({
    ...admin,
    authority,
    series,
    presence: broker.presence,
    integrations,
    store,
    people: {
      service: people,
      fleet: admin.fleet,
      publicUrl: config.publicUrl,
      mail: config.smtpUrl !== null,
      provider: lazyProvider(config, log),
    },
    shares,
    events: { watch: (watcher) => ingest.eventLog.watch(watcher), read: (query) => store.readEvents(query) },
    live: { taps: hub.taps, fannedSeq: () => hub.fannedSeq, store, free: config.freeTopics ? freeFeed(hub) : null },
    metrics,
    clock,
    log,
    recorder: ingest,
    brakes: {
      failedLogin: (address) => {
        ingest.eventLog.seen({ kind: "login_refused", principal: "", remote: address, message: "a request over HTTP" });
        return broker.failures.failed(address, clock.steady());
      },
      record: (account, bytes) => broker.rates.request(account, bytes),
      later: (fn, ms) => void setTimeout(fn, ms),
    },
    files: filesOf(consoleFiles(), config.mapTiles),
    // it is made when the listeners are up
    get instance(): InstancePort | undefined {
      return state.instance ?? undefined;
    },
    positions: positionsOf(stores, engine),
    ownNames: namesOf(config),
    prefix: config.prefix,
    nodes: among.port,
    ready: () => state.ready && !among.drain.isOn && isReady(ingest, broker),
    limits: limitsOf(config),
  });
}

function limitsOf(config: Config): HttpLimits {
  return {
    maxBody: MAX_BODY,
    maxBatchRows: config.maxBatchRows,
    maxHistoryPoints: config.maxHistoryPoints,
    maxRequestRate: config.maxRequestRate,
    maxIntegrationRate: config.maxIntegrationRate,
    maxReads: config.maxReads,
    maxStreams: config.maxStreams,
    maxStreamBuffer: config.maxUnsentBytes,
  };
}

/** Whether it is sure of its store, takes data, and is not behind what other nodes commit. */
function isReady({ commits, isClockSet }: Core["engine"]["ingest"], { silence }: Core["engine"]["broker"]): boolean {
  return !silence.frozen && !commits.batcher.failing && isClockSet && commits.turns?.isBehind !== true;
}

function filesOf(files: ReturnType<typeof consoleFiles>, mapTiles: string | null): StaticFiles | undefined {
  return files && new StaticFiles(files, mapTiles);
}

function freeFeed(hub: Core["engine"]["hub"]): FreeFeed {
  const mayStillPublish: FreeFeed["mayStillPublish"] = (...asked) => hub.mayStillPublish(...asked);
  return { taps: hub.freeTaps, retained: hub.retained, mayStillPublish };
}

/** Under which programs of this machine ask for this server, besides the loopback's own. */
export function namesOf({ tlsName, publicUrl }: Config): OwnNames {
  return ownNames(tlsName, [publicUrl]);
}
