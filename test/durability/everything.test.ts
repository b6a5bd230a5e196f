import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentOf } from "../../src/store/sqlite/folder.testing.ts";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { payloadText, Raw, type Wish } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/**
 * One folder with everything that a server writes, made by clients: check, backup, restore and salvage read all of it, and a
 * server goes on where the first one ended. (That each single wire test leaves a sound folder is looked at in test/run/server.ts.)
 */

const ADMIN = "0a".repeat(20);
const KEY = "55555555-5555-4555-8555-555555555555";
const LORA = "70b3d57ed005a11c";
const SPEAKS_OTHERWISE = `        decoder: "function Decoder(request) { return JSON.parse(request.body); }"
        configuration: [{ id: depth, type: number, default: 1 }]
        downlinks: [{ name: reset, port: 2, encoder: "function Encoder() { return [1]; }" }]
`;
const PASSWORD = "seven green bottles";
const YAML = `${FLEET.replace("slug: kept\n", "slug: kept\n        retention: 7d\n        rollups: { 1h: 1y }\n")
  .replace(
    "- name: field devices",
    `- { name: guest, rights: [{ free_topics: ["#"], can: [publish, subscribe] }, { devices: all, can: [view] }] }
      - name: field devices`,
  )
  .replace(
    "    name: Acme\n",
    "    name: Acme\n    dashboards: [{ name: Overview, content: { version: 1, widgets: [] } }]\n    networks: [{ name: lns, type: chirpstack, server: 'https://lns.example.com', key: k }]\n    sparkplug: { host: fc, account: guest, products: [{ nodes: '#', product: my-product }] }\n",
  )
  .replace(
    "slug: my-product\n",
    `slug: my-product\n        integration_key: ${KEY}\n        network: lns\n${SPEAKS_OTHERWISE}`,
  )
  .replace("        devices:\n", `        devices:\n          - { id: ${LORA} }\n`)}
  - { email: free@example.com, token: ${ADMIN}, workspaces: { acme: admin } }
`;
const HOUR = 3600;
const root = mkdtempSync(join(tmpdir(), "fieldcast-everything-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    data: join(root, "data"),
    fleet: YAML,
    flags: ["--free-topics", "--anonymous", "acme/guest"],
  });
  await record();
  await sessions();
  await people();
  await otherwise();
}, 60_000);
afterAll(() => server?.remove());

const lasting = (clientId: string, more: Wish = {}): Promise<Raw> =>
  Raw.login(server.ports.mqtt, {
    token: TOKENS.device,
    clientId,
    cleanStart: false,
    ...more,
    properties: { sessionExpiryInterval: 10_000, ...more.properties },
  });
/** Leaves the session behind. */
async function cut(client: Raw): Promise<void> {
  client.reset();
  await client.closed;
}

/** What devices send that speak otherwise, and what goes out. */
async function otherwise(): Promise<void> {
  const body = JSON.stringify({ device: "dev1", TEMPERATURE: 1, CO2: 400 });
  const init = { method: "POST", body, headers: { "Idempotency-Key": "one" } };
  expect(await (await server.http(`/integrations/api/${KEY}/`, undefined, init)).text()).toBe("thanks");
  const said = async (...args: string[]) => expect(await server.cli(...args)).toMatchObject({ code: 0 });
  await said("configuration", "set", "my-product", "dev1", "depth=4");
  // an address that is not allowed: it fails, and its log has rows
  await said("webhook", "create", "elsewhere", "https://localhost:1/", "--workspace", "acme");
  const value = { method: "POST", body: '{"field":"TEMPERATURE","value":3}' };
  expect((await server.http("/v1/devices/dev1/record/", TOKENS.device, value)).status).toBe(200);
  await until("the suggestion is written", () => (rowsOf(server.data)["data.db suggestion"] ?? 0) > 0);
  await until("the webhook failed", async () => (await server.metric("fieldcast_webhooks_total", 'what="failed"')) > 0);
  // it would be tried again amid what follows, and its log would grow
  await said("webhook", "pause", "elsewhere");
  await said("webhook", "log", "elsewhere");
  await said("broker", "create", "plant", "mqtt://localhost:1", "--account", "guest", "--workspace", "acme");
  await said("broker", "pause", "plant");
  const send = { method: "POST", body: '{"hex":"01ff","port":2}', headers: { "Content-Type": "application/json" } };
  const queued = await server.http(`/api/v1/products/my-product/devices/${LORA}/downlinks`, TOKENS.device, send);
  expect([queued.status, await queued.text()]).toEqual([201, expect.any(String)]);
  await said("passes", "my-product");
  // it fires at each measurement, and what it asks cannot be reached: that waits to be tried again
  const wish = { name: "r", trigger: { type: "measurement", fields: ["TEMPERATURE"] }, alert: {} };
  const rule = JSON.stringify({ ...wish, actions: [{ type: "webhook", url: "https://localhost:1/" }] });
  const made = { method: "POST", body: rule, headers: { "Content-Type": "application/json" } };
  expect((await server.http("/api/v1/workspaces/acme/rules", TOKENS.owner, made)).status).toBe(201);
  expect((await server.http("/v1/devices/dev1/record/", TOKENS.device, value)).status).toBe(200);
  await until("an action waits", () => (rowsOf(server.data)["data.db alert_task"] ?? 0) > 0);
}

