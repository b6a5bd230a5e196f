import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type JsClient, mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { steadyPort } from "../run/ports.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Remote } from "./remote.ts";
import { ADMIN, BRIDGED, Bridges, FLAGS, forward } from "./rig.ts";

/** What leaves with topics and payloads of its own; rights; ways to connect, and what is said when they fail. */

let server: TestServer;
let bridges: Bridges;
let remote: Remote;
let there: JsClient;
let here: JsClient;
beforeAll(async () => {
  [server, remote] = await Promise.all([startServer({ fleet: BRIDGED, flags: FLAGS }), new Remote().start()]);
  bridges = new Bridges(server);
  there = await mqttJs(remote.url, "x");
  here = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, ADMIN);
  await there.client.subscribeAsync("#", { qos: 1 });
}, 60_000);
afterAll(async () => {
  await Promise.all([there?.end(), here?.end()]);
  await remote?.remove();
  await server?.remove();
});
const heard = (topic: string) => there.messages.filter((one) => one.topic === topic).map(({ payload }) => payload);
async function record(device: string, body: object): Promise<void> {
  const init = { method: "POST", body: JSON.stringify(body) };
  expect((await server.http(`/v1/devices/${device}/record/`, TOKENS.device, init)).status).toBe(200);
}

describe("what is measured here", () => {
  test("is published there by templates, as JSON, by a script, and not when it is too old", async () => {
    const out = (topic: string, more: object) => ({
      direction: "out",
      filter: "dtck/my-product/dev7/+",
      topic,
      ...more,
    });
    const broker = await bridges.make(
      "measured",
      [remote.url],
      [
        out("m/{{ device.id }}/{{ field | downcase }}", { retain: true }),
        out("j/{{ product }}/{{ field }}", { payload: "json", qos: 2 }),
        out("t/{{ field }}", { payload: "template", template: '{"v":{{ value }},"u":"{{ unit }}"}' }),
        out("e", {
          payload: "encoder",
          template:
            "function Encoder(device, { TEMPERATURE: { value } }) { return value > 10 ? { topic: 'e/' + message.field, payload: { hot: value } } : null; }",
        }),
        out("old/{{ field }}", { max_age: 60 }),
      ],
    );
    await bridges.becomes(broker, "connected");
    await record("dev7", { field: "TEMPERATURE", value: 22.5 });
    await record("dev7", { field: "TEMPERATURE", value: 3 });
    await until(
      "all came",
      () =>
        heard("m/dev7/temperature").length === 2 &&
        heard("t/TEMPERATURE").length === 2 &&
        heard("j/my-product/TEMPERATURE").length === 2,
    );
    expect(heard("m/dev7/temperature")).toEqual(["22.5", "3"]);
    expect(heard("j/my-product/TEMPERATURE").map((text) => JSON.parse(text))).toEqual([
      { value: 22.5, unit: "°C", time: expect.stringMatching(/^20.*Z$/) },
      { value: 3, unit: "°C", time: expect.any(String) },
    ]);
    expect(heard("t/TEMPERATURE")).toEqual(['{"v":22.5,"u":"°C"}', '{"v":3,"u":"°C"}']);
    await until("the script's came", () => heard("e/TEMPERATURE").length > 0);
    expect(heard("e/TEMPERATURE")).toEqual(['{"hot":22.5}']);
    await until("young ones came", () => heard("old/TEMPERATURE").length === 2);
    const late = await mqttJs(remote.url, "x");
    await late.client.subscribeAsync("m/#");
    await until("the retained one came", () => late.messages.length > 0);
    expect(late.messages).toEqual([{ topic: "m/dev7/temperature", payload: "3" }]);
    await late.end();
    await bridges.ask("DELETE", `/${broker}`);
  }, 30_000);

  test("waits while it is paused, and over a kill of ours", async () => {
    const broker = await bridges.make(
      "waits",
      [remote.url],
      [{ direction: "out", filter: "dtck/my-product/dev8/+", topic: "w/{{ field }}" }],
    );
    await bridges.becomes(broker, "connected");
    await bridges.change(broker, { paused: true });
    await bridges.becomes(broker, "paused");
    for (let i = 0; i < 20; i++) await record("dev8", { field: "STEPS", value: i });
    await server.kill9();
    await server.start();
    here = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, ADMIN);
    await bridges.becomes(broker, "paused", (one) => one.lag_rows > 0);
    await bridges.change(broker, { paused: false });
    await until("all came", () => heard("w/STEPS").length >= 20);
    expect(heard("w/STEPS")).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    const { dropped } = await bridges.becomes(broker, "connected", (one) => one.lag_rows === 0);
    expect(dropped).toBe(0);
    await bridges.ask("DELETE", `/${broker}`);
  }, 30_000);
});

