import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
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

/** The certificate that a listener shows now; null: it was just being replaced by one with another certificate. */
async function shownAt(port: number): Promise<{ serial: string; issuer: string } | null> {
  try {
    const socket = await tls({ port, rejectUnauthorized: false, servername: NAME } as object);
    socket.on("error", () => {}); // it has shown what it was opened for
    const { serialNumber, issuer } = socket.getPeerCertificate();
    socket.destroy();
    return { serial: serialNumber, issuer: String(issuer.CN) };
  } catch {
    return null;
  }
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
  const before = newest();
  selfSigned(folder("acme"));
  const env = { PATH: process.env.PATH, RENEWED_LINEAGE: folder("acme"), FIELDCAST_TLS: folder("tls") };
  expect(Bun.spawnSync([hook()], { env }).exitCode).toBe(0);
  for (const port of [server.ports.mqtts, server.ports.https])
    await until("the new certificate", async () => (await shownAt(port))?.serial === newest());
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

describe.skipIf(!have("certbot"))("an ACME server gives one, which is handed over", () => {
  beforeAll(async () => {
    await startPebble();
    // what the web server of the page does for the proof
    const found = ({ url }: Request) => new Response(Bun.file(join(folder("web"), new URL(url).pathname)));
    web = Bun.serve({ port: http, hostname: "127.0.0.1", fetch: found });
  });

  /** Types a line, and waits until fieldcast shows what came of it. */
  async function gets(command: string, more: Readonly<Record<string, string>>): Promise<void> {
    const before = newest();
    const env = { PATH: `${process.env.PATH}:/usr/sbin:/usr/bin`, FIELDCAST_TLS: folder("tls"), ...more };
    const child = Bun.spawn(["sh", "-c", command], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    const said = (await Promise.all([child.stdout.text(), child.stderr.text()])).join("");
    expect(`${await child.exited} ${said}`).toStartWith("0 ");
    expect(newest()).not.toBe(before);
    const shown = await until("the certificate of the authority", async () => {
      const now = await shownAt(server.ports.mqtts);
      return now?.serial === newest() && now;
    });
    expect(shown.issuer).toContain("Pebble");
  }
  const lines = () =>
    blocks("sh", "## Certificates").map((line) => line.trim().replace("/usr/local/sbin/fieldcast-certificate", hook()));
  const trusted = () => join(folder("pebble"), "cert.pem");
  const directory = `https://localhost:${acme}/dir`;

  test("certbot, as the page has it", async () => {
    const places = ["config", "work", "logs"].flatMap((name) => [`--${name}-dir`, join(folder("certbot"), name)]);
    const line = lines()[1]?.replace("/var/www/html", folder("web")) ?? "";
    await gets(`${line} --server ${directory} ${places.join(" ")}`, { REQUESTS_CA_BUNDLE: trusted() });
  });
  test("dehydrated, as the page has it", async () => {
    const [base, proof] = [folder("dehydrated"), join(folder("web"), ".well-known", "acme-challenge")];
    mkdirSync(base);
    mkdirSync(proof, { recursive: true });
    writeFileSync(
      join(base, "config"),
      `BASEDIR=${base}\nWELLKNOWN=${proof}\nCA=${directory}\nKEY_ALGO=prime256v1\nACCOUNT_KEYSIZE=2048\n`,
    );
    await gets(`${lines()[2]} --config ${join(base, "config")}`, { CURL_CA_BUNDLE: trusted() });
  });
});