/** Measurements of every type, old enough for rollups, and refusals. */
async function record(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const rows = Array.from({ length: 500 }, (_, i) => ({
    field: "TEMPERATURE",
    value: i % 30,
    timestamp: now - 30 * 24 * HOUR + i * 600,
  }));
  const init = { method: "POST", body: JSON.stringify(rows) };
  expect((await server.http("/v1/devices/box1/record/?batch=true", TOKENS.device, init)).status).toBe(200);
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  for (const [field, value] of [
    ["TEMPERATURE", "21.5"],
    ["DOOR", "true"],
    ["NOTE", "a note"],
    ["POSITION", '{"lat":1.5,"lng":2.5}'],
    ["STEPS", "7"],
    ["TOTAL", "12"],
  ])
    expect(await client.record(`dtck-pub/my-product/dev1/${field}`, value ?? "")).toBe(0);
  expect(await client.record("dtck-pub/my-product/dev1/STEPS", "many")).toBe(0x99);
  await client.leave();
  // a device's own client: whether it is connected is kept
  const own = await Raw.login(server.ports.mqtt, { token: TOKENS.scoped });
  expect(await own.record("dtck-pub/my-product/dev8/STEPS", "1")).toBe(0);
  await own.leave();
  // a device that goes, and leaves its number
  const last = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  expect(await last.record("dtck-pub/my-product/dev9/STEPS", "1")).toBe(0);
  await last.leave();
  await server.operation("deviceDelete", { product: "my-product", device: "dev9" });
  const wrong = await Raw.open(server.ports.mqtt);
  expect((await wrong.connect({ token: TOKENS.unknown })).reasonCode).not.toBe(0);
  await wrong.closed;
}

