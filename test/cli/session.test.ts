import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IDisconnectPacket } from "mqtt";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until, within } from "../run/until.ts";

// each runs several commands, on a machine that may be busy
setDefaultTimeout(30_000);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const url = () => `mqtt://127.0.0.1:${server.ports.mqtt}`;
const will = (payload: string) => ({
  topic: "dtck-pub/my-product/dev20/NOTE",
  payload: Buffer.from(payload),
  qos: 1 as const,
  retain: false,
});
const recorded = (note: string) =>
  until(`the will ${note}`, async () => {
    const rows = await server.history(TOKENS.device, "dev20", "NOTE");
    return rows.some(({ NOTE }) => NOTE === note);
  });
async function sessions(...args: string[]) {
  const { code, out, err } = await server.cli("session", "list", "--json", ...args);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as { sessions: Record<string, unknown>[]; total: number };
}

test("2: disconnected by an operator: MQTT.js (v5) gets DISCONNECT 0x98, its will is recorded, its session stays", async () => {
  const js = await mqttJs(url(), TOKENS.device, undefined, {
    clientId: "pump",
    clean: false,
    properties: { sessionExpiryInterval: 3600 },
    will: will("v5 gone"),
  });
  await js.client.subscribeAsync(["dtck/my-product/dev21/+", "dtck-errors/#"], { qos: 1 });
  const { sessions: before, total } = await sessions("--account", "field devices@acme");
  expect(total).toBe(1);
  expect(before[0]).toMatchObject({
    account: "field devices@acme",
    client_id: "pump",
    connected: true,
    remote: "127.0.0.1",
    transport: "tcp",
    version: 5,
    subscriptions: 2,
    in_flight: 0,
    waiting: 0,
    pause: "caught_up",
  });
  const told = new Promise<IDisconnectPacket>((resolve) => js.client.once("disconnect", resolve));
  const closed = new Promise<void>((resolve) => js.client.once("close", () => resolve()));
  const done = await server.cli("session", "disconnect", "pump");
  expect(done).toEqual({ code: 0, out: "Client pump of field devices@acme is disconnected.\n", err: "" });
  expect((await within("DISCONNECT", told)).reasonCode).toBe(0x98);
  await within("the close", closed);
  await recorded("v5 gone");

  const publisher = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  expect(await publisher.record("dtck-pub/my-product/dev21/NOTE", "for later")).toBe(0);
  await publisher.leave();
  const away = { client_id: "pump", connected: false, remote: null, transport: null, waiting: 1, pause: "offline" };
  await until("the message that waits", async () => (await sessions()).sessions[0]?.waiting === 1);
  expect((await sessions()).sessions).toMatchObject([away]);
  const again = await server.cli("session", "disconnect", "pump");
  expect(again.code).toBe(1);
  expect(again.err).toBe(
    'fieldcast: The session with the client identifier "pump" of "field devices@acme" is not connected.\n',
  );
  await js.end();
});

test.each([3, 4] as const)(
  "2: disconnected by an operator: protocol version %p is closed, its will is recorded",
  async (v) => {
    const clientId = `old${v}`;
    const text = `v${v} gone`;
    const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, version: v, clientId, will: will(text) });
    const { code, out } = await server.cli("session", "disconnect", clientId, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ client_id: clientId, version: v, account: "field devices@acme" });
    await within("the close", raw.closed);
    await expect(raw.next()).rejects.toThrow("the connection ended"); // not a packet came
    await recorded(text);
    expect((await sessions()).sessions.map((one) => one.client_id)).not.toContain(clientId);
  },
);

test("3: the same client identifier in two accounts: refused until the account is named", async () => {
  const [one, other] = await Promise.all(
    [TOKENS.recorder, TOKENS.owner].map((token) => Raw.login(server.ports.mqtt, { token, clientId: "esp32" })),
  );
  const unclear = await server.cli("session", "disconnect", "esp32");
  expect([unclear.code, unclear.out]).toEqual([1, ""]);
  expect(unclear.err).toStartWith('fieldcast: Several accounts have a session with the client identifier "esp32".');
  for (const name of ["recorder@acme", "owner@example.com"]) expect(unclear.err).toContain(`"${name}"`);
  expect((await server.cli("session", "disconnect", "esp32", "--account", "recorder@acme")).code).toBe(0);
  expect(await one?.expect("disconnect")).toMatchObject({ reasonCode: 0x98 });
  expect((await sessions("--account", "owner@example.com")).sessions).toMatchObject([
    { client_id: "esp32", connected: true },
  ]);
  await other?.leave();
});

