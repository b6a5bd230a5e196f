import { createPrivateKey, X509Certificate } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { EARLIEST_CLOCK } from "../base/clock.ts";
import { errorText, Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import { type KeyPair, makeAuthority, makeServerCertificate } from "./authority.ts";

/** What a TLS listener serves, as PEM text. */
export interface Certificate extends KeyPair {
  /** Its last moment. */
  readonly notAfter: Micros;
}

export interface LocalCertificate extends Certificate {
  /** The file to give to clients. */
  readonly caFile: string;
  /** Whether the server certificate was made just now. */
  readonly made: boolean;
  /** Why the CA was made anew, for people; null: it was not, or it is the first. */
  readonly renewed: string | null;
}

const DAY_US = 86_400_000_000;
/** A certificate with less left is made anew at the next look. */
const RENEW_US = 30 * DAY_US;

/** Names for a certificate of this machine: localhost, the host name, every address of every interface, and `further`. */
export function serverNames(further: readonly string[] = []): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address));
  const names = ["localhost", hostname(), "127.0.0.1", "::1", ...addresses, ...further];
  return [...new Set(names.map((name) => plainName(name)))].filter((name) => isIP(name) !== 0 || DNS.test(name));
}
const DNS = /^(?=.{1,253}$)(?:\*\.)?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;

/**
 * The local CA and the server certificate in `dir` (wire contract section 1); makes what is missing. The server
 * certificate is made anew, by the same CA, when it lacks one of the names or has less than 30 days left; the CA only
 * when it is itself about to end, or is not valid yet: a clock that was ahead made it. Keys have mode 0600.
 *
 * @param names DNS names and IP addresses that clients connect to
 * @throws Refusal invalid_config when the CA's files are damaged: a new one would lock out every client that trusts it
 */
export function ensureCertificates(dir: string, names: readonly string[], now: Micros): LocalCertificate {
  const caFile = join(dir, "ca.pem");
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const aside = setAside(dir, now);
  const kept = readAuthority(dir, now);
  const ended = kept === null && aside === null && existsSync(caFile) ? `${caFile} has ended, or ends soon` : null;
  const renewed = aside ?? ended;
  const present = kept === null ? null : readServer(dir, kept.certificate, names, now);
  if (present !== null) return { ...present, caFile, made: false, renewed: null };
  const ca = kept ?? newAuthority(dir, now);
  if (ca.keyPem === null)
    throw new Refusal(
      "invalid_config",
      `${join(dir, "ca-key.pem")} is missing, so no new server certificate can be made: restore it, or remove ${dir} to start with a new CA`,
    );
  const pair = makeServerCertificate({ certPem: ca.certPem, keyPem: ca.keyPem }, names, now);
  // the key first: a crash in between leaves a pair that does not match, which is made anew at the next start
  writePrivately(join(dir, "server-key.pem"), pair.keyPem);
  writeWhole(join(dir, "server.pem"), pair.certPem, 0o644);
  return { ...pair, notAfter: endOf(new X509Certificate(pair.certPem)), caFile, made: true, renewed };
}

/**
 * An operator's own certificate (a chain is welcome) and key.
 * @throws Refusal invalid_config: one line that names the file and what is wrong with it
 */
export function loadOperatorCertificate(certFile: string, keyFile: string, now: Micros): Certificate {
  const certPem = readPem(certFile, "certificate");
  const keyPem = readPem(keyFile, "private key");
  const certificate = orRefuse(certFile, "is not a PEM certificate", () => new X509Certificate(certPem));
  if (/ENCRYPTED/.test(keyPem)) throw wrong(keyFile, "is encrypted with a passphrase; give the key without one");
  const key = orRefuse(keyFile, "is not a PEM private key", () => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) throw wrong(keyFile, `is not the key of ${certFile}`);
  const ends = endOf(certificate);
  if (ends < now) throw wrong(certFile, `expired on ${certificate.validTo}`);
  if (beginOf(certificate) > now)
    throw wrong(certFile, `is not valid before ${certificate.validFrom}; is the clock right?`);
  return { certPem, keyPem, notAfter: ends };
}

/**
 * The authority that signs the certificates of clients: one certificate, or several.
 * @returns PEM text
 * @throws Refusal invalid_config: one line that names the file and what is wrong with it
 */
export function loadClientAuthority(file: string, now: Micros): string {
  const text = readPem(file, "certificate authority of client certificates");
  const parts = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (parts.length === 0) throw wrong(file, "is not a PEM certificate");
  for (const part of parts) {
    const certificate = orRefuse(file, "is not a PEM certificate", () => new X509Certificate(part));
    if (!certificate.ca) throw wrong(file, "is no certificate authority (its basic constraints do not say CA)");
    if (endOf(certificate) < now) throw wrong(file, `expired on ${certificate.validTo}`);
  }
  return parts.join("\n");
}

