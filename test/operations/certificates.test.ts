import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TOKENS } from "../run/fleet.ts";
import { have, program } from "../run/have.ts";
import { steadyPort } from "../run/ports.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { tls } from "../run/tls.ts";
import { until } from "../run/until.ts";
import { blocks } from "./page.ts";
import { client, NAME, selfSigned, serialOf } from "./through.ts";

/** Let's Encrypt's part is played by Pebble, its own test server, on the loopback: it really asks for the proof on "port 80". */
setDefaultTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), "fieldcast-acme-"));
const folder = (name: string) => join(root, name);
const [acme, dns, http] = [steadyPort(), steadyPort(), steadyPort()];
const running: Bun.Subprocess[] = [];
let server: TestServer;
let web: { stop(force: boolean): unknown } | null = null;

beforeAll(async () => {
  for (const name of ["first", "tls", "acme", "web"]) mkdirSync(folder(name));
  selfSigned(folder("first"));
  cpSync(folder("first"), folder("tls"), { recursive: true });
  const flags = ["--tls-cert", join(folder("tls"), "fullchain.pem"), "--tls-key", join(folder("tls"), "privkey.pem")];
  server = await startServer({ flags });
});
afterAll(async () => {
  web?.stop(true);
  for (const one of running) one.kill("SIGTERM");
  await Promise.all(running.map((one) => one.exited));
  await server.remove();
  rmSync(root, { recursive: true, force: true });
});

/** The certificate that a listener shows now. */
async function shownAt(port: number): Promise<string> {
  const socket = await tls({ port, rejectUnauthorized: false, servername: NAME } as object);
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}
const newest = () => serialOf(readFileSync(join(folder("tls"), "fullchain.pem"), "utf8"));

/** The hook of the page, which hands certificates over to a user that this machine may not have. */
function hook(): string {
  const [script = ""] = blocks("sh", "## Certificates");
  const path = folder("hook");
  writeFileSync(path, script.replaceAll("-o fieldcast -g fieldcast ", ""));
  chmodSync(path, 0o755);
  return path;
}

test("the hook's pair is taken without a restart, and nobody who is connected notices", async () => {
  const ca = readFileSync(join(folder("first"), "fullchain.pem"), "utf8");
  const connected = await client(`mqtts://127.0.0.1:${server.ports.mqtts}`, ca, TOKENS.device);
  const before = await shownAt(server.ports.mqtts);
  selfSigned(folder("acme"));
  const env = { PATH: process.env.PATH, RENEWED_LINEAGE: folder("acme"), FIELDCAST_TLS: folder("tls") };
  expect(Bun.spawnSync([hook()], { env }).exitCode).toBe(0);
  for (const port of [server.ports.mqtts, server.ports.https])
    await until("the new certificate", async () => (await shownAt(port)) === newest());
  expect(newest()).not.toBe(before);
  await connected.publishAsync("dtck-pub/my-product/dev7/TEMPERATURE", "1", { qos: 1 });
  await connected.endAsync();
});

/** Pebble, and the server of names that it asks: everything is at 127.0.0.1. */
async function startPebble(): Promise<void> {
  const own = folder("pebble");
  mkdirSync(own);
  const made = Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...[
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost",
      "-keyout",
      `${own}/key.pem`,
      "-out",
      `${own}/cert.pem`,
    ],
  ]);
  expect(made.exitCode).toBe(0);
  const pebble = {
    listenAddress: `127.0.0.1:${acme}`,
    managementListenAddress: `127.0.0.1:${steadyPort()}`,
    certificate: `${own}/cert.pem`,
    privateKey: `${own}/key.pem`,
    httpPort: http,
    tlsPort: steadyPort(),
  };
  writeFileSync(join(own, "config.json"), JSON.stringify({ pebble }));
  const names = [
    "-dns01",
    `127.0.0.1:${dns}`,
    "-defaultIPv4",
    "127.0.0.1",
    "-defaultIPv6",
    "",
    "-management",
    `127.0.0.1:${steadyPort()}`,
  ];
  const env = { PATH: process.env.PATH, PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" };
  for (const command of [
    [program("pebble-challtestsrv") ?? "", ...names, "-http01", "", "-https01", "", "-tlsalpn01", ""],
    [program("pebble") ?? "", "-config", join(own, "config.json"), "-dnsserver", `127.0.0.1:${dns}`],
  ])
    running.push(Bun.spawn(command, { env, stdin: "ignore", stdout: "ignore", stderr: "ignore" }));
  await until("Pebble", () =>
    fetch(`https://localhost:${acme}/dir`, { tls: { rejectUnauthorized: false } }).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
}

test.skipIf(!have("certbot"))(
  "certbot, as the page has it, gets one from an ACME server, and hands it over",
  async () => {
    await startPebble();
    // what the web server of the page does for the proof
    web = Bun.serve({
      port: http,
      hostname: "127.0.0.1",
      fetch: ({ url }) => new Response(Bun.file(join(folder("web"), new URL(url).pathname))),
    });
    const [, line = ""] = blocks("sh", "## Certificates");
    const places = ["config", "work", "logs"].flatMap((name) => [`--${name}-dir`, join(folder("certbot"), name)]);
    const command = line
      .trim()
      .replace("/var/www/html", folder("web"))
      .replace("/usr/local/sbin/fieldcast-certificate", hook())
      .concat(` --server https://localhost:${acme}/dir ${places.join(" ")}`);
    const env = {
      PATH: process.env.PATH,
      REQUESTS_CA_BUNDLE: join(folder("pebble"), "cert.pem"),
      FIELDCAST_TLS: folder("tls"),
    };
    const before = newest();
    const child = Bun.spawn(["sh", "-c", command], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const said = (await Promise.all([child.stdout.text(), child.stderr.text()])).join("");
    expect(`${await child.exited} ${said}`).toStartWith("0 ");
    expect(newest()).not.toBe(before);
    await until("the certificate of the authority", async () => (await shownAt(server.ports.mqtts)) === newest());
    const socket = await tls({ port: server.ports.mqtts, rejectUnauthorized: false, servername: NAME } as object);
    expect(socket.getPeerCertificate().issuer.CN).toContain("Pebble");
    socket.destroy();
  },
);
