import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { errorText, Refusal } from "../../base/errors.ts";
import type { Config } from "../../config/settings.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const WHAT = "certificate";
const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/**
 * The certificate that the TLS listeners serve, or would serve. Looks only.
 * @param folder of the certificates that the server makes
 * @param now Unix time in ms
 */
export async function checkCertificate(
  config: Pick<Config, "tlsCert" | "tlsKey" | "tlsName" | "mqtts" | "https" | "wss">,
  folder: string,
  now: number,
): Promise<Check[]> {
  if (config.mqtts === null && config.https === null && config.wss === null)
    return [ok(WHAT, "not needed: no listener uses TLS")];
  const { loadOperatorCertificate, serverNames } = await import("../../listen/certificates.ts");
  if (config.tlsCert !== null && config.tlsKey !== null) {
    const { tlsCert, tlsKey } = config;
    try {
      loadOperatorCertificate(tlsCert, tlsKey, now * 1000);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [fail(WHAT, error.message, "give the right files with --tls-cert and --tls-key")];
    }
    const certificate = new X509Certificate(readFileSync(tlsCert));
    return [
      expiry(certificate, tlsCert, now, "renew it; the server takes the new file without a restart"),
      names(certificate),
    ];
  }
  const file = join(folder, "server.pem");
  if (!existsSync(file)) return [ok(WHAT, "none yet: a local CA and a certificate are made at the first start")];
  return localChecks(folder, file, now, serverNames(config.tlsName));
}

function localChecks(folder: string, file: string, now: number, wanted: readonly string[]): Check[] {
  const remake = `remove ${file} and restart the server: the same CA makes another`;
  let certificate: X509Certificate;
  let ca: X509Certificate;
  try {
    certificate = new X509Certificate(readFileSync(file));
    ca = new X509Certificate(readFileSync(join(folder, "ca.pem")));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(join(folder, "server-key.pem")))))
      return [fail(WHAT, `${file} and server-key.pem do not belong together`, remake)];
    if (!certificate.verify(ca.publicKey)) return [fail(WHAT, `${file} is not from the CA beside it`, remake)];
  } catch (error) {
    const why = errorText(error);
    return [
      fail(WHAT, `${folder} cannot be read: ${why}`, "restore it from a backup, or remove it to start with a new CA"),
    ];
  }
  const lacking = wanted.filter((name) => !covers(certificate, name));
  const authority = expiry(
    ca,
    join(folder, "ca.pem"),
    now,
    "restart the server: it makes a new CA, whose file the clients need",
  );
  if (authority.level === "fail") return [authority];
  const checks = [expiry(certificate, file, now, "restart the server: it makes a new one by the same CA")];
  if (lacking.length > 0)
    checks.push(
      warn(WHAT, `it lacks ${lacking.join(", ")}`, "restart the server: it makes a new one with them, by the same CA"),
    );
  else checks.push(names(certificate));
  return checks;
}

function covers(certificate: X509Certificate, name: string): boolean {
  return (
    (isIP(name) === 0 ? certificate.checkHost(name.replace(/^\*\./, "x.")) : certificate.checkIP(name)) !== undefined
  );
}

function expiry(certificate: X509Certificate, file: string, now: number, mend: string): Check {
  if (Date.parse(certificate.validFrom) > now) {
    const from = new Date(certificate.validFrom).toISOString().slice(0, 10);
    return fail(
      WHAT,
      `${file} is valid from ${from} on only: a clock that was ahead made it, or this one is behind`,
      mend,
    );
  }
  const days = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
  const until = new Date(certificate.validTo).toISOString().slice(0, 10);
  if (days < 0) return fail(WHAT, `${file} expired on ${until}`, mend);
  if (days < SOON_DAYS) return warn(WHAT, `${file} is valid for ${days} more days, until ${until}`, mend);
  return ok(WHAT, `${file} fits its key and is valid until ${until}`);
}

function names(certificate: X509Certificate): Check {
  const all = (certificate.subjectAltName ?? "").split(", ").map((name) => name.replace(/^(?:DNS|IP Address):/, ""));
  return ok(WHAT, `it is for ${all.join(", ")}`);
}