describe("a downlink", () => {
  test("that is sent by a broker goes to the one that the workspace has", async () => {
    const json = { "Content-Type": "application/json" };
    const post = async (path: string, body: object) => {
      const answer = await server.http(`/api/v1/products/my-product${path}`, ADMIN, {
        method: "POST",
        headers: json,
        body: JSON.stringify(body),
      });
      return [answer.status, await answer.json()] as const;
    };
    const encoder = "function Encoder(device, measurements) { return { topic: 'cmd/' + device.id, payload: 'go' }; }";
    expect((await post("/downlinks", { name: "go", sent_by: "broker", encoder }))[0]).toBe(201);
    const broker = await bridges.make("commands", [remote.url], []);
    await bridges.becomes(broker, "connected");
    const [status, made] = await post("/devices/dev7/downlinks", { downlink: "go" });
    expect([status, made]).toEqual([201, expect.anything()]);
    await until("it came", () => heard("cmd/dev7").length > 0);
    expect(heard("cmd/dev7")).toEqual(["go"]);
    await bridges.ask("DELETE", `/${broker}`);
  });
});

describe("a fleet file", () => {
  test("sets one up; applied again it changes nothing, and no secret is in what it says", async () => {
    const yaml = `workspaces:
  - slug: acme
    brokers:
      - name: filed
        addresses: ["${remote.url}"]
        account: bridge
        username: us
        password: hush-hush
        keep_alive: 10
        routes:
          - { direction: forward, pattern: "filed/#", way: both, qos: 2, remote_prefix: "x/" }
          - { direction: out, filter: "dtck/my-product/+/+", topic: "f/{{ field }}", retain: true, max_age: 60 }
`;
    const file = `${server.folder}/brokers.yaml`;
    await Bun.write(file, yaml);
    const first = await server.cli("apply", file);
    expect([first.code, first.out]).toEqual([0, expect.stringContaining("+ broker acme/filed")]);
    const [one] = (await bridges.ask("GET", "")).items;
    await bridges.becomes(one.broker, "connected");
    expect(one).toMatchObject({
      keep_alive: 10,
      has_password: true,
      routes: [
        { way: "both", qos: 2 },
        { retain: true, max_age: 60 },
      ],
    });
    const second = await server.cli("apply", file);
    expect(second.out).not.toContain("filed");
    await Bun.write(file, yaml.replace("hush-hush", "other-hush").replace("qos: 2", "qos: 1"));
    const third = await server.cli("apply", file);
    expect(third.out).toContain("~ broker acme/filed");
    expect(first.out + third.out).not.toContain("hush");
    await Bun.write(file, yaml.replace("account: bridge", "account: nobody"));
    expect((await server.cli("apply", file)).err).toContain('no API user "nobody"');
    await Bun.write(file, yaml.replace('topic: "f/{{ field }}"', 'topic: "x/filed/{{ field }}"'));
    expect((await server.cli("apply", file)).err).toContain("for ever");
    await bridges.ask("DELETE", `/${one.broker}`);
  });
});