test("show: who, from where, subscriptions, what was refused; secrets never; JSON with --json", async () => {
  const raw = await Raw.login(
    server.ports.mqtts,
    { token: TOKENS.device, clientId: "shown", keepAlive: 90 },
    server.caFile,
  );
  await raw.subscribe("dtck/my-product/*/NOTE", 2);
  await raw.record("dtck-pub/my-product/dev22/TEMPERATURE", "warm");
  const json = await server.cli("session", "show", "shown", "--json");
  const seen = JSON.parse(json.out);
  expect(seen).toMatchObject({
    account: "field devices@acme",
    connected: true,
    remote: "127.0.0.1",
    transport: "tls",
    keep_alive: 90,
    packets_in: 3,
    packets_out: 3,
    filters: [{ filter: "dtck/my-product/*/NOTE", canonical: "dtck/my-product/+/NOTE", qos: 2 }],
    last_refusal: { code: "invalid_value" },
    last_end: null,
  });
  expect(seen.tls).toMatch(/^TLSv1\.[23]$/);
  const text = await server.cli("session", "inspect", "shown", "--account", "field devices@acme");
  expect(text.out).toContain("127.0.0.1 tls TLSv1.");
  expect(text.out).toContain("(read as dtck/my-product/+/NOTE)");
  expect(json.out + text.out).not.toContain(TOKENS.device);
  expect(await server.cli("session", "show", "nobody")).toMatchObject({ code: 1, out: "" });

  const page = await server.http("/v1/sessions/?client_id=shown", TOKENS.operator);
  expect(await page.json()).toMatchObject({ sessions: [{ client_id: "shown", account: "field devices@acme" }] });
  expect((await server.http("/v1/sessions/", TOKENS.device)).status).toBe(403);
  const body = JSON.stringify({ account: "field devices@acme", client_id: "shown" });
  const cut = await server.http("/v1/sessions/disconnect/", TOKENS.operator, { method: "POST", body });
  expect(await cut.json()).toEqual({ ok: true, disconnected: 1 });
  expect(await raw.expect("disconnect")).toMatchObject({ reasonCode: 0x98 });
});

test("disconnect --all: every client of an account, and only when the account is named", async () => {
  const mine = await Promise.all(
    ["a", "b"].map((clientId) => Raw.login(server.ports.mqtt, { token: TOKENS.tagged, clientId })),
  );
  expect((await server.cli("session", "disconnect", "--all")).code).toBe(2);
  expect((await server.cli("session", "disconnect")).code).toBe(2);
  const done = await server.cli("session", "disconnect", "--all", "--account", "tagged@acme");
  expect(done).toEqual({ code: 0, out: "2 clients of tagged@acme disconnected.\n", err: "" });
  for (const raw of mine) expect(await raw.expect("disconnect")).toMatchObject({ reasonCode: 0x98 });
  const listed = await server.cli("session", "list", "--away", "--client", "a", "--sort", "client", "--json");
  expect(listed.code).toBe(0);
});

test("7: a hostile client identifier is text in the terminal", async () => {
  const clientId = "\u001b[2J\u202ex";
  const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.viewer, clientId });
  const listed = await server.cli("session", "list", "--account", "viewer@acme");
  expect(listed.out).toContain("\\x1b[2J\\u202ex  viewer@acme  connected");
  expect((await server.cli("session", "disconnect", clientId)).out).toBe(
    "Client \\x1b[2J\\u202ex of viewer@acme is disconnected.\n",
  );
  expect((await raw.expect("disconnect")).reasonCode).toBe(0x98);
});

test("a link that shows a dashboard is made by a command, opened by a browser, and revoked: who looks by it is cut off", async () => {
  const source = { product: "my-product", device: "dev22", field: "TEMPERATURE" };
  const widget = { id: "v", type: "value", place: { x: 0, y: 0, w: 3, h: 3 }, source };
  const [page, password] = [join(server.folder, "wall.json"), join(server.folder, "password")];
  writeFileSync(page, JSON.stringify({ name: "Wall", content: { version: 1, widgets: [widget] } }));
  writeFileSync(password, "open sesame\n");
  expect((await server.cli("dashboard", "import", page, "--workspace", "acme")).code).toBe(0);
  const share = (...args: string[]) => server.cli("dashboard", "share", ...args);
  const made = await share("create", "Wall", "--name", "lobby", "--password-file", password);
  expect([made.code, made.err]).toEqual([0, expect.stringContaining("knows the password sees the dashboard, until ")]);
  const [, secret] = new RegExp(`^http://127.0.0.1:${server.ports.http}/console/shared#(\\S+)\n$`).exec(made.out) ?? [];

  const open = (body: object) =>
    server.http("/api/v1/shared/open", undefined, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ secret, ...body }),
    });
  expect((await open({})).status).toBe(401);
  const { key, name } = (await (await open({ password: "open sesame" })).json()) as { key: string; name: string };
  expect(name).toBe("Wall");
  const look = (path: string) => server.http(path, undefined, { headers: { authorization: `Share ${key}` } });
  expect(await (await look("/api/v1/shared")).json()).toMatchObject({
    name: "Wall",
    content: { widgets: [{ source }] },
  });
  const stream = await look("/api/v1/shared/live");
  expect(stream.status).toBe(200);
  await until("the use of the link", async () => {
    const { out } = await share("list", "Wall", "--json");
    return (JSON.parse(out) as { last_used: string | null }[])[0]?.last_used !== null;
  });
  expect((await share("revoke", "Wall", "lobby")).out).toBe("Link #1 (lobby) is revoked.\n");
  await within("the end of the stream", stream.text());
  expect((await look("/api/v1/shared")).status).toBe(410);
});

test("without a server there are no sessions, and the command says so", async () => {
  expect(await server.stop()).toBe(0);
  for (const args of [["list"], ["disconnect", "pump"]])
    expect(await server.cli("session", ...args)).toEqual({
      code: 1,
      out: "",
      err: `fieldcast: no server runs on ${server.data}\n`,
    });
});
