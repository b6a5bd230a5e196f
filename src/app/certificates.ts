import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "../base/errors.ts";
import type { Clock, Log, Micros } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import {
  ensureCertificates,
  type LocalCertificate,
  loadClientAuthority,
  loadOperatorCertificate,
  serverNames,
} from "../listen/certificates.ts";
import type { ListenerKeys, Listeners } from "../listen/listeners.ts";
import type { ClientCertificates } from "../listen/stream.ts";
import { watchFiles } from "../listen/watch.ts";

const DAY_MS = 24 * 3600 * 1000;
export const NEW_CA = "made a new local CA: give its file to the clients again";

interface Certificates extends ListenerKeys {
  /** The local CA's certificate; null with an operator's certificate. */
  readonly caFile: string | null;
  /** Why the local CA was made anew; null: it was not. */
  readonly renewed: string | null;
}

/** The operator's certificate or the one of the local CA, and whose client certificates are taken. @throws Refusal invalid_config */
export function certificatesOf(config: Config, clock: Clock): Certificates {
  const now = clock.trusted();
  const clients = clientsOf(config, now);
  if (config.tlsCert !== null && config.tlsKey !== null)
    return { ...loadOperatorCertificate(config.tlsCert, config.tlsKey, now), caFile: null, renewed: null, clients };
  return { ...localOf(config, now), clients };
}
/** Whose certificates the listeners show, for comparing with those of another server: see the column `authority` of nodes. */
export function authorityOf(certificates: Pick<Certificates, "caFile"> | null): string {
  if (certificates === null) return "";
  if (certificates.caFile === null) return "operator";
  return new Bun.CryptoHasher("sha256").update(readFileSync(certificates.caFile)).digest("hex");
}
/** Whether the operator's files can be used; nothing is made. @throws Refusal invalid_config */
export function checkFiles(config: Config, clock: Clock): void {
  const now = clock.trusted();
  clientsOf(config, now);
  if (config.tlsCert !== null && config.tlsKey !== null) loadOperatorCertificate(config.tlsCert, config.tlsKey, now);
}
function localOf(config: Config, now: Micros): LocalCertificate {
  return ensureCertificates(join(config.data, "tls"), serverNames(config.tlsName), now);
}
function clientsOf({ tlsClientCa, tlsClientCertificates: wanted }: Config, now: Micros): ClientCertificates | null {
  if (tlsClientCa === null || wanted === "off") return null;
  return { ca: loadClientAuthority(tlsClientCa, now), required: wanted === "required" };
}

/**
 * Takes over new certificates without dropping connections: the operator's and the client CA when the files change, the local one when a
 * day's look finds that it ends soon, or a look because the clock was set. A bad file keeps the old one and says so.
 */
export function renewCertificates(
  config: Config,
  listeners: Listeners,
  clock: Clock,
  log: Log,
): { look(): void; end(): void } {
  const { tlsCert, tlsKey, tlsClientCa } = config;
  const renew = (): void => {
    try {
      listeners.renew(certificatesOf(config, clock));
      log.info({ file: tlsCert ?? "local" }, "took over the new certificate");
    } catch (error) {
      const why = errorText(error);
      log.error({ file: tlsCert ?? "local", error: why }, "the new certificate is not usable; the old one stays");
    }
  };
  const own = [tlsCert, tlsKey, tlsClientCa].filter((file) => file !== null);
  const endWatching = own.length > 0 ? watchFiles(own, renew) : () => {};
  if (tlsCert !== null) return { look() {}, end: endWatching };
  const look = (): void => {
    try {
      const { made, renewed } = localOf(config, clock.trusted());
      if (renewed !== null) log.warn({ reason: renewed }, NEW_CA);
      if (made) renew();
    } catch (error) {
      log.error({ error: errorText(error) }, "the local certificates cannot be looked at; the old ones stay");
    }
  };
  const timer = setInterval(look, DAY_MS);
  return {
    look,
    end() {
      endWatching();
      clearInterval(timer);
    },
  };
}
