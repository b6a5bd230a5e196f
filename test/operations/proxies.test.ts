import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsole } from "../console/browser.ts";
import { have, program } from "../run/have.ts";
import { steadyPort } from "../run/ports.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { tcp } from "../run/tls.ts";
import { until } from "../run/until.ts";
import { blocks, settings } from "./page.ts";
import { ask, client, FROM, NAME, selfSigned } from "./through.ts";

setDefaultTimeout(60_000);

const PASSWORD = "a long password of an owner";
const root = mkdtempSync(join(tmpdir(), "fieldcast-proxies-"));
const tls = join(root, "tls");
let ca = "";
let server: TestServer;
let token = "";
const running: Bun.Subprocess[] = [];

beforeAll(async () => {
  buildConsole();
  chmodSync(root, 0o755); // nginx' workers are another user
  for (const folder of [tls, join(root, "nginx"), join(root, "caddy")]) mkdirSync(folder);
  selfSigned(tls);
  ca = readFileSync(join(tls, "fullchain.pem"), "utf8");
  writeFileSync(join(root, "password"), PASSWORD);
  // what the page says for nginx in front of both
  writeFileSync(join(root, "config.yaml"), settings("## Reverse proxies", "### nginx"));
  server = await startServer({
    fleet: null,
    flags: [
      "--config",
      join(root, "config.yaml"),
      "--mqtts",
      "off",
      "--https",
      "off",
      "--wss",
      "off",
      "--admin-password-file",
      join(root, "password"),
    ],
  });
  token = /^ {2}([0-9a-f]{40})$/m.exec(server.log())?.[1] ?? "";
});
afterAll(async () => {
  for (const one of running) one.kill("SIGTERM");
  await Promise.all(running.map((one) => one.exited));
  await server.remove();
  rmSync(root, { recursive: true, force: true });
});

