import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { makeAuthority, makeServerCertificate } from "../../src/listen/authority.ts";
import { login, mosquittoPub, mosquittoSub, mqttJs } from "../run/clients.ts";
import { DEVICE, TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { Raw } from "../run/raw.ts";
import { type ListenerName, fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until, within } from "../run/until.ts";

const noMosquitto = !have("mosquitto-clients");
const NOTE = `dtck-pub/my-product/${DEVICE}/NOTE`;
const HEAR = "dtck/my-product/+/NOTE";

let server: TestServer;
beforeAll(async () => {
  const before = process.umask(0); // files are private by their mode, not by the umask of whoever started it
  try {
    server = await startServer({ flags: ["--tls-name", "mqtt.example.com"] });
  } finally {
    process.umask(before);
  }
});
afterAll(() => server.remove());

describe("1: each listener with a real client [MQTT-4.2-1]", () => {
  test.skipIf(noMosquitto).each([
    ["mqtt", "mqttv31"],
    ["mqtt", "mqttv311"],
    ["mqtt", "mqttv5"],
    ["mqtts", "mqttv31"],
    ["mqtts", "mqttv311"],
    ["mqtts", "mqttv5"],
  ] as const)("1: mosquitto_sub and mosquitto_pub over %s, %s", async (listener, version) => {
    const at = login(server.ports[listener], TOKENS.device, listener === "mqtts" ? server.caFile : undefined);
    const sub = await mosquittoSub(...at, "-V", version, "-t", HEAR, "-v", "-C", "1");
    const pub = await mosquittoPub(...at, "-V", version, "-q", "1", "-t", NOTE, "-m", `${listener} ${version}`);
    expect(pub).toMatchObject({ code: 0, err: "" });
    expect((await sub.heard).out).toBe(`dtck/my-product/${DEVICE}/NOTE ${listener} ${version}\n`);
  });

  test.each([
    ["mqtt", "mqtt", ""],
    ["mqtts", "mqtts", ""],
    ["http", "ws", "/mqtt"],
    ["https", "wss", "/mqtt"],
    ["wss", "wss", "/mqtt"],
    ["wss", "wss", ""],
  ] as const)("1: MQTT.js, 5 and 3.1.1, on %s as %s://…%s", async (listener, scheme, path) => {
    for (const protocolVersion of [5, 4] as const) {
      const url = `${scheme}://localhost:${server.ports[listener]}${path}`;
      const js = await mqttJs(url, TOKENS.device, server.caFile, { protocolVersion });
      await js.client.subscribeAsync(HEAR, { qos: 2 });
      const text = `${url} ${protocolVersion}`;
      await js.client.publishAsync(NOTE, text, { qos: 2 });
      await until("the measurement", () => js.messages.length > 0);
      expect(js.messages).toEqual([{ topic: `dtck/my-product/${DEVICE}/NOTE`, payload: text }]);
      await js.end();
    }
  });

  test("1: REST answers over HTTP and over HTTPS with the MQTT certificate", async () => {
    expect((await server.http("/healthz")).status).toBe(200);
    const url = `https://localhost:${server.ports.https}/v1/devices/${DEVICE}/`;
    const headers = { authorization: `Token ${TOKENS.device}` };
    const answer = await fetch(url, { headers, tls: { ca: readFileSync(server.caFile, "utf8") } });
    expect(answer.status).toBe(200);
    await expect(fetch(url, { headers })).rejects.toThrow(); // without the CA nobody vouches for it
  });

  test.each(["mqtt", "mqttv3.1"])("1: the WebSocket sub-protocol may be %s [MQTT-6.0.0-4]", async (name) => {
    expect(await openedAs([name])).toBe(name);
  });
  test("1: a WebSocket without the sub-protocol of MQTT is refused [MQTT-6.0.0-3]", async () => {
    expect(await openedAs([])).toBeNull();
    expect(await openedAs(["chat"])).toBeNull();
  });
});

/** The sub-protocol that the HTTP listener, or another, agreed to; null: it refused. */
function openedAs(
  protocols: string[],
  url = `ws://127.0.0.1:${server.ports.http}/mqtt`,
  tls: object = {},
): Promise<string | null> {
  const socket = new WebSocket(url, { protocols, tls });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  socket.onopen = () => resolve(socket.protocol);
  socket.onerror = () => resolve(null);
  return within("the WebSocket handshake", promise).finally(() => socket.close());
}

describe("1: TLS", () => {
  test("1: the local CA's ECDSA P-256 certificate has localhost, the host name, all addresses and --tls-name", () => {
    const certificate = new X509Certificate(readFileSync(join(server.data, "tls", "server.pem")));
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
    for (const name of ["localhost", hostname(), "mqtt.example.com"]) expect(certificate.checkHost(name)).toBeDefined();
    const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address));
    for (const ip of ["127.0.0.1", "::1", ...addresses]) expect(certificate.checkIP(ip)).toBeDefined();
    expect(server.log()).toContain(server.caFile); // the banner names the file to give to clients
  });

  test("1: TLS 1.2 and 1.3 are spoken", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const { promise, resolve, reject } = Promise.withResolvers<string | null>();
      const ca = readFileSync(server.caFile);
      const at = { host: "127.0.0.1", port: server.ports.mqtts, minVersion: version, maxVersion: version, ca };
      const socket = connectTls(at, () => resolve(socket.getProtocol()));
      socket.once("error", reject);
      expect(await within("a handshake", promise)).toBe(version);
      socket.destroy();
    }
  });

  test.each(
    (["mqtts", "https", "wss"] as const).flatMap((listener) => [
      [listener, 1.1, 2] as const,
      [listener, 1.0, 1] as const,
    ]),
  )("1: on %s TLS %d is refused", async (listener, _, minor) => {
    const random = Array.from({ length: 32 }, (_, i) => i);
    const suites = [0xc0, 0x09, 0xc0, 0x13, 0x00, 0x2f]; // ECDHE-ECDSA, ECDHE-RSA and RSA with AES128-SHA
    const body = [3, minor, ...random, 0, 0, suites.length, ...suites, 1, 0];
    const hello = [1, 0, 0, body.length, ...body];
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    const raw = await Raw.open(server.ports[listener]);
    raw.socket.removeAllListeners("data");
    raw.socket.once("data", resolve);
    raw.bytes([22, 3, 1, 0, hello.length, ...hello]);
    const answer = await within("an alert", promise);
    expect([answer[0], answer[5], answer[6]]).toEqual([21, 2, 70]); // alert, fatal, protocol_version
    raw.socket.destroy();
  });
});

