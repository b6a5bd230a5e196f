import { afterAll, beforeAll, expect, test } from "bun:test";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { headerOf, mailServer, textOf } from "../run/mail-server.ts";
import { payloadText, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Endpoint } from "../webhooks/rig.ts";

/** Rules from a publish to what hears of it: a mail server, an address, MQTT clients, a downlink, people; and kills between. */

const RULER = "0a".repeat(20);
/** May make rules, and has no free topics. */
const MAKER = "0b".repeat(20);
const YAML = FLEET.replace(
  "      - { name: recorder,",
  `      - name: ruler
        token: ${RULER}
        rights: [{ devices: all, can: [record_measurements] }, { free_topics: ["#"], can: [publish, subscribe] }]
      - { name: maker, token: ${MAKER}, rights: [{ devices: all, can: [record_measurements] }, { workspace: [rules] }] }
      - { name: recorder,`,
).replace(
  "slug: my-product\n",
  "slug: my-product\n        downlinks: [{ name: led, sent_by: field, field: TEMPERATURE, target: NOTE }]\n",
);
const SECRET = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
let server: TestServer;
let mail: Awaited<ReturnType<typeof mailServer>>;
const hook = new Endpoint();
beforeAll(async () => {
  mail = await mailServer();
  server = await startServer({
    fleet: YAML,
    flags: [
      ...["--smtp-url", `smtp://127.0.0.1:${mail.port}`, "--mail-from", "cloud@example.com"],
      ...["--public-url", "https://cloud.example.com", "--allow-outgoing", "127.0.0.1", "--free-topics"],
    ],
  });
}, 60_000);
afterAll(async () => {
  await Promise.all([server?.remove(), hook.stop()]);
  mail?.stop();
});

type Json = Record<string, unknown>;
async function ask(method: string, path: string, body?: object, token: string = TOKENS.owner) {
  const headers = { "Content-Type": "application/json" };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const answer = await server.http(`/api/v1${path}`, token, init);
  return { status: answer.status, body: (await answer.json()) as Json };
}
async function rule(name: string, more: object): Promise<number> {
  const wish = { name, account: "ruler@acme", trigger: { type: "measurement", fields: ["TEMPERATURE"] }, ...more };
  const { status, body } = await ask("POST", "/workspaces/acme/rules", wish);
  expect([status, body]).toEqual([201, expect.anything()]);
  return Number(body.rule);
}
const HOT = { condition: { field: "TEMPERATURE", operator: ">", value: 30 } };
const itemsOf = async (path: string, token?: string) => (await ask("GET", path, undefined, token)).body.items as Json[];

test("a publish becomes an alert, a mail, a signed request, a message, a written field, a downlink and a notification", async () => {
  const own = { scope: { devices: [{ product: "my-product", device: "dev1" }] } };
  const number = await rule("Too hot", {
    ...{ ...HOT, ...own },
    alert: { severity: "critical", text: "{{ device.name }}: {{ value | round: 1 }} {{ unit }}" },
    actions: [
      {
        type: "email",
        to: ["ada@example.com", "bob@example.com"],
        subject: "{{ text }}",
        text: "{{ event }} {{ device.url }}",
      },
      { type: "webhook", url: hook.url, secret: SECRET, headers: { "X-Severity": "{{ severity }}" } },
      { type: "message", topic: "alarm/{{ device.id }}", payload: "{{ value }}" },
      { type: "field", device: "my-product/dev2", field: "DOOR", value: "on" },
      { type: "downlink", downlink: "led" },
      { type: "notification", text: "look at {{ device.name }}" },
    ],
  });
  const heard = await Raw.login(server.ports.mqtt, { token: RULER });
  await heard.subscribe(["dtck/my-product/dev2/DOOR", "alarm/#"], 1);
  const stream = await server.http("/api/v1/alerts/live?workspace=acme", TOKENS.owner);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();

  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  expect(await client.record("dtck-pub/my-product/dev1/TEMPERATURE", "30.5")).toBe(0);

  await until("the mail", () => mail.letters.length === 1);
  const [letter] = mail.letters;
  if (letter === undefined) throw new Error("there is none");
  expect(letter.to).toEqual(["ada@example.com", "bob@example.com"]);
  expect(textOf(letter)).toBe("fired https://cloud.example.com/console/w/acme/devices/my-product/dev1\n");
  expect(headerOf(letter, "Message-ID")).toMatch(/^<rule-\d+-\d+-\w+@example\.com>$/);
  const [request] = await until("the request", () => hook.got.length > 0 && hook.got);
  expect(request?.headers.get("x-severity")).toBe("critical");
  expect(request?.headers.get("webhook-signature")).toMatch(/^v1,/);
  expect(JSON.parse(request?.body ?? "")).toMatchObject({ event: "fired", value: 30.5, device: { id: "dev1" } });
  const came = [await heard.expect("publish"), await heard.expect("publish")];
  expect(came.map((one) => `${one.topic} ${payloadText(one)}`).sort()).toEqual([
    "alarm/dev1 30.5",
    "dtck/my-product/dev2/DOOR true",
  ]);
  const downlinks = await until("the downlink", async () => {
    const found = await itemsOf("/products/my-product/devices/dev1/downlinks");
    return found.length > 0 && found;
  });
  expect(downlinks).toMatchObject([{ downlink: "led", sender: "ruler@acme" }]);
  let told = "";
  while (!(told.includes("event: alert") && told.includes("event: notification")))
    told += (await reader?.read())?.value;
  expect(told).toContain("look at Simulated 1");
  await reader?.cancel();

  const [alert] = await itemsOf("/workspaces/acme/alerts");
  const values = [{ field: "TEMPERATURE", value: 30.5, unit: "°C" }];
  const device = { product: "my-product", device: "dev1", name: "Simulated 1" };
  expect(alert).toMatchObject({
    rule: number,
    device,
    severity: "critical",
    state: "open",
    text: "Simulated 1: 30.5 °C",
    values,
  });
  const log = await until("the log has all of it", async () => {
    const lines = await itemsOf(`/workspaces/acme/rules/${number}/log`);
    return lines.filter(({ what }) => what === "action").length === 6 && lines;
  });
  expect(log.map(({ text }) => text)).toContain("email (action 1): A mail went to ada@example.com, bob@example.com.");
  expect(await server.metric("fieldcast_rule_actions_total", 'what="done"')).toBe(6);
  expect(await server.metric("fieldcast_alerts", 'severity="critical"')).toBe(1);
  await client.leave();
  await heard.leave();
});