interface Authority {
  readonly certPem: string;
  /** null when the file is absent: then it can vouch for what exists, and sign nothing. */
  readonly keyPem: string | null;
  readonly certificate: X509Certificate;
}

/**
 * A CA that is not valid yet is of no use to anybody: it goes aside, with its key, for the case that it is today's clock that
 * is wrong. @returns why, for people; null: nothing was done
 */
function setAside(dir: string, now: Micros): string | null {
  const file = join(dir, "ca.pem");
  const pem = readIfPresent(file);
  if (pem === null || now < EARLIEST_CLOCK) return null;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return null; // whoever reads it next says so
  }
  const begin = beginOf(certificate);
  // by less it is rather this clock that is behind, and the CA stays
  if (begin - now <= RENEW_US) return null;
  const from = new Date(begin / 1000).toISOString().slice(0, 10);
  for (const name of ["ca.pem", "ca-key.pem"]) {
    const path = join(dir, name);
    if (existsSync(path)) renameSync(path, `${path}.from-${from}`);
  }
  return `${file} is valid from ${from} on only: a clock that was ahead made it (it is kept beside as ca.pem.from-${from})`;
}

/** The CA of the folder; null when there is none, or when it is about to end. */
function readAuthority(dir: string, now: Micros): Authority | null {
  const file = join(dir, "ca.pem");
  const certPem = readIfPresent(file);
  if (certPem === null) return null;
  const wayOut = `restore it, or remove ${dir} to start with a new CA`;
  const certificate = orRefuse(file, `is damaged: ${wayOut}`, () => new X509Certificate(certPem));
  if (endOf(certificate) - now < RENEW_US) return null;
  const keyFile = join(dir, "ca-key.pem");
  const keyPem = readIfPresent(keyFile);
  if (keyPem !== null) {
    const key = orRefuse(keyFile, `is damaged: ${wayOut}`, () => createPrivateKey(keyPem));
    if (!certificate.checkPrivateKey(key)) throw wrong(keyFile, `is not the key of ${file}: ${wayOut}`);
    if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
      throw wrong(keyFile, `is not an ECDSA P-256 key: ${wayOut}`);
  }
  return { certPem, keyPem, certificate };
}

function newAuthority(dir: string, now: Micros): Authority {
  const { certPem, keyPem } = makeAuthority(now);
  writePrivately(join(dir, "ca-key.pem"), keyPem);
  writeWhole(join(dir, "ca.pem"), certPem, 0o644);
  return { certPem, keyPem, certificate: new X509Certificate(certPem) };
}

/** The server certificate of the folder, or null when it has to be made anew. */
function readServer(dir: string, ca: X509Certificate, names: readonly string[], now: Micros): Certificate | null {
  const certPem = readIfPresent(join(dir, "server.pem"));
  const keyPem = readIfPresent(join(dir, "server-key.pem"));
  if (certPem === null || keyPem === null) return null;
  try {
    const certificate = new X509Certificate(certPem);
    const notAfter = endOf(certificate);
    const sound =
      certificate.checkIssued(ca) &&
      certificate.verify(ca.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(keyPem)) &&
      beginOf(certificate) <= now &&
      notAfter - now >= RENEW_US &&
      names.every((name) => namesIt(certificate, name));
    return sound ? { certPem, keyPem, notAfter } : null;
  } catch {
    return null; // damaged: the CA makes another
  }
}

function namesIt(certificate: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name.replace(/^\*\./, "x.")) : certificate.checkIP(name);
  return found !== undefined;
}

/** Lower case, without the zone of a link-local address and the root's dot. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/%.*$/, "").replace(/\.$/, "");
}

function endOf(certificate: X509Certificate): Micros {
  return Date.parse(certificate.validTo) * 1000;
}
function beginOf(certificate: X509Certificate): Micros {
  return Date.parse(certificate.validFrom) * 1000;
}

function readIfPresent(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null; // every error of fs has a code
    throw wrong(file, `cannot be read (${errorText(error)})`);
  }
}

function readPem(file: string, what: string): string {
  const text = readIfPresent(file);
  if (text === null) throw wrong(file, `does not exist; it should hold the ${what} of the TLS listeners`);
  return text;
}

function writePrivately(file: string, text: string): void {
  writeWhole(file, text, 0o600);
}

/** Writes to the side and renames, so that a crash never leaves half a file. */
function writeWhole(file: string, text: string, mode: number): void {
  const aside = `${file}.new`;
  const handle = openSync(aside, "w", mode);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(aside, file);
}

function orRefuse<T>(file: string, problem: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw wrong(file, problem);
  }
}

function wrong(file: string, problem: string): Refusal {
  return new Refusal("invalid_config", `${file} ${problem}`);
}
