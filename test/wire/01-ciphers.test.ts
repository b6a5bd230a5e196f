import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions } from "node:tls";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const folder = mkdtempSync(join(tmpdir(), "fieldcast-rsa-"));
let server: TestServer;
const openssl = Bun.which("openssl") !== null;
beforeAll(async () => {
  if (!openssl) return;
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"];
  expect(Bun.spawnSync(["openssl", ...args, "-keyout", key, "-out", cert]).exitCode).toBe(0);
  server = await startServer({ flags: ["--tls-cert", cert, "--tls-key", key] });
});
afterAll(async () => {
  if (openssl) await server.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The cipher that a client gets, which knows this alone; null: none. */
async function cipher(listener: "mqtts" | "https" | "wss", options: ConnectionOptions): Promise<string | null> {
  const host = { host: "127.0.0.1", port: server.ports[listener], rejectUnauthorized: false };
  let answer: string | null | undefined;
  const socket = connect({ ...host, ...options }, () => {
    answer = socket.getCipher().name;
  });
  socket.on("error", () => {
    answer ??= null;
  });
  const name = await until("the handshake", () => answer !== undefined && { answer });
  socket.destroy();
  return name.answer;
}

for (const listener of ["mqtts", "https", "wss"] as const)
  test.skipIf(!openssl).each([
    ["AES128-SHA", false],
    ["AES128-GCM-SHA256", false],
    ["AES256-SHA", false],
    ["ECDHE-RSA-AES128-SHA", false],
    ["ECDHE-RSA-AES128-GCM-SHA256", true],
    ["ECDHE-RSA-AES256-GCM-SHA384", true],
    ["ECDHE-RSA-CHACHA20-POLY1305", true],
  ])(`--${listener} with an RSA certificate, TLS 1.2 and %s: %p`, async (name, taken) => {
    expect(await cipher(listener, { maxVersion: "TLSv1.2", ciphers: name })).toBe(taken ? name : null);
  });
test.skipIf(!openssl)("an RSA certificate and TLS 1.3", async () => {
  expect(await cipher("mqtts", { minVersion: "TLSv1.3" })).toStartWith("TLS_");
});