describe("rights", () => {
  test("are those of its account: what it may not do is refused, and logged", async () => {
    const broker = await bridges.make(
      "narrow",
      [remote.url],
      [
        forward("open/#", "both"),
        forward("shut/#", "both"),
        { direction: "out", filter: "dtck/#", topic: "n/{{ field }}" },
      ],
      { account: "narrow" },
    );
    await bridges.becomes(broker, "connected");
    await here.client.subscribeAsync("#", { qos: 1 });
    await there.client.publishAsync("shut/in", "1", { qos: 1 });
    await there.client.publishAsync("open/in", "1", { qos: 1 });
    await here.client.publishAsync("shut/out", "1", { qos: 1 });
    await record("dev7", { field: "STEPS", value: 1 });
    await here.client.publishAsync("open/out", "1", { qos: 1 });
    await until(
      "what is open came",
      () => heard("open/out").length > 0 && here.messages.some(({ topic }) => topic === "open/in"),
    );
    expect(heard("shut/out").concat(heard("n/STEPS"))).toEqual([]);
    expect(here.messages.some(({ topic }) => topic === "shut/in")).toBe(false);
    if (process.env.SHOW) console.log(await bridges.ask("GET", `/${broker}`), await bridges.events(broker));
    await until("it is told", async () =>
      (await bridges.events(broker)).some(({ what, text }) => what === "refused" && text.includes("shut/in")),
    );
    expect((await bridges.becomes(broker, "connected")).refused_in).toBe(1);
    const refused = await until("it is an event as for everybody", async () => {
      const page = await (await server.http("/api/v1/inspect?kind=refused&limit=20", TOKENS.operator)).json();
      const { items } = page as { items: { topic: string; code: string }[] };
      return items.find((one) => one.topic === "shut/in");
    });
    expect(refused.code).toBe("not_permitted");
    await bridges.ask("DELETE", `/${broker}`);
  });
  test("of an account that is gone are none: it waits, and nothing is lost until it has another one", async () => {
    const said = async (...args: string[]) => expect(await server.cli("api-user", ...args)).toMatchObject({ code: 0 });
    await said("create", "short-lived", "--can", "view", "--workspace", "acme");
    const route = { direction: "out", filter: "dtck/my-product/dev8/+", topic: "gone/{{ field }}" };
    const broker = await bridges.make("gone", [remote.url], [route], { account: "short-lived" });
    await bridges.becomes(broker, "connected");
    await said("delete", "short-lived@acme", "--yes");
    await bridges.becomes(broker, "error", (one) => one.account === null && one.reason.includes("is gone"));
    for (let i = 0; i < 5; i++) await record("dev8", { field: "STEPS", value: i });
    await bridges.change(broker, { account: "bridge" });
    await until("all came", () => heard("gone/STEPS").length === 5);
    expect(heard("gone/STEPS")).toEqual(["0", "1", "2", "3", "4"]);
    await bridges.ask("DELETE", `/${broker}`);
  }, 30_000);
  test("nobody sets one up that may more than they; secrets are in no answer and no log", async () => {
    const body = { name: "x", addresses: [remote.url], account: "bridge", password: "hush-hush", username: "u" };
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    expect((await server.http("/api/v1/workspaces/acme/brokers", TOKENS.device, init)).status).toBe(403);
    const addresses = [remote.url, "wss://broker.example.com/mqtt?key=hush-hush"];
    const broker = await bridges.make("x", addresses, [], { username: "u", password: "hush-hush" });
    await bridges.becomes(broker, "connected");
    // who may change it sees its addresses as they are
    const { addresses: own, ...shown } = await bridges.ask("GET", `/${broker}`);
    expect(own).toEqual(addresses);
    await bridges.change(broker, { addresses: [remote.url] });
    const answers = [
      shown,
      await (await server.http("/api/v1/audit", TOKENS.owner)).text(),
      server.log(),
      (await server.cli("broker", "show", "x", "--json")).out,
    ];
    expect(answers[0].has_password).toBe(true);
    expect(JSON.stringify(answers)).not.toContain("hush-hush");
    await bridges.ask("DELETE", `/${broker}`);
  });
});

