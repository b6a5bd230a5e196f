import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { chromium, type Page } from "playwright-core";
import { FLEET, OWNER, VIEWER } from "./graphql/fleet.ts";
import { program } from "./run/have.ts";
import { button, type FlowNode, keeper, NodeRed } from "./run/node-red.ts";
import { startServer, type TestServer } from "./run/server.ts";
import { until } from "./run/until.ts";

/** What the editor has in its window. */
interface Editor {
  readonly RED: {
    readonly nodes: { node(id: string): object | null };
    readonly editor: { edit(node: object | null): void; editConfig(name: string, type: string, id: string): void };
  };
}

/** Our own nodes for Node-RED (`node-red/`), in a real one (docs/node-red.md). */

const PACKAGE = join(import.meta.dir, "..", "node-red");
const TOKENS = { server: { token: OWNER }, viewer: { token: VIEWER }, nobody: { token: "f".repeat(40) } };

let server: TestServer;
let red: NodeRed;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET });
  red = await NodeRed.start({ packages: [PACKAGE] });
  await red.deploy(flow(), TOKENS);
  await connected();
}, 400_000);
afterAll(async () => {
  await red?.stop();
  await server.remove();
});

const on = (id: string, type: string, more: object, ...wires: string[][]): FlowNode => ({
  id,
  type,
  z: "tab",
  ...(type.startsWith("fieldcast-") && { server: "server" }),
  wires,
  ...more,
});
/** A button that sends this. */
const send = (id: string, message: object, to: string): FlowNode[] => [
  button(`do-${id}`, `with-${id}`),
  on(`with-${id}`, "function", { func: `return Object.assign(msg, ${JSON.stringify(message)});`, outputs: 1 }, [to]),
];

function flow(): FlowNode[] {
  const place = { host: "127.0.0.1", mqttPort: server.ports.mqtt, httpPort: server.ports.http, useTls: false };
  const secure = { host: "localhost", mqttPort: server.ports.mqtts, httpPort: server.ports.https, useTls: true };
  const m1 = { product: "meter", device: "m1" };
  return [
    { id: "server", type: "fieldcast-server", ...place, keep: true, keepHours: 1, clientId: "node-red", waiting: 50 },
    { id: "tls", type: "tls-config", cert: "", key: "", ca: server.caFile, verifyservercert: true },
    { id: "viewer", type: "fieldcast-server", ...secure, tls: "tls" },
    { id: "nobody", type: "fieldcast-server", ...place },
    on("in", "fieldcast-in", { ...m1, qos: "1" }, ["heard"]),
    keeper("heard"),
    on("in-tls", "fieldcast-in", { server: "viewer", product: "meter", field: "note", qos: "2" }, ["heard-tls"]),
    keeper("heard-tls"),
    on("in-nobody", "fieldcast-in", { server: "nobody" }, []),
    on("states", "status", { scope: ["in", "in-nobody"] }, ["state"]),
    keeper("state"),
    on("out", "fieldcast-out", { qos: "1" }, ["stored"], ["refused"]),
    keeper("stored"),
    keeper("refused"),
    ...send("one", { payload: 23.25, ...m1, field: "TEMPERATURE" }, "out"),
    ...send("position", { payload: { lat: 52.5, lng: 13.4 }, topic: "dtck/meter/m1/WHERE" }, "out"),
    ...send("batch", { payload: { DOOR: true, NOTE: "22.00", STEPS: 7 }, ...m1 }, "out"),
    ...send("late", { payload: 5, ...m1, field: "BATTERY", timestamp: "2026-01-02T03:04:05Z" }, "out"),
    ...send("wrong", { payload: "warm", ...m1, field: "TEMPERATURE" }, "out"),
    ...send("aimless", { payload: 1 }, "out"),
    on("alone", "fieldcast-out", { ...m1, field: "NOPE", qos: "2" }, [], []),
    ...send("unseen", { payload: 1 }, "alone"),
    on("errors", "catch", { scope: ["alone", "current"] }, ["caught"]),
    keeper("caught"),
    on("current", "fieldcast-current", { product: "meter" }, ["now"]),
    keeper("now"),
    ...send("current-one", { device: "m1", field: "temperature" }, "current"),
    ...send("current-all", { device: "m1" }, "current"),
    ...send("current-none", { device: "no-such" }, "current"),
    on("history", "fieldcast-history", { ...m1, fields: "STEPS", last: "" }, ["rows"]),
    keeper("rows"),
    ...send("history", { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }, "history"),
    ...send("buckets", { from: "2026-01-01", to: "2026-01-02", resolution: "1h", aggregation: "max" }, "history"),
    on("presence", "fieldcast-presence", { product: "meter", every: 5, tellAtStart: true }, ["came"], ["all"]),
    keeper("came"),
    keeper("all"),
    button("do-presence", "presence"),
    on("downlink", "fieldcast-downlink", { ...m1, downlink: "reset" }, ["queued"]),
    keeper("queued"),
    button("do-downlink", "downlink"),
  ];
}
const connected = () =>
  until("its subscription", async () => (await server.metric("fieldcast_subscriptions")) >= 2).catch(
    (error: unknown) => {
      throw new Error(`${String(error)}\n${red.log()}`);
    },
  );