const noIpv6 = !Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
describe("1: IPv6", () => {
  test.skipIf(noIpv6)("1: every listener on [::1]; a listener on all interfaces takes IPv4 and IPv6", async () => {
    const listeners = ["mqtt", "mqtts", "http", "https", "wss"] as const;
    for (const at of ["[::1]:0", ":0"]) {
      const six = await startServer({ flags: listeners.flatMap((listener) => [`--${listener}`, at]) });
      const { ports } = six;
      const hosts = at === ":0" ? ["[::1]", "127.0.0.1"] : ["[::1]"];
      for (const host of hosts) {
        expect((await fetch(`http://${host}:${ports.http}/healthz`)).status).toBe(200);
        const tls = { ca: readFileSync(six.caFile, "utf8") };
        expect((await fetch(`https://${host}:${ports.https}/healthz`, { tls })).status).toBe(200);
        await (await mqttJs(`mqtt://${host}:${ports.mqtt}`, TOKENS.device)).end();
        await (await mqttJs(`mqtts://${host}:${ports.mqtts}`, TOKENS.device, six.caFile)).end();
        for (const url of [`ws://${host}:${ports.http}/mqtt`, `wss://${host}:${ports.wss}/mqtt`])
          expect(await openedAs(["mqtt"], url, tls)).toBe("mqtt"); // MQTT.js makes no address of an IPv6 one here
      }
      await six.remove();
    }
  });
});