test("who may view a device sees its alerts, who may record acknowledges them; what is done stands in the audit log", async () => {
  const [alert] = await itemsOf("/workspaces/acme/alerts");
  const path = `/workspaces/acme/alerts/${alert?.alert}`;
  expect((await ask("GET", path, undefined, TOKENS.globex)).status).toBe(404);
  expect(await itemsOf("/workspaces/acme/alerts", TOKENS.scoped)).toEqual([]);
  expect((await ask("GET", path, undefined, TOKENS.scoped)).status).toBe(404);
  expect((await ask("GET", path, undefined, TOKENS.viewer)).status).toBe(200);
  expect((await ask("POST", `${path}/acknowledge`, {}, TOKENS.viewer)).status).toBe(403);
  const mine = await ask("POST", `${path}/acknowledge`, { note: "on my way" }, TOKENS.device);
  expect(mine.body).toMatchObject({ state: "acknowledged", acknowledged: { by: "field devices@acme" } });
  expect((await ask("GET", "/workspaces/acme/alerts/counts")).body).toMatchObject({
    critical: { open: 0, acknowledged: 1 },
  });
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  expect(await client.record("dtck-pub/my-product/dev1/TEMPERATURE", "20")).toBe(0);
  await client.leave();
  const closed = await until("the rule closes it", async () => {
    const one = (await ask("GET", path)).body;
    return one.state === "closed" && one;
  });
  expect(closed).toMatchObject({
    closed: { by: null },
    steps: [{ what: "opened" }, { note: "on my way" }, { what: "closed" }],
  });
  expect((await ask("POST", `${path}/close`, {})).status).toBe(409);
  expect(await itemsOf("/products/my-product/devices/dev1/alerts")).toMatchObject([{ state: "closed" }]);
  const [entry] = await itemsOf("/audit?action=alert.acknowledge");
  expect(entry).toMatchObject({
    actor: { name: "field devices@acme" },
    after: { state: "acknowledged", note: "on my way" },
  });
  expect((await server.cli("alert", "list", "--state", "closed")).out).toContain("Simulated 1: 30.5 °C");
  expect((await server.cli("alert", "show", String(alert?.alert))).out).toContain("field devices@acme: on my way");
});

test("a rule of a fleet file publishes on the topics of its workspace, and who subscribes later gets what was retained", async () => {
  const message = `{ type: message, topic: "{{ device.id }}/spoke", payload: "{{ value }}", retain: true }`;
  const trigger = "{ type: measurement, fields: [STEPS] }";
  await server.apply(
    `workspaces: [{ slug: acme, rules: [{ name: filed, trigger: ${trigger}, actions: [${message}] }] }]`,
  );
  const early = await Raw.login(server.ports.mqtt, { token: RULER });
  await early.subscribe("+/spoke", 1);
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  expect(await client.record("dtck-pub/my-product/dev3/STEPS", "7")).toBe(0);
  const heard = await early.expect("publish");
  expect([heard.topic, payloadText(heard)]).toEqual(["dev3/spoke", "7"]);
  const late = await Raw.login(server.ports.mqtt, { token: RULER });
  await late.subscribe("+/spoke", 1);
  const kept = await late.expect("publish");
  expect([kept.topic, payloadText(kept), kept.retain]).toEqual(["dev3/spoke", "7", true]);
});