const record = (rows: object[]) =>
  server.http("/v1/devices/m1/record/?batch=true", OWNER, { method: "POST", body: JSON.stringify(rows) });

test("all of them load", async () => {
  const { types, errors } = await red.nodes();
  expect(errors).toEqual([]);
  const named = Object.keys((await import(join(PACKAGE, "package.json"))).default["node-red"].nodes);
  expect(types).toEqual(expect.arrayContaining(named));
});

test("out records one value, and in hears it with its type, unit and time", async () => {
  await red.inject("do-one");
  expect(await red.message("stored")).toMatchObject({ payload: 23.25, field: "TEMPERATURE" });
  expect(await red.message("heard")).toMatchObject({
    topic: "dtck/meter/m1/TEMPERATURE",
    payload: 23.25,
    product: "meter",
    device: "m1",
    field: "TEMPERATURE",
    type: "NUMERIC",
    unit: "°C",
    timestamp: expect.stringMatching(/^20\d\d-\d\d-\d\dT.*Z$/),
    retain: false,
  });
});

test("a batch, a position by its topic, a time of its own", async () => {
  await red.inject("do-batch");
  await red.inject("do-position");
  await red.inject("do-late");
  await red.message("heard", 5);
  const heard = await red.kept("heard");
  const of = (field: string) => heard.find((message) => message.field === field);
  expect(of("DOOR")).toMatchObject({ payload: true, type: "BOOL" });
  expect(of("NOTE")).toMatchObject({ payload: "22.00", type: "STRING", unit: null });
  expect(of("STEPS")).toMatchObject({ payload: 7 });
  expect(of("WHERE")).toMatchObject({ payload: { lat: 52.5, lng: 13.4 }, type: "GEO" });
  expect(of("BATTERY")).toMatchObject({ payload: 5, timestamp: "2026-01-02T03:04:05Z" });
});

test("another account over TLS hears what it may, fields in any case", async () => {
  expect(await red.message("heard-tls")).toMatchObject({ payload: "22.00", field: "NOTE", device: "m1" });
});

test("what is refused leaves by the second output, with the code and the words of the catalogue", async () => {
  await red.inject("do-wrong");
  expect(await red.message("refused")).toMatchObject({
    payload: "warm",
    refusal: { code: "invalid_value", message: expect.stringContaining("is not a number") },
  });
  await red.inject("do-aimless");
  expect(await red.message("refused", 1)).toMatchObject({
    refusal: { code: "invalid_message", message: expect.stringContaining("msg.product") },
  });
  expect(await red.kept("stored")).toHaveLength(4);
});

test("a refusal that nobody is wired to is an error for Catch nodes", async () => {
  await red.inject("do-unseen");
  expect(await red.message("caught")).toMatchObject({ error: { message: expect.stringContaining("no such field") } });
});

test("current values: one, all, and of what is not there an error", async () => {
  await red.inject("do-current-one");
  expect(await red.message("now")).toMatchObject({ payload: 23.25, field: "TEMPERATURE", unit: "°C", type: "NUMERIC" });
  await red.inject("do-current-all");
  expect(await red.message("now", 1)).toMatchObject({
    payload: { TEMPERATURE: 23.25, DOOR: true, NOTE: "22.00", WHERE: { lat: 52.5, lng: 13.4 }, EMPTY: null },
    values: { TEMPERATURE: { unit: "°C", type: "NUMERIC" } },
  });
  await red.inject("do-current-none");
  expect(await red.message("caught", 1)).toMatchObject({ error: { message: expect.stringContaining("device") } });
});