/** Sessions of every kind that outlives its connection, with what waits for them and what is under way. */
async function sessions(): Promise<void> {
  const from = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  // shared by members that are away, at QoS 1 and 2, in a workspace and by a person alone
  const filters = ["$share/all/dtck/my-product/dev2/STEPS", "$share/other/dtck/+/dev2/+"];
  for (const [name, token] of [
    ["member-1", TOKENS.device],
    ["member-2", TOKENS.device],
    ["person", TOKENS.owner],
  ] as const) {
    const member = await lasting(name, { token, properties: { receiveMaximum: 2 } });
    await member.subscribe(filters, 2);
    if (name !== "person") await cut(member);
    else await from.record("dtck-pub/my-product/dev2/STEPS", "0");
    if (name === "person") await cut(member);
  }
  // QoS 2 under way: one received and not released, one sent and not acknowledged
  const two = await lasting("in-flight", { properties: { receiveMaximum: 3 } });
  await two.subscribe("dtck/my-product/dev2/STEPS", 2);
  two.publish("dtck-pub/my-product/dev3/NOTE", "half sent", { qos: 2, packetId: two.id() });
  await two.expect("pubrec");
  for (let n = 1; n <= 5; n++) await from.record("dtck-pub/my-product/dev2/STEPS", `${n}`);
  for (let n = 0; n < 3; n++) {
    const { packetId = 0 } = await two.expect("publish");
    if (n === 0) two.send({ type: "pubrec", packetId, reasonCode: 0 });
  }
  await two.expect("pubrel");
  await cut(two);
  // a will that waits, in a session of somebody who never logged in, on a free topic
  const properties = { willDelayInterval: 9000, userProperties: [["a", "b"]] as [string, string][] };
  const will = {
    topic: "house/gone",
    payload: new TextEncoder().encode("gone"),
    qos: 1,
    retain: true,
    properties,
  } as const;
  const guest = await Raw.login(server.ports.mqtt, {
    clientId: "guest",
    cleanStart: false,
    will,
    properties: { sessionExpiryInterval: 10_000 },
  });
  await guest.subscribe(["house/#", "$share/guests/house/+"], 2);
  await cut(guest);
  const free = await lasting("free", { token: ADMIN, version: 5 });
  for (let n = 0; n < 600; n++)
    free.publish(`house/${n % 7}`, "x".repeat(200), { qos: n % 2 === 0 ? 1 : 2, packetId: n + 1, retain: n % 5 === 0 });
  for (let n = 0; n < 600; n++) {
    const answer = await free.next();
    if (answer.type === "pubrec" && n % 3 === 0)
      free.send({ type: "pubrel", packetId: answer.packetId, reasonCode: 0 });
    if (answer.type === "pubcomp") n--;
  }
  await cut(free);
  // 3.1.1, and much that waits, the same for two
  for (const clientId of ["old", "older"]) {
    const old = await Raw.login(server.ports.mqtt, { version: 4, clientId, cleanStart: false, token: TOKENS.device });
    await old.subscribe("dtck/my-product/dev4/NOTE", 1);
    await cut(old);
  }
  for (let n = 0; n < 400; n++)
    expect(await from.record("dtck-pub/my-product/dev4/NOTE", `${n} ${"y".repeat(200)}`)).toBe(0);
  await from.leave();
}

