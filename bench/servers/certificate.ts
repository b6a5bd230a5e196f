/** The certificate that all servers of a run show: ECDSA P-256, signed by itself, for this run alone. */
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** For servers that show none. */
export const NO_CERTIFICATE: Certificate = { certFile: "", keyFile: "" };

/** Makes it in `folder`, the first time that it is asked for. Throws with what to do when openssl is not installed. */
export function makeCertificate(folder: string): Certificate {
  const certificate = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
  if (existsSync(certificate.certFile)) return certificate;
  const program = Bun.which("openssl");
  if (!program)
    throw new Error("openssl is not installed, which makes the certificate (on Debian: apt install openssl)");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", certificate.keyFile];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const command = [program, "req", "-x509", "-days", "2", ...key, ...names, "-out", certificate.certFile];
  const made = Bun.spawnSync(command, { stdout: "ignore", stderr: "pipe" });
  if (made.exitCode !== 0) throw new Error(`openssl made no certificate: ${made.stderr.toString().trim()}`);
  return certificate;
}