test("history: rows as they were recorded, and buckets", async () => {
  const at = (minute: number, value: number) => ({ field: "STEPS", value, timestamp: `2026-01-01T10:${minute}:00Z` });
  await record([at(10, 1), at(20, 5), at(50, 3)]);
  await red.inject("do-history");
  expect((await red.message("rows")).payload).toEqual([
    { time: "2026-01-01T10:10:00Z", STEPS: 1 },
    { time: "2026-01-01T10:20:00Z", STEPS: 5 },
    { time: "2026-01-01T10:50:00Z", STEPS: 3 },
  ]);
  await red.inject("do-buckets");
  expect((await red.message("rows", 1)).payload).toEqual([{ time: "2026-01-01T10:00:00Z", STEPS: 5 }]);
});

test("presence: each device that comes, and all of them when asked", async () => {
  await until("m1 came", async () =>
    (await red.kept("came")).some(({ device, payload }) => device === "m1" && payload === true),
  );
  await red.inject("do-presence");
  const { payload } = await red.message("all");
  expect(payload).toMatchObject([
    { device: "m1", name: "First", online: true, lastHeard: expect.any(String) },
    { device: "m2", online: false },
    { device: "m3", online: false },
  ]);
});

test("a downlink is queued", async () => {
  await red.inject("do-downlink");
  expect((await red.message("queued")).payload).toMatchObject({ content: { hex: "01" }, sent: expect.anything() });
});

test("a wrong token is shown below the node, and said once in the log", async () => {
  await until("the refusal", async () =>
    (await red.kept("state")).some((message) => JSON.stringify(message).includes("refused")),
  );
  expect(red.log().match(/The token is not known/g)?.length ?? 0).toBeLessThanOrEqual(1);
});

test("nothing is lost while the server is killed: what waits is recorded when it is back", async () => {
  const before = (await red.kept("stored")).length;
  const heard = (await red.kept("heard")).length;
  await server.kill9();
  await red.inject("do-one");
  await red.inject("do-batch");
  await server.restart();
  await red.message("stored", before + 1);
  expect((await red.kept("stored")).slice(before).map(({ payload }) => payload)).toEqual([
    23.25,
    { DOOR: true, NOTE: "22.00", STEPS: 7 },
  ]);
  // what is not heard yet would be told to the next run
  await red.message("heard", heard + 3);
});

/** The payload that a flow heard last. */
const last = async () => (await red.kept("heard")).at(-1)?.payload;

test("nothing is lost while Node-RED is away: the server keeps the session", async () => {
  await red.restart(async () => {
    await record([
      { field: "TEMPERATURE", value: 1 },
      { field: "TEMPERATURE", value: 2 },
    ]);
  });
  // whose acknowledgement did not leave in time comes once more, before
  await until("the last one is heard", async () => (await last()) === 2);
  expect((await red.kept("heard")).slice(-2).map(({ payload }) => payload)).toEqual([1, 2]);
});

/** What the session that the server keeps for the first configuration has subscribed to. */
async function filters(): Promise<string[]> {
  const { filters: all } = (await server.operation("sessionShow", { client: "node-red" })) as {
    filters: { filter: string }[];
  };
  return all.map(({ filter }) => filter);
}

test("a flow that hears something else is told nothing of the first any more", async () => {
  const changed = flow().map((node) => (node.id === "in" ? { ...node, field: "BATTERY" } : node));
  await red.deploy(changed, TOKENS, "nodes");
  await until("its subscription, alone", async () => (await filters()).join() === "dtck/meter/m1/BATTERY");
  await record([
    { field: "TEMPERATURE", value: 3 },
    { field: "BATTERY", value: 4 },
  ]);
  await until("the next one is heard", async () => (await last()) !== 2);
  expect((await red.kept("heard")).at(-1)).toMatchObject({ field: "BATTERY", payload: 4 });
}, 30_000);