/** Starts a proxy and waits until a port is taken. */
async function run(command: readonly string[], port: number, env: Record<string, string> = {}): Promise<void> {
  const child = Bun.spawn([...command], {
    env: { PATH: process.env.PATH, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  running.push(child);
  let said = "";
  void (async () => {
    for await (const part of child.stderr) said += new TextDecoder().decode(part);
  })();
  await until("the proxy", async () => {
    if (child.exitCode !== null) throw new Error(said);
    return tcp(port).then(
      (socket) => socket.destroy() !== undefined,
      () => false,
    );
  });
}
const heardFrom = async (kind: string) => {
  const events = await server.http(`/api/v1/inspect?kind=${kind}&limit=100`, token);
  return events.text();
};

/** Everything that a proxy must do for HTTP, the console and MQTT over WebSocket. */
function serves(port: () => number): void {
  test("the console", async () => {
    const page = await ask(port(), ca, "/console/", { headers: { Accept: "text/html" } });
    expect([page.status, page.body]).toEqual([200, expect.stringContaining("<script")]);
  });
  test("signing in there, with a cookie that is Secure", async () => {
    const signed = await ask(port(), ca, "/api/v1/auth/sign-in", {
      method: "POST",
      body: { email: "owner@localhost", password: PASSWORD },
      headers: { Origin: `https://${NAME}` },
    });
    expect([signed.status, String(signed.headers["set-cookie"])]).toEqual([
      200,
      expect.stringMatching(/^__Host-.*; Secure/),
    ]);
  });
  test("the API, and a body that it records", async () => {
    const wish = {
      method: "POST",
      body: { field: "TEMPERATURE", value: 21.5 },
      headers: { Authorization: `Token ${token}` },
    };
    expect(await ask(port(), ca, "/v1/devices/000001/record/", wish)).toMatchObject({
      status: 200,
      body: '{"ok":true,"recorded":1}',
    });
  });
  test("a stream of events as they come", async () => {
    const stream = ask(port(), ca, "/api/v1/live", { headers: { Authorization: `Token ${token}` }, until: "33.25" });
    await until("the stream", async () => (await server.metric("fieldcast_streams")) > 0);
    await server.http("/v1/devices/000001/record/", token, {
      method: "POST",
      body: '{"field":"TEMPERATURE","value":33.25}',
    });
    // it never ends: an answer that is collected would not come
    expect((await stream).body).toContain("event: measurement");
  });
  test("MQTT over WebSocket", async () => {
    const it = await client(`wss://127.0.0.1:${port()}/mqtt`, ca, token);
    const heard = Promise.withResolvers<string>();
    it.on("message", (topic, payload) => heard.resolve(`${topic} ${payload}`));
    await it.subscribeAsync("dtck/my-product/000001/DOOR");
    await it.publishAsync("dtck-pub/my-product/000001/DOOR", "on", { qos: 1 });
    expect(await heard.promise).toBe("dtck/my-product/000001/DOOR true");
    await it.endAsync();
  });
  test("and fieldcast knows the client's address, whatever the client says", async () => {
    const headers = { Authorization: `Token ${"f".repeat(40)}`, "X-Forwarded-For": "203.0.113.9" };
    expect((await ask(port(), ca, "/v1/devices/", { headers })).status).toBe(401);
    await until("the event", async () => (await heardFrom("login_refused")).includes(FROM));
    expect(await heardFrom("login_refused")).not.toContain("203.0.113.9");
    // nor is a proxy's client on this machine, for which figures need no token
    expect((await ask(port(), ca, "/metrics")).status).toBe(401);
  });
}

describe.skipIf(!have("nginx"))("nginx, as the page has it", () => {
  const [https, http, mqtts] = [steadyPort(), steadyPort(), steadyPort()];
  const filled = (text: string) =>
    text
      .replaceAll(/^\s*listen \[::\]:.*$/gm, "") // the loopback alone
      .replace("listen 80;", `listen 127.0.0.1:${http};`)
      .replace("listen 443 ", `listen 127.0.0.1:${https} `)
      .replace("listen 8883 ", `listen 127.0.0.1:${mqtts} `)
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${server.ports.http}`)
      .replaceAll("127.0.0.1:1883", `127.0.0.1:${server.ports.mqtt}`)
      .replaceAll("/etc/letsencrypt/live/cloud.example.com", tls);
  beforeAll(async () => {
    const own = join(root, "nginx");
    const [site = "", stream = ""] = blocks("nginx", "### nginx").map(filled);
    const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${own}/${one};`);
    const config = `load_module /usr/lib/nginx/modules/ngx_stream_module.so;\npid ${own}/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${places.join("\n")}\n${site}}\n${stream}`;
    writeFileSync(join(own, "nginx.conf"), config);
    await run([program("nginx") ?? "", "-p", own, "-c", join(own, "nginx.conf"), "-g", "daemon off;"], https);
  });
  serves(() => https);

  test("MQTT over TLS, by its stream module, with the client's address", async () => {
    const it = await client(`mqtts://127.0.0.1:${mqtts}`, ca, token, {
      clientId: "behind nginx",
      localAddress: FROM,
    } as object);
    await it.publishAsync("dtck-pub/my-product/000001/TEMPERATURE", "19", { qos: 1 });
    const sessions = await (await server.http("/v1/sessions/?client_id=behind%20nginx", token)).text();
    expect(sessions).toContain(FROM);
    await it.endAsync();
  });
  test("port 80 leads to HTTPS", async () => {
    const answer = await fetch(`http://127.0.0.1:${http}/console/`, { redirect: "manual", headers: { Host: NAME } });
    expect([answer.status, answer.headers.get("location")]).toEqual([301, `https://${NAME}/console/`]);
  });
});

describe.skipIf(!have("caddy"))("Caddy, as the page has it", () => {
  const port = steadyPort();
  beforeAll(async () => {
    const own = join(root, "caddy");
    const [site = ""] = blocks("caddyfile", "### Caddy");
    const filled = site
      .replace(
        "cloud.example.com {",
        `https://cloud.example.com:${port} {\n\tbind 127.0.0.1\n\ttls ${tls}/fullchain.pem ${tls}/privkey.pem`,
      )
      .replace("127.0.0.1:8080", `127.0.0.1:${server.ports.http}`);
    writeFileSync(join(own, "Caddyfile"), `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${filled}`);
    const env = { HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own };
    await run([program("caddy") ?? "", "run", "--config", join(own, "Caddyfile"), "--adapter", "caddyfile"], port, env);
  });
  serves(() => port);
});