describe("a test of the connection", () => {
  const steps = async (addresses: readonly string[], more: object = {}, routes: readonly object[] = []) => {
    const broker = await bridges.make("tried", addresses, routes as never, more as never);
    const { tries } = await bridges.ask("POST", `/${broker}/test`, undefined);
    await bridges.ask("DELETE", `/${broker}`);
    return tries.map(({ steps: all }: { steps: { step: string; ok: boolean; text: string }[] }) => all.at(-1));
  };
  test("says in words which step failed", async () => {
    const [closed] = await steps([`mqtt://127.0.0.1:${steadyPort()}`]);
    expect(closed).toMatchObject({ step: "tcp", ok: false, text: expect.stringContaining("Nothing listens") });
    const [name] = await steps(["mqtt://nobody.invalid"]);
    expect(name).toMatchObject({ step: "name", ok: false, text: expect.stringContaining("nobody.invalid") });
    const [plain] = await steps([`mqtts://127.0.0.1:${remote.port}`]);
    expect(plain).toMatchObject({ step: "tls", ok: false });
    const [http] = await steps([`ws://127.0.0.1:${server.ports.http}/nothing`]);
    expect(http).toMatchObject({ step: "websocket", ok: false, text: expect.stringContaining("/nothing") });
    const [good] = await steps([remote.url], {}, [forward("a/#", "in")]);
    expect(good).toMatchObject({ step: "subscribe", ok: true });
  }, 30_000);
  test("of another fieldcast: login, subscribe, TLS with a CA, WebSocket", async () => {
    const ca = readFileSync(server.caFile, "utf8");
    const mqtt = `mqtt://127.0.0.1:${server.ports.mqtt}`;
    const [login] = await steps([mqtt], { username: "nobody", password: "wrong" });
    expect(login).toMatchObject({ step: "login", ok: false, text: expect.stringMatching(/password|let us in/) });
    const access = { username: TOKENS.viewer, password: TOKENS.viewer };
    const [subscribe] = await steps([mqtt], access, [forward("free/#", "in")]);
    expect(subscribe).toMatchObject({ step: "subscribe", ok: false, text: expect.stringContaining("free/#") });
    const tls = `mqtts://127.0.0.1:${server.ports.mqtts}`;
    const [untrusted] = await steps([tls], access);
    expect(untrusted).toMatchObject({ step: "tls", ok: false, text: expect.stringContaining("ca") });
    const [other] = await steps([tls], { ...access, ca, server_name: "other.example.com" });
    expect(other).toMatchObject({ step: "tls", ok: false, text: expect.stringContaining("other.example.com") });
    const good = { ...access, ca, server_name: "localhost" };
    const all = await steps([tls, `wss://127.0.0.1:${server.ports.wss}/mqtt`], good);
    expect(all.map((one: { step: string; ok: boolean; text: string }) => [one.step, one.ok, one.text])).toEqual(
      Array.from({ length: 2 }, () => ["login", true, expect.stringContaining("MQTT 5")]),
    );
  }, 30_000);

  test("of a Mosquitto that wants a certificate and a password: by TLS with both, and what is said without", async () => {
    const folder = server.folder;
    const run = (program: string, ...args: string[]) =>
      expect(Bun.spawnSync([program, ...args], { cwd: folder, stdout: "ignore", stderr: "ignore" }).exitCode).toBe(0);
    const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    run("openssl", "req", "-x509", ...ec, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test ca");
    for (const name of ["remote", "us"]) {
      run(
        "openssl",
        "req",
        ...ec.slice(0, 5),
        "-keyout",
        `${name}.key`,
        "-out",
        `${name}.csr`,
        "-subj",
        `/CN=${name}.test`,
      );
      await Bun.write(`${folder}/${name}.ext`, `subjectAltName=DNS:${name}.test`);
      run(
        "openssl",
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        `${name}.ext`,
        "-out",
        `${name}.pem`,
      );
    }
    await Bun.write(`${folder}/passwords`, "us:secret word\n");
    run("mosquitto_passwd", "-U", "passwords");
    const file = (name: string) => `${folder}/${name}`;
    const tls = [
      `cafile ${file("ca.pem")}`,
      `certfile ${file("remote.pem")}`,
      `keyfile ${file("remote.key")}`,
      "require_certificate true",
    ];
    const strict = await new Remote(["allow_anonymous false", `password_file ${file("passwords")}`], tls).start();
    try {
      const url = `mqtts://127.0.0.1:${strict.port}`;
      const [ca, certificate, key] = ["ca.pem", "us.pem", "us.key"].map((name) => readFileSync(file(name), "utf8"));
      const known = { ca, server_name: "remote.test" };
      const all = { ...known, certificate, key, username: "us", password: "secret word" };
      const [bare] = await steps([url], known);
      expect(bare).toMatchObject({ ok: false });
      expect(bare.text).toMatch(/certificate|closed the connection|broke/);
      const [wrong] = await steps([url], { ...all, password: "another word" });
      expect(wrong).toMatchObject({ step: "login", ok: false, text: expect.stringMatching(/password|let us in/) });
      const broker = await bridges.make("strict", [url], [forward("strict/#", "both")], all);
      await bridges.becomes(broker, "connected");
      const one = await bridges.ask("GET", `/${broker}`);
      expect([one.has_key, one.key, one.password]).toEqual([true, undefined, undefined]);
      await bridges.ask("DELETE", `/${broker}`);
    } finally {
      await strict.remove();
    }
  }, 30_000);
});