test("a mistake in a template is told when the rule is saved", async () => {
  const wish = { name: "bad", trigger: { type: "measurement", fields: ["TEMPERATURE"] }, ...HOT };
  const actions = [{ type: "notification", text: "{{ value | rund: 1 }} {{ device.nme }}" }];
  const { status, body } = await ask("POST", "/workspaces/acme/rules", { ...wish, actions });
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining("actions[0].text")]);
});

test("an action is tried before it is saved, and by its place in a rule", async () => {
  const device = { product: "my-product", device: "dev1" };
  const action = { type: "email", to: ["eve@example.com"], subject: "{{ device.name }} {{ value }}" };
  const path = "/workspaces/acme/rules/test-action";
  const dry = await ask("POST", path, { action, device, dry_run: true });
  expect(dry.body).toMatchObject({ done: false, rendered: { subject: "Simulated 1 20" } });
  mail.letters.length = 0;
  expect((await ask("POST", path, { action, device })).body).toMatchObject({ done: true });
  expect(mail.letters.map((one) => headerOf(one, "Subject"))).toEqual(["Simulated 1 20"]);
  const [{ rule: number } = {}] = await itemsOf("/workspaces/acme/rules");
  const saved = await ask("POST", path, { rule: number, action: 5, device });
  expect(saved.body).toMatchObject({ done: true, rendered: { text: "look at Simulated 1" } });
  expect((await ask("POST", path, { rule: number, action: 9, device })).status).toBe(400);
  const cli = (...more: string[]) => server.cli("rule", "test-action", `#${number}`, ...more);
  const by = await cli("5", "--device", "my-product/dev1", "--dry-run");
  expect([by.code, by.err, by.out]).toEqual([0, "text: look at Simulated 1\n", expect.stringContaining("dry run")]);
  expect(await cli("5", "--device", "my-product/dev1")).toMatchObject({ code: 0 });
  expect(await cli("9")).toMatchObject({ code: 1, err: expect.stringContaining("The rule has no action 9") });
  // its account publishes on free topics, which who asks may not
  const message = { type: "message", topic: "alarm" };
  const trigger = { type: "measurement", fields: ["TEMPERATURE"] };
  expect(await ask("POST", path, { rule: number, action: 2, device }, MAKER)).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining("may more than you") },
  });
  const wish = { name: "mine", trigger, ...HOT, actions: [message] };
  expect((await ask("POST", "/workspaces/acme/rules", { ...wish, account: "ruler@acme" }, MAKER)).status).toBe(403);
  expect((await ask("POST", path, { action: message, device }, MAKER)).body).toMatchObject({
    done: false,
    text: expect.stringContaining("has no free topics"),
  });
});

test("kills between firing and action: each field is written once, each message comes once, each mail at least once with one id", async () => {
  const scope = { scope: { products: ["my-product"] } };
  await rule("count", {
    ...{ ...HOT, ...scope },
    actions: [
      { type: "field", field: "STEPS", value: "{{ value }}" },
      { type: "message", topic: "hot/{{ device.id }}", payload: "{{ value }}" },
      { type: "email", to: ["eve@example.com"], subject: "{{ device.id }}" },
    ],
  });
  const session = { token: RULER, clientId: "heard", cleanStart: false, properties: { sessionExpiryInterval: 10_000 } };
  const before = await Raw.login(server.ports.mqtt, session);
  await before.subscribe("hot/#", 2);
  before.reset();
  await before.closed;
  // letters are kept, and their sender never hears so
  mail.state.mute = true;
  mail.letters.length = 0;
  const devices = Array.from({ length: 20 }, (_, i) => `dev${i + 10}`);
  for (const some of [devices.slice(0, 10), devices.slice(10)]) {
    const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    for (const device of some) expect(await client.record(`dtck-pub/my-product/${device}/TEMPERATURE`, "31")).toBe(0);
    await server.kill9();
    await server.restart();
  }
  mail.state.mute = false;
  await server.kill9();
  await server.restart();
  await until("all mails", () => new Set(mail.letters.map((one) => headerOf(one, "Subject"))).size === devices.length);
  await until("nothing waits", async () => (await server.metric("fieldcast_rule_actions_waiting")) === 0);
  const ids = new Map<string, Set<string>>();
  for (const one of mail.letters) {
    const own = ids.get(headerOf(one, "Subject")) ?? new Set();
    ids.set(headerOf(one, "Subject"), own.add(headerOf(one, "Message-ID")));
  }
  expect([...ids.values()].map(({ size }) => size)).toEqual(devices.map(() => 1));
  for (const device of devices)
    expect([device, await server.history(TOKENS.owner, device, "STEPS")]).toEqual([device, [expect.anything()]]);
  const after = await Raw.login(server.ports.mqtt, session);
  const topics: string[] = [];
  await until("all messages", async () => {
    for (const packet of await after.drain()) if (packet.type === "publish") topics.push(packet.topic);
    return topics.length >= devices.length;
  });
  expect(topics.sort()).toEqual(devices.map((device) => `hot/${device}`).sort());
  await after.leave();
}, 120_000);
