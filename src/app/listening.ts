import type { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import type { Wire } from "../broker/wire.ts";
import type { Config } from "../config/settings.ts";
import type { Http } from "../http/index.ts";
import { Listeners } from "../listen/listeners.ts";
import type { Accept } from "../listen/stream.ts";
import { trustedPeers } from "../listen/trusted.ts";
import type { WebOptions } from "../listen/web.ts";
import { certificatesOf, NEW_CA } from "./certificates.ts";
import type { Core } from "./core.ts";
import { OpenFiles } from "./files.ts";
import { MAX_BODY, namesOf } from "./http.ts";
import { anySecure, listenerPlans } from "./listeners.ts";
import { placesOf } from "./places.ts";
import { silenced } from "./silenced.ts";
import { Strangers } from "./strangers.ts";

/** Certificates and plans of listeners: made before the fleet, so that a start that cannot listen has made nothing. */
export function planListening({ config, clock, log }: Pick<Core, "config" | "clock" | "log">) {
  const plans = listenerPlans(config);
  const certificates = anySecure(plans) ? certificatesOf(config, clock) : null;
  if (certificates?.renewed != null) log.warn({ reason: certificates.renewed }, NEW_CA);
  return { plans, certificates };
}

/** Open listeners, and what looks after them. */
export interface Listening {
  readonly listeners: Listeners;
  readonly strangers: Strangers;
  readonly files: OpenFiles;
}

/** Opens the listeners. @param room where clients were told to wait until now @throws Refusal invalid_config, when a port is taken */
export function openListening(
  { config, engine, log, undo }: Core,
  { plans, certificates }: ReturnType<typeof planListening>,
  http: Http,
  room: { handOver(http: Http["fetch"]): void } | null,
): Listening {
  const strangers = new Strangers(
    engine.metrics,
    log,
    (event) => engine.ingest.eventLog.seen(event),
    () => performance.now(),
  );
  const files = new OpenFiles(engine.metrics, log);
  files.tick();
  undo.push(() => files.letGo());
  const { broker, metrics } = engine;
  const takers = {
    accept: (wire: Wire) => broker.accept(wire),
    http: silenced(http, broker.silence),
    onRefused: (...refused: Parameters<Strangers["refused"]>) => strangers.refused(...refused),
  };
  const listeners = makeListeners(config, metrics, takers, files, log);
  room?.handOver(takers.http);
  listeners.start(plans, certificates);
  undo.push(() => listeners.stop());
  return { listeners, strangers, files };
}

/** Who gets what comes in. */
interface Takers {
  readonly accept: Accept;
  readonly http: NonNullable<WebOptions["http"]>;
  readonly onRefused: (...refused: Parameters<Strangers["refused"]>) => void;
}

/** The listeners, which share one way to MQTT and one to HTTP. */
export function makeListeners(
  config: Config,
  metrics: Metrics,
  { accept, http, onRefused }: Takers,
  files: OpenFiles,
  log: Log,
): Listeners {
  return new Listeners({
    accept: (wire) => (files.refuses(wire) ? null : accept(wire)),
    http,
    maxBody: MAX_BODY,
    maxPacket: config.maxPacket,
    ownNames: namesOf(config),
    places: placesOf(config, metrics, log, files),
    log,
    trusts: trustedPeers(config.proxyFrom),
    proxied: config.proxyProtocol,
    onRefused,
  });
}
