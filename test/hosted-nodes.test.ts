import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { FLEET, OWNER, PRODUCT_ID, WORKSPACE_ID } from "./graphql/fleet.ts";
import { button, type FlowNode, keeper, NodeRed } from "./run/node-red.ts";
import { program } from "./run/have.ts";
import { startServer, type TestServer } from "./run/server.ts";
import { until } from "./run/until.ts";

/**
 * The hosted platform's own nodes for Node-RED, as npm has them, in a real Node-RED: their host names, which stand in their code, lead here. docs/compatibility.md
 * says what a user does for that.
 */

/** What the editor has in its window. */
interface Editor {
  readonly RED: {
    readonly nodes: { node(id: string): object | null };
    readonly editor: { edit(node: object | null): void };
  };
}

let server: TestServer;
let red: NodeRed;
beforeAll(async () => {
  server = await startServer({
    fleet: FLEET,
    flags: ["--tls-name", "mqtt.datacake.co", "--tls-name", "api.datacake.co"],
  });
  const rows = [
    { field: "TEMPERATURE", value: 21.5 },
    { field: "DOOR", value: true },
    { field: "NOTE", value: "all well" },
    { field: "ENERGY", value: 100 },
    { field: "BATTERY", value: 80 },
  ];
  await server.http("/v1/devices/m1/record/?batch=true", OWNER, { method: "POST", body: JSON.stringify(rows) });
  red = await NodeRed.start({
    preload: join(import.meta.dir, "node-red", "redirect.cjs"),
    env: {
      NODE_EXTRA_CA_CERTS: server.caFile,
      REDIRECT_PORTS: JSON.stringify({ 8883: server.ports.mqtts, 443: server.ports.https }),
    },
  });
  await red.deploy(FLOW, {
    helpers: { workspaceToken: OWNER },
    raw: { token: OWNER },
    query: { token: OWNER },
  });
}, 400_000);
afterAll(async () => {
  await red?.stop();
  await server.remove();
});

const on = (id: string, type: string, more: object, ...to: string[]): FlowNode => ({
  id,
  type,
  z: "tab",
  wires: [to],
  ...more,
});
const helper = (id: string, type: string, more: object): FlowNode[] => [
  button(`do-${id}`, id),
  on(id, type, { datacakeConfig: "helpers", ...more }, `got-${id}`),
  keeper(`got-${id}`),
];

const FLOW: FlowNode[] = [
  // node-red-contrib-datacake
  { id: "platform", type: "datacake-configuration", apiKey: OWNER, workspace: WORKSPACE_ID, workspaceId: WORKSPACE_ID },
  on(
    "in",
    "datacake-in",
    { datacakeConfiguration: "platform", productSlug: "meter", deviceId: "m1", fieldName: "+" },
    "heard",
  ),
  keeper("heard"),
  { ...button("send", "out"), payload: "23.25", payloadType: "str" },
  on("out", "datacake-out", {
    datacakeConfiguration: "platform",
    productSlug: "meter",
    deviceId: "m1",
    fieldName: "TEMPERATURE",
  }),
  // node-red-contrib-datacake-helpers
  { id: "helpers", type: "datacakegraphql-config", workspaceUuid: WORKSPACE_ID },
  ...helper("device", "datacakegraphql-device", { deviceId: "m1" }),
  ...helper("field", "datacakegraphql-field", {
    selectedFields: [
      { deviceId: "m1", deviceName: "First", fieldName: "TEMPERATURE" },
      { deviceId: "m1", deviceName: "First", fieldName: "NOTE" },
    ],
  }),
  ...helper("stats", "datacakegraphql-product-stats", {
    productId: PRODUCT_ID,
    selectedFields: ["TEMPERATURE"],
    searchTags: [],
  }),
  ...helper("semantic", "datacakegraphql-semantic", {
    semantics: [{ semantic: "TEMPERATURE", type: "NUMERIC" }],
    tags: ["cellar"],
  }),
  ...helper("health", "datacakegraphql-fleet-health", {
    tags: [],
    includeBatteryStats: true,
    includeSignalStats: true,
    includeDeviceDetails: true,
  }),
  ...helper("history", "datacakegraphql-history", { deviceId: "m1", fields: ["TEMPERATURE"], preset: "last24h" }),
  ...helper("consumption", "datacakegraphql-consumption", {
    deviceId: "m1",
    fieldName: "ENERGY",
    timeframePresets: ["today", "this_month"],
    includeCurrentReading: true,
    timezone: "UTC",
  }),
  ...helper("raw", "datacakegraphql-raw", { query: "query{allWorkspaces{id name}}", variablesSource: "none" }),
  button("do-post", "set-post"),
  on(
    "set-post",
    "function",
    { func: "msg.payload = { temperature: 19.5, note: 'posted' }; return msg;", outputs: 1 },
    "post",
  ),
  on(
    "post",
    "datacakegraphql-device-post",
    { apiUrl: `https://api.datacake.co/integrations/api/${PRODUCT_ID}/`, serialNumber: "S-1" },
    "got-post",
  ),
  keeper("got-post"),
  // node-red-contrib-datacake-query
  { id: "query", type: "datacake-config", workspace: WORKSPACE_ID },
  button("do-query", "asked"),
  on("asked", "datacake-query", { config: "query", query: '{workspace(id:"<UUID>"){slug}}' }, "got-asked"),
  keeper("got-asked"),
];