/** People with all that they can have, tokens that were used, and the audit log of it. */
async function people(): Promise<void> {
  const { link } = (await server.operation("setupLink", { email: "owner@example.com" })) as { link: string };
  const secret = link.slice(link.lastIndexOf("/") + 1);
  let cookie = "";
  let csrf = "";
  const ask = async (path: string, body: object, method = "POST"): Promise<Record<string, unknown>> => {
    const headers = {
      "Sec-Fetch-Site": "same-origin",
      Origin: `http://127.0.0.1:${server.ports.http}`,
      "Content-Type": "application/json",
      ...(cookie !== "" && { Cookie: cookie, "X-CSRF-Token": csrf }),
    };
    const answer = await server.http(`/api/v1/${path}`, undefined, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    cookie = answer.headers.get("Set-Cookie")?.split(";", 1)[0] ?? cookie;
    const json = JSON.parse(text || "{}") as Record<string, unknown>; // what the operation says it answers
    csrf = typeof json.csrf_token === "string" ? json.csrf_token : csrf;
    return json;
  };
  await ask("auth/link/use", { secret, password: PASSWORD });
  await ask("auth/sign-in", { email: "owner@example.com", password: PASSWORD });
  await ask("workspaces/acme/invitations", { email: "new@example.com", role: "member" });
  await ask("account/tokens", { name: "script" });
  await ask("account/preferences/devices.views", { workspace: "acme", value: [{ name: "cold" }] }, "PUT");
  await ask("workspaces/acme/dashboards/1/shares", { password: PASSWORD });
  await expect(ask("auth/sign-in", { email: "owner@example.com", password: "wrong wrong wrong" })).rejects.toThrow(
    "401",
  );
}

/** What a table holds, the counters of the schema's own apart. */
function rowsOf(folder: string): Record<string, number> {
  return Object.fromEntries(Object.entries(contentOf(folder)).map(([name, rows]) => [name, rows.length] as const));
}

/** A server on a folder, and what its clients find. */
async function goesOn(folder: string): Promise<void> {
  const next = await startServer({ data: folder, fleet: null, flags: ["--free-topics", "--anonymous", "acme/guest"] });
  try {
    const { sessions } = (await next.operation("sessionList")) as { sessions: { clientId: string }[] };
    const names = sessions.map(({ clientId }) => clientId);
    expect(names.sort()).toEqual(["free", "guest", "in-flight", "member-1", "member-2", "old", "older", "person"]);
    const login = (clientId: string, more: Wish = {}) =>
      Raw.login(next.ports.mqtt, { token: TOKENS.device, clientId, cleanStart: false, ...more });
    const two = await login("in-flight");
    const came: string[] = [];
    await until("what was under way, and what waited", async () => {
      for (const packet of await two.drain()) came.push(packet.type === "publish" ? payloadText(packet) : packet.type);
      return came.length >= 5;
    }).catch(() => {}); // what is missing is told below
    expect(came.sort()).toEqual(["2", "3", "4", "5", "pubrel"]);
    const old = await login("old", { version: 4 });
    const first = await old.expect("publish");
    expect(payloadText(first).split(" ")[0]).toBe("0");
    const member = await login("member-1");
    await until("what the group keeps", async () => (await member.drain()).some((packet) => packet.type === "publish"));
    for (const client of [two, old, member]) client.reset();
    const rows = await next.history(TOKENS.owner, "dev4", "NOTE");
    expect(rows).toHaveLength(400);
  } finally {
    await next.remove();
  }
}

describe("everything that a server writes", () => {
  test("is found sound while it runs and after its kill; a backup of it and a salvage lose nothing", async () => {
    const live = await server.cli("store", "check");
    expect(live).toMatchObject({ code: 0, err: "" });
    const file = join(root, "live.tar");
    expect(await server.cli("backup", file)).toMatchObject({ code: 0, err: "" });
    await server.kill9();
    const check = await server.cli("store", "check", "--json");
    expect(check).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(check.out)).toMatchObject({ damage: [] });

    const salvaged = join(root, "salvaged");
    const saved = await server.cli("store", "salvage", "--to", salvaged, "--json");
    expect(saved).toMatchObject({ code: 0 });
    expect(JSON.parse(saved.out)).toMatchObject({ lost: [] });
    // every table has something, so that none is passed over unseen
    const before = rowsOf(server.data);
    const after = rowsOf(salvaged);
    const empty = Object.keys(before).filter((name) => before[name] === 0);
    expect(empty.filter((name) => !MAY_BE_EMPTY.has(name))).toEqual([]);
    expect({ ...after, "fleet.db kysely_migration": 0 }).toEqual({ ...before, "fleet.db kysely_migration": 0 });

    const restored = join(root, "restored");
    expect(await fieldcast(["restore", file, "--data", restored])).toMatchObject({ code: 0, err: "" });
    expect(await fieldcast(["store", "check", "--data", restored])).toMatchObject({ code: 0, err: "" });
    await goesOn(restored);
    await goesOn(salvaged);
    // and what they went on with is sound again, sealed and all
    for (const folder of [restored, salvaged])
      expect(await fieldcast(["store", "check", "--data", folder])).toMatchObject({ code: 0, err: "" });
  }, 60_000);

  test("numbers of shared subscriptions in the log are not given again by a salvage", async () => {
    const folder = join(root, "renumbered");
    const saved = await fieldcast(["store", "salvage", "--data", server.data, "--to", folder]);
    expect(saved).toMatchObject({ code: 0 });
    const numberOf = (of: string) => {
      const db = new Database(join(of, "data.db"), { readonly: true });
      const row = db.query<{ next: number }, []>("SELECT next_session AS next FROM meta").get();
      db.close();
      return row?.next;
    };
    expect(numberOf(folder)).toBe(numberOf(server.data));
  });
});

/** What is there only for moments, or by the clock. */
const MAY_BE_EMPTY = new Set([
  "data.db block",
  "data.db doomed",
  "data.db part",
  "data.db purge",
  "data.db retain",
  "data.db rollup",
  "fleet.db identity",
  "fleet.db kysely_migration_lock",
  "fleet.db token_use",
]);