test("the dialogs offer what the token may see, and try the server step by step", async () => {
  const browser = await chromium.launch({
    executablePath: program("chromium") ?? "chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const page = await browser.newPage({ locale: "en-US" });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(red.url);
    await page.waitForFunction(
      () => "RED" in globalThis && (globalThis as unknown as Editor).RED.nodes.node("in") != null,
    );
    await edit(page, "in");
    await offered(page, "product", "meter", "meter – Meter");
    await offered(page, "device", "Fir", "m1 – First");
    await offered(page, "field", "temp", "TEMPERATURE – Temperature (NUMERIC, °C)");
    expect(await page.locator("#node-input-field").inputValue()).toBe("TEMPERATURE");
    expect(await page.locator("label[for=node-input-product]").textContent()).toContain("Product");
    await page.locator("#node-dialog-cancel").click();
    await page.evaluate(() => {
      (globalThis as unknown as Editor).RED.editor.editConfig("server", "fieldcast-server", "server");
    });
    await page.locator("#fieldcast-test").click();
    await page.locator("#fieldcast-steps li").nth(2).waitFor();
    expect(await page.locator("#fieldcast-steps li").allTextContents()).toEqual([
      `HTTP: 127.0.0.1:${server.ports.http}`,
      "Token of: owner@example.com",
      `MQTT: mqtt://127.0.0.1:${server.ports.mqtt}`,
    ]);
    await page.locator("#node-config-input-token").fill("0".repeat(40));
    await page.locator("#fieldcast-test").click();
    await page.locator("#fieldcast-steps .fa-times").waitFor();
    expect(await page.locator("#fieldcast-steps li").last().textContent()).toContain("Token of: This access token");
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
}, 60_000);

async function edit(page: Page, id: string): Promise<void> {
  await page.evaluate((node) => {
    const { RED } = globalThis as unknown as Editor;
    RED.editor.edit(RED.nodes.node(node));
  }, id);
  await page.locator("#node-input-product").waitFor();
}
/** Types into a field of the dialog, and takes what is offered. */
async function offered(page: Page, name: string, typed: string, label: string): Promise<void> {
  const input = page.locator(`#node-input-${name}`);
  await input.fill("");
  await input.pressSequentially(typed);
  await page.locator(".red-ui-autoComplete-container a:visible", { hasText: label }).first().click();
}

test("the examples can be deployed, and the one that joins two brokers does", async () => {
  const folder = join(PACKAGE, "examples");
  for (const file of readdirSync(folder)) {
    const nodes = JSON.parse(readFileSync(join(folder, file), "utf8")) as FlowNode[];
    const known = (await red.nodes()).types;
    for (const { type } of nodes) if (type !== "tab") expect(known).toContain(type);
  }
  await joined();
}, 60_000);

/** The example as it is, but for the addresses; the other broker is a second server with free topics. */
async function joined(): Promise<void> {
  const other = await startServer({ fleet: FLEET, flags: ["--free-topics"] });
  const nodes = JSON.parse(readFileSync(join(PACKAGE, "examples", "join-two-brokers.json"), "utf8")) as FlowNode[];
  const moved = nodes
    .filter(({ type }) => type !== "tab")
    .map((node) => ({
      ...node,
      ...("z" in node && { z: "tab" }),
      ...(node.type === "fieldcast-server" && {
        host: "127.0.0.1",
        mqttPort: server.ports.mqtt,
        httpPort: server.ports.http,
      }),
      ...(node.type === "mqtt-broker" && { broker: "127.0.0.1", port: String(other.ports.mqtt) }),
      ...(node.type === "fieldcast-out" && { product: "meter" }),
      ...(node.type === "fieldcast-in" && { product: "meter", field: "STEPS" }),
    }));
  await red.deploy(moved, { "fc-server": { token: OWNER }, "fc-foreign": { user: OWNER, password: OWNER } });
  const client = await connectAsync(`mqtt://127.0.0.1:${other.ports.mqtt}`, { username: OWNER, password: OWNER });
  try {
    const back = new Promise<string>((resolve) => client.on("message", (topic, text) => resolve(`${topic} ${text}`)));
    await client.subscribeAsync("plant/+/set/setpoint", { qos: 1 });
    await until("the flow hears the other broker", async () => (await other.metric("fieldcast_subscriptions")) >= 2);
    await client.publishAsync("plant/m2/temperature", "19.5", { qos: 1 });
    await until("it is recorded here", async () =>
      JSON.stringify(await server.history(OWNER, "m2", "TEMPERATURE")).includes("19.5"),
    );
    await record([{ field: "STEPS", value: 42 }]);
    expect(await back).toBe("plant/m1/set/setpoint 42");
  } finally {
    await client.endAsync();
    await other.remove();
  }
}