const ask = async (id: string) => {
  await red.inject(`do-${id}`);
  return (await red.message(`got-${id}`)).payload as Record<string, unknown>;
};

test("all of their nodes load", async () => {
  const { types, errors } = await red.nodes();
  expect(errors).toEqual([]);
  for (const type of ["datacake-in", "datacakegraphql-device", "datacake-query"]) expect(types).toContain(type);
});

test("what a flow publishes is recorded, and comes back to the flow that hears the device", async () => {
  await until("its subscription", () => red.log().includes("Successfully subscribed to dtck/meter/m1/+"));
  await red.inject("send");
  expect(await red.message("heard")).toMatchObject({
    payload: "23.25",
    productSlug: "meter",
    deviceId: "m1",
    fieldName: "TEMPERATURE",
  });
});

test("a device and its fields, with texts where they are texts", async () => {
  expect(await ask("device")).toMatchObject({
    id: "m1",
    serialNumber: "S-1",
    verboseName: "First",
    online: true,
    DOOR: 1,
    NOTE: "all well",
    TEMPERATURE_metadata: { type: "NUMERIC", unit: "°C" },
  });
  expect(await ask("field")).toMatchObject([
    { deviceName: "First", fieldName: "TEMPERATURE", value: expect.any(Number) },
    { deviceName: "First", fieldName: "NOTE", value: "all well" },
  ]);
});

test.each(["stats", "semantic", "health", "history", "consumption"])("%s answers without an error", async (id) => {
  const payload = await ask(id);
  expect(JSON.stringify(payload)).not.toMatch(/"error":"/);
  expect(Object.keys(payload).length).toBeGreaterThan(0);
});

test("any document, with the workspace's id in it", async () => {
  expect(JSON.stringify(await ask("raw"))).toContain(WORKSPACE_ID);
  await red.inject("do-query");
  expect((await red.message("got-asked")).payload).toEqual({ workspace: { slug: "plant" } });
});

test("a device posts to the product's address and is thanked", async () => {
  await red.inject("do-post");
  expect(await red.message("got-post")).toMatchObject({ statusCode: 200, payload: "thanks" });
  const rows = await server.history(OWNER, "m1", "NOTE");
  expect(rows.at(-1)).toMatchObject({ NOTE: "posted" });
});

test("the dialogs of its editor list devices and fields: a page of another origin, with a token", async () => {
  const browser = await chromium.launch({
    executablePath: program("chromium") ?? "chromium",
    args: [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--ignore-certificate-errors",
      `--host-resolver-rules=MAP api.datacake.co:443 127.0.0.1:${server.ports.https}`,
    ],
  });
  try {
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on("console", (line) => {
      if (/CORS|Access-Control/.test(line.text())) refused.push(line.text());
    });
    await page.goto(red.url);
    await page.waitForFunction(
      () => "RED" in globalThis && (globalThis as unknown as Editor).RED.nodes.node("in") != null,
    );
    await page.evaluate(() => {
      const { RED } = globalThis as unknown as Editor;
      RED.editor.edit(RED.nodes.node("in"));
    });
    const devices = page.locator("#node-input-deviceId_select option");
    await devices.first().waitFor({ state: "attached" });
    expect(await devices.allTextContents()).toContain("First");
    const fields = await page.locator("#node-input-fieldName_select option").allTextContents();
    expect(fields).toEqual(expect.arrayContaining(["All Measurements", "Temperature", "BATTERY"]));
    expect(await page.locator("#node-input-productSlug").inputValue()).toBe("meter");
    expect(refused).toEqual([]);
  } finally {
    await browser.close();
  }
}, 60_000);

test("nothing of it was an error in its log", () => {
  expect(
    red
      .log()
      .split("\n")
      .filter((line) => line.includes("[error]")),
  ).toEqual([]);
});