test("1: files that hold secrets or data have mode 0600, folders 0700, whatever the umask", () => {
  const open: string[] = [];
  const names = readdirSync(server.data, { recursive: true, encoding: "utf8" });
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const stat = statSync(join(server.data, name));
    const mode = stat.mode & 0o777;
    const isPublic = name === "tls/ca.pem" || name === "tls/server.pem";
    const wanted = stat.isDirectory() ? 0o700 : isPublic ? 0o644 : 0o600;
    if (mode !== wanted) open.push(`${name} ${mode.toString(8)}`);
  }
  expect(open).toEqual([]);
  expect(statSync(server.data).mode & 0o777).toBe(0o700);
});

describe("1: what stops the start, with one clear line and exit code 1", () => {
  const others = (but: string): string[] =>
    ["mqtt", "mqtts", "http", "https", "wss"].filter((d) => d !== but).flatMap((d) => [`--${d}`, "off"]);
  const data = (name: string): string => join(server.folder, name);

  test.each(["mqtt", "mqtts", "http", "https", "wss"] as const)(
    "1: %s on a taken port",
    async (listener: ListenerName) => {
      const taken = createServer();
      const { promise, resolve } = Promise.withResolvers<void>();
      taken.listen(0, "127.0.0.1", () => resolve());
      await within("a port", promise);
      const { port } = taken.address() as AddressInfo; // listens on TCP
      try {
        const run = await fieldcast([
          "serve",
          "--data",
          data(listener),
          `--${listener}`,
          `127.0.0.1:${port}`,
          ...others(listener),
        ]);
        expect(run.code).toBe(1);
        expect(run.out).toBe("");
        expect(run.err.trimEnd().split("\n")).toEqual([
          expect.stringContaining(`--${listener} 127.0.0.1:${port}: the port is taken`),
        ]);
      } finally {
        taken.close();
      }
    },
  );
  test.each(["mqtts", "wss"] as const)("1: %s on the port of another fieldcast", async (listener) => {
    const at = `127.0.0.1:${server.ports[listener]}`;
    const run = await fieldcast([
      "serve",
      "--data",
      data(`other-${listener}`),
      `--${listener}`,
      at,
      ...others(listener),
    ]);
    expect(run.code).toBe(1);
    expect(run.err).toContain("the port is taken");
  });

  test.each([
    ["that is not there", null, null, "does not exist"],
    ["that is no PEM", "hello", null, "is not a PEM certificate"],
    ["with a key that is no PEM", undefined, "hello", "is not a PEM private key"],
    ["with another key", undefined, "other", "is not the key of"],
    ["that has expired", "old", "old", "expired on"],
  ] as const)("1: a certificate %s", async (_, cert, key, words) => {
    const now = Date.now() * 1000;
    const ca = makeAuthority(now);
    const good = makeServerCertificate(ca, ["localhost"], now);
    const past = now - 20 * 365 * 86_400_000_000;
    const old = makeServerCertificate(makeAuthority(past), ["localhost"], past);
    const certFile = join(server.folder, "bad-cert.pem");
    const keyFile = join(server.folder, "bad-key.pem");
    if (cert === null) renameSync(writeText(certFile, ""), `${certFile}.away`);
    else writeText(certFile, cert === undefined ? good.certPem : cert === "old" ? old.certPem : cert);
    const other = makeServerCertificate(ca, ["localhost"], now).keyPem;
    writeText(keyFile, key === "other" ? other : key === "old" ? old.keyPem : (key ?? good.keyPem));
    const flags = ["--tls-cert", certFile, "--tls-key", keyFile, "--mqtts", "127.0.0.1:0", ...others("mqtts")];
    const run = await fieldcast(["serve", "--data", data("bad"), ...flags]);
    expect(run.code).toBe(1);
    expect(run.out).toBe("");
    expect(run.err.trimEnd().split("\n")).toEqual([expect.stringContaining(words)]);
  });
});

