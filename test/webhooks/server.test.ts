import { afterAll, beforeAll, expect, test } from "bun:test";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Endpoint } from "./rig.ts";

const KEY = "55555555-5555-4555-8555-555555555555";
const DECODER = "function Decoder(request) { console.log('seen'); return JSON.parse(request.body); }";
let server: TestServer;
const to = new Endpoint();
/** Where downlinks go. */
const gateway = new Endpoint();
const NETWORK = `networks: [{ name: gateway, type: http, server: "${gateway.url}" }]`;
const ENCODER = "function Encoder(device, measurements) { return { url: '/led', body: 'on' }; }";
const YAML = FLEET.replace("  - slug: acme\n", `  - slug: acme\n    ${NETWORK}\n`).replace(
  "slug: my-product\n",
  `slug: my-product
        integration_key: ${KEY}
        decoder: "${DECODER}"
        network: gateway
        downlinks: [{ name: led, encoder: "${ENCODER}" }]
`,
);
beforeAll(async () => {
  server = await startServer({ fleet: YAML, flags: ["--allow-outgoing", "127.0.0.1"] });
});
afterAll(async () => {
  await Promise.all([server.remove(), to.stop(), gateway.stop()]);
});
interface Event {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}
const eventsOf = (type: string) =>
  to.got.map(({ body }) => JSON.parse(body) as Event).filter((one) => one.type === type);

test("a server tells of what a decoder gave, of what was stored of it, and of a device that is heard again; made and tried over HTTP", async () => {
  const ask = async (method: string, path: string, body?: object) => {
    const headers = { "Content-Type": "application/json" };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const answer = await server.http(`/api/v1/workspaces/acme/webhooks${path}`, TOKENS.owner, init);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const events = ["device_measurement", "decoder_output", "device_online"];
  const made = await ask("POST", "", { name: "all", url: to.url, events });
  expect(made.status).toBe(201);
  const path = `/${made.body.webhook}`;
  const tried = await ask("POST", `${path}/test`, { event: "decoder_output" });
  expect(tried.body).toMatchObject({ accepted: true, status: 200, answer: "ok" });
  to.got.length = 0;

  const body = JSON.stringify([
    { device: "dev1", field: "TEMPERATURE", value: 21.5 },
    { device: "dev1", field: "NOTHING", value: 1 },
  ]);
  expect(await (await server.http(`/integrations/api/${KEY}/`, undefined, { method: "POST", body })).text()).toBe(
    "thanks",
  );
  await until("all three", () => new Set(to.got.map(({ body }) => (JSON.parse(body) as Event).type)).size === 3);
  expect(eventsOf("decoder_output")).toMatchObject([
    {
      data: {
        log: "seen",
        device: null,
        product: "my-product",
        result: [
          { device: "dev1", field: "TEMPERATURE", value: 21.5, stored: true },
          { device: "dev1", field: "NOTHING", value: 1, stored: false },
        ],
      },
    },
  ]);
  expect(eventsOf("device_measurement")).toMatchObject([
    { data: { field: "TEMPERATURE", value: 21.5, device: { id: "dev1" } } },
  ]);
  expect(eventsOf("device_online")).toMatchObject([{ data: { online: true, device: { id: "dev1" } } }]);

  const calls = await ask("GET", `${path}/calls?limit=10`);
  expect(calls.body).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ status: 200, error: null })]),
  });
  expect((await ask("POST", `${path}/pause`)).body).toMatchObject({ state: "paused" });
  expect((await ask("POST", `${path}/resume`)).body).toMatchObject({ state: "active" });
  expect((await ask("DELETE", path)).status).toBe(200);
  expect((await ask("GET", path)).status).toBe(404);
});

test("one that a 410 switched off says why and since when, also after a restart, until it is switched on", async () => {
  to.answer = () => new Response("", { status: 410 });
  const path = "/api/v1/workspaces/acme/webhooks";
  const body = JSON.stringify({ name: "gone", url: to.url, events: ["device_measurement"] });
  const headers = { "Content-Type": "application/json" };
  const made = await server.http(path, TOKENS.owner, { method: "POST", headers, body });
  const { webhook } = (await made.json()) as { webhook: number };
  const shown = async () => (await (await server.http(`${path}/${webhook}`, TOKENS.owner)).json()) as { state: string };
  const value = JSON.stringify({ device: "dev1", temperature: 22 });
  await server.http(`/integrations/api/${KEY}/`, undefined, { method: "POST", body: value });
  await until("it is off", async () => (await shown()).state === "off");
  const off = await shown();
  const isOff = { state: "off", active: false, reason: expect.stringContaining("answered 410"), next_try: null };
  expect(off).toMatchObject({ ...isOff, since: expect.stringMatching(/^\d{4}-.*Z$/) });
  await server.restart();
  expect(await shown()).toEqual(off);
  const { out } = await server.cli("webhook", "show", "gone");
  expect(out).toMatch(/^state +off: The endpoint answered 410.*\nsince +\d{4}-.*Z$/m);
  await server.cli("webhook", "update", "gone", "--on");
  expect(await shown()).toMatchObject({ state: "active", reason: null, since: null });
});

test("what a decoder gave and what becomes of a downlink is told after a SIGKILL, too: once it is answered it is kept", async () => {
  const away = new Endpoint();
  away.answer = () => new Response("", { status: 503 });
  const events = ["decoder_output", "downlink"];
  const init = { method: "POST", headers: { "Content-Type": "application/json" } };
  const body = JSON.stringify({ name: "later", url: away.url, events });
  const made = await server.http("/api/v1/workspaces/acme/webhooks", TOKENS.owner, { ...init, body });
  expect(made.status).toBe(201);
  const { webhook } = (await made.json()) as { webhook: number };
  const uplink = JSON.stringify([{ device: "dev3", field: "TEMPERATURE", value: 4 }]);
  const took = await server.http(`/integrations/api/${KEY}/`, undefined, { method: "POST", body: uplink });
  expect(await took.text()).toBe("thanks");
  const sent = await server.cli("downlink", "send", "my-product", "dev3", "led");
  expect(sent).toMatchObject({ code: 0 });
  await until("the gateway has it", () => gateway.got.length === 1);
  await until("the endpoint was asked", () => away.got.length > 0);

  await server.kill9();
  away.answer = () => new Response("ok");
  away.got.length = 0;
  await server.start();
  // its endpoint failed: it would be tried again in a while
  const now = { method: "POST" };
  await server.http(`/api/v1/workspaces/acme/webhooks/${webhook}/resume`, TOKENS.owner, now);
  const told = () => away.got.map((one) => JSON.parse(one.body) as Event);
  await until("both", () => new Set(told().map(({ type }) => type)).size === 2);
  expect(told().find(({ type }) => type === "decoder_output")?.data).toMatchObject({
    result: [{ device: "dev3", field: "TEMPERATURE", value: 4, stored: true }],
  });
  const states = told().flatMap(({ type, data }) =>
    type === "downlink" ? [(data.downlink as { state: string }).state] : [],
  );
  expect(states).toContain("queued");
  expect(told().find(({ type }) => type === "downlink")?.data).toMatchObject({ device: { id: "dev3" } });
  await away.stop();
});
