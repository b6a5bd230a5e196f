import { join } from "node:path";
import type { Clock, Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import { ensureCertificates, loadOperatorCertificate, serverNames } from "../listen/certificates.ts";
import type { Doors } from "../listen/doors.ts";
import { watchFiles } from "../listen/watch.ts";

const DAY_MS = 24 * 3600 * 1000;

export interface Certificates {
  readonly certPem: string;
  readonly keyPem: string;
  /** The local CA's certificate; null with an operator's certificate. */
  readonly caFile: string | null;
}

/** The operator's certificate, or the one of the local CA. @throws Refusal invalid_config */
export function certificatesOf(config: Config, clock: Clock): Certificates {
  if (config.tlsCert !== null && config.tlsKey !== null)
    return { ...loadOperatorCertificate(config.tlsCert, config.tlsKey, clock.micros()), caFile: null };
  return ensureCertificates(join(config.data, "tls"), serverNames(config.tlsName), clock.micros());
}

/**
 * Takes over new certificates without dropping connections: the operator's when the files change, the local one when a
 * day's look finds that it ends soon. A bad file keeps the old one and says so. Returns what ends it.
 */
export function renewCertificates(config: Config, doors: Doors, clock: Clock, log: Log): () => void {
  const { tlsCert, tlsKey } = config;
  const renew = (): void => {
    try {
      doors.renew(certificatesOf(config, clock));
      log.info({ file: tlsCert ?? "local" }, "took over the new certificate");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.error({ file: tlsCert ?? "local", error: why }, "the new certificate is not usable; the old one stays");
    }
  };
  if (tlsCert !== null && tlsKey !== null) return watchFiles([tlsCert, tlsKey], renew);
  const timer = setInterval(() => {
    const made = ensureCertificates(join(config.data, "tls"), serverNames(config.tlsName), clock.micros()).made;
    if (made) renew();
  }, DAY_MS);
  return () => clearInterval(timer);
}