function writeText(file: string, text: string): string {
  writeFileSync(file, text);
  return file;
}

test("1: plain listeners are bound to loopback by default, and start-up warns when they are opened", async () => {
  const help = (await fieldcast(["serve", "--help"])).out.replace(/\s+/g, " ");
  expect(help).toContain("unsecured (default: 127.0.0.1:1883;");
  expect(help).toContain("unsecured (default: 127.0.0.1:8080;");
  expect(help).toContain("MQTT over TLS (default: :8883;");
  expect(help).toContain("/mqtt (default: :8443;");
  expect(help).toContain("with TLS (default: :9001;");
  const open = await startServer({ flags: ["--mqtt", "0.0.0.0:0", "--http", ":0", "--mqtts", ":0"] });
  expect(open.log()).toMatch(/warning: --mqtt 0\.0\.0\.0:\d+ is open to the network/);
  expect(open.log()).toMatch(/warning: --http .*\d+ is open to the network/);
  expect(open.log()).not.toMatch(/warning: --mqtts/);
  const address = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find((one) => one.family === "IPv4");
  const js = await mqttJs(`mqtt://${address?.address ?? "127.0.0.1"}:${open.ports.mqtt}`, TOKENS.device);
  await js.end();
  await open.remove();
  expect(server.log()).not.toContain("without encryption");
});

describe("1: certificate reload", () => {
  test("1: new files are taken over without dropping connections; a bad file keeps the old one and says so", async () => {
    const now = Date.now() * 1000;
    const folder = server.folder;
    const certFile = join(folder, "cert.pem");
    const keyFile = join(folder, "key.pem");
    const install = (name: string): string => {
      const ca = makeAuthority(now);
      const pair = makeServerCertificate(ca, ["localhost", "127.0.0.1"], now);
      renameSync(writeText(`${certFile}.new`, pair.certPem), certFile);
      renameSync(writeText(`${keyFile}.new`, pair.keyPem), keyFile);
      return writeText(join(folder, `${name}.pem`), ca.certPem);
    };
    const first = install("first");
    const own = await startServer({ flags: ["--tls-cert", certFile, "--tls-key", keyFile] });
    expect(own.log()).not.toContain("CA for clients");
    const device = await Raw.login(own.ports.mqtts, { token: TOKENS.device }, first);
    await device.subscribe(HEAR);
    const js = await mqttJs(`wss://localhost:${own.ports.wss}/mqtt`, TOKENS.device, first);
    let cut = 0;
    js.client.on("close", () => cut++);

    const second = install("second");
    for (const listener of ["mqtts", "https", "wss"] as const)
      await until(`the new certificate on ${listener}`, () => trusted(own.ports[listener], second));
    for (const listener of ["mqtts", "https", "wss"] as const)
      expect(await trusted(own.ports[listener], first)).toBe(false);
    expect(own.log()).toContain("took over the new certificate");
    expect(await device.drain()).toEqual([]);
    await js.client.publishAsync(NOTE, "still here", { qos: 1 });
    expect(await device.heard("still here")).toHaveLength(1);
    expect(cut).toBe(0);

    renameSync(writeText(`${certFile}.new`, "-----BEGIN CERTIFICATE-----\nnonsense\n"), certFile);
    await until("word of the bad file", () =>
      own.log().includes("the new certificate is not usable; the old one stays"),
    );
    expect(await trusted(own.ports.mqtts, second)).toBe(true);
    expect(await device.drain()).toEqual([]);

    const third = install("third"); // and it is not stuck
    await until("the third certificate", () => trusted(own.ports.mqtts, third));
    expect(await device.drain()).toEqual([]);
    await js.end();
    await device.leave();
    await own.remove();
  });
});

/** Whether a new handshake shows a certificate of this CA. */
async function trusted(port: number, caFile: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket: Socket = connectTls({ host: "127.0.0.1", port, ca: readFileSync(caFile) }, () => resolve(true));
  socket.once("error", () => resolve(false));
  return within("a handshake", promise).finally(() => socket.destroy());
}
