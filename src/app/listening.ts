import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import type { Http } from "../http/index.ts";
import { Listeners } from "../listen/listeners.ts";
import { trustedPeers } from "../listen/trusted.ts";
import { certificatesOf, NEW_CA } from "./certificates.ts";
import type { Core } from "./core.ts";
import type { Engine } from "./engine.ts";
import { OpenFiles } from "./files.ts";
import { MAX_BODY, namesOf } from "./http.ts";
import { anySecure, listenerPlans } from "./listeners.ts";
import { placesOf } from "./places.ts";
import { Strangers } from "./strangers.ts";

/** Certificates and plans of listeners: made before the fleet, so that a start that cannot listen has made nothing. */
export function planListening({ config, clock, log }: Core) {
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

/** Opens the listeners. @throws Refusal invalid_config, when a port is taken */
export function openListening(
  { config, engine, log, undo }: Core,
  { plans, certificates }: ReturnType<typeof planListening>,
  http: Http,
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
  const listeners = makeListeners(config, engine, http, strangers, files, log);
  listeners.start(plans, certificates);
  undo.push(() => listeners.stop());
  return { listeners, strangers, files };
}

/** The listeners, which share one broker and one HTTP side. */
function makeListeners(
  config: Config,
  { broker, metrics }: Engine,
  http: Http,
  strangers: Strangers,
  files: OpenFiles,
  log: Log,
): Listeners {
  return new Listeners({
    accept: (wire) => (files.refuses(wire) ? null : broker.accept(wire)),
    http: (request, info) => http.fetch(request, info),
    maxBody: MAX_BODY,
    maxPacket: config.maxPacket,
    ownNames: namesOf(config),
    places: placesOf(config, metrics, log, files),
    log,
    trusts: trustedPeers(config.proxyFrom),
    proxied: config.proxyProtocol,
    onRefused: (...refused) => strangers.refused(...refused),
  });
}
