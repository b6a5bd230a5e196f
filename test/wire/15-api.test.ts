import { afterAll, beforeAll, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const IMPORT = "/products/many/devices/import";

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test is about
type Json = any;

async function api(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
  token: string = TOKENS.owner,
) {
  const type = typeof body === "string" ? "text/csv" : "application/json";
  const init = {
    method,
    headers: { ...(body === undefined ? {} : { "Content-Type": type }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  };
  const answer = await server.http(`/api/v1${path}`, token, init);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json };
}
const patch = (path: string, body: unknown) => api("PATCH", path, body, { "If-Match": "*" });

test("15: what is made over HTTP works at once over MQTT, obeys changes on open connections, and is there after a restart", async () => {
  expect((await api("POST", "/workspaces/acme/products", { name: "Pumps" })).body.slug).toBe("pumps");
  const wish = { id: "rpm", type: "INT", unit: "1/min", decimals: 0, description: "of the motor" };
  expect((await api("POST", "/products/pumps/fields", wish)).status).toBe(201);
  const device = { id: "pump-1", serial: "P1", location: "hall 3", metadata: { floor: 3 }, online_timeout: 86_400 };
  expect((await api("POST", "/products/pumps/devices", device)).status).toBe(201);
  const grants = [{ scope: "product", product: "pumps", can: ["record_measurements"] }];
  const gateway = (await api("POST", "/workspaces/acme/api-users", { name: "gateway", grants })).body;
  const { secret } = gateway.token;

  const client = await Raw.login(server.ports.mqtt, { token: secret, clientId: "gateway" });
  await client.subscribe("dtck/pumps/+/+");
  expect(await client.record("dtck-pub/pumps/pump-1/RPM", "1500")).toBe(0);
  expect(await client.heard("1500")).toEqual(["dtck/pumps/pump-1/RPM 1500"]);
  expect((await api("GET", "/products/pumps/devices/P1")).body).toMatchObject({
    ...device,
    online: true,
    connected: false,
  });

  const user = `/workspaces/acme/api-users/${gateway.api_user}`;
  await patch(user, { grants: [{ scope: "product", product: "pumps", can: ["record_only"] }] });
  expect(await client.record("dtck-pub/pumps/pump-1/RPM", "1501")).toBe(0);
  expect(await client.drain()).toEqual([]); // it may not read any more
  await patch("/products/pumps/fields/RPM", { active: false });
  expect(await client.record("dtck-pub/pumps/pump-1/RPM", "1502")).toBe(0x90);
  await patch("/products/pumps/fields/RPM", { active: true });
  const taken = (await api("DELETE", "/products/pumps?dry_run=true")).body.takes;
  expect(taken).toMatchObject({ devices: 1, fields: 1, series: 1, measurements: 2, grants: 1 });

  const [used] = (await api("GET", `${user}/tokens`)).body.items;
  expect([typeof used.last_used, used.last_address]).toEqual(["string", "127.0.0.1"]);
  await client.leave();
  await server.restart();
  expect((await api("GET", "/products/pumps/fields/RPM")).body).toMatchObject({ ...wish, id: "RPM", active: true });
  expect((await api("GET", "/products/pumps/devices/pump-1")).body).toMatchObject(device);
  expect((await api("GET", `${user}/tokens`)).body.items[0]).toEqual(used);
  expect((await server.cli("device", "list", "pumps")).out).toContain("pump-1");

  const again = await Raw.login(server.ports.mqtt, { token: secret, clientId: "gateway" });
  await api("DELETE", user);
  await again.closed;
  expect((await api("GET", "/products", undefined, {}, secret)).status).toBe(401);
  expect((await api("DELETE", "/products/pumps")).status).toBe(428);
  await api("DELETE", "/products/pumps?confirm=pumps");
  expect((await api("GET", "/products/pumps")).body.code).toBe("unknown_product");
});

test("15: ten thousand devices come from a table and are read page by page, none twice and none missing", async () => {
  await api("POST", "/workspaces/acme/products", { name: "Many" });
  const rows = Array.from({ length: 10_000 }, (_, i) => `m${i},Node ${i},SN${i},line-${i % 3}`);
  const made = await api("POST", IMPORT, ["id,name,serial,tags", ...rows].join("\n"));
  expect([made.status, made.body.created]).toEqual([200, 10_000]);
  const seen = new Set<string>();
  let pages = 0;
  for (let next: string | null = ""; next !== null && pages < 20; pages++) {
    const { body } = await api("GET", `/devices?product=many&limit=1000${next && `&cursor=${next}`}`);
    for (const { id } of body.items) seen.add(id);
    next = body.next;
  }
  expect([pages, seen.size]).toEqual([10, 10_000]);
  const { body } = await api("GET", "/devices?product=many&search=node%209999");
  expect(body.items.map((d: Json) => d.serial)).toEqual(["SN9999"]);
  const clash = await api("POST", IMPORT, "id\nfresh\nm5\nSN6");
  expect([clash.status, clash.body.code, clash.body.rows.map((r: Json) => r.row)]).toEqual([
    409,
    "already_exists",
    [1, 2],
  ]);
});

test("15: a device that is renamed goes on under its new id at once: open connections, waiting messages, history, a restart", async () => {
  await api("POST", "/workspaces/acme/products", { name: "Renamed" });
  await api("POST", "/products/renamed/fields", { id: "T", type: "INT" });
  await api("POST", "/products/renamed/devices", { id: "before", serial: "R1" });
  const reader = { token: TOKENS.owner, clientId: "reader", version: 4, cleanStart: false } as const;
  const away = await Raw.login(server.ports.mqtt, reader);
  await away.subscribe("dtck/renamed/+/+", 1);
  await away.leave();
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.owner, clientId: "writer" });
  await client.subscribe("dtck/renamed/#");
  expect(await client.record("dtck-pub/renamed/before/T", "1")).toBe(0);
  expect(await client.heard("1")).toEqual(["dtck/renamed/before/T 1"]);

  const { out } = await server.cli("device", "rename", "renamed", "R1", "after");
  expect(out).toContain("Device before of renamed is after now");
  expect(await client.record("dtck-pub/renamed/before/T", "2")).toBe(0x90);
  expect(await client.record("dtck-pub/renamed/after/T", "3")).toBe(0);
  expect(await client.heard("3")).toEqual(["dtck/renamed/after/T 3"]);
  await client.leave();
  await server.restart();
  const back = await Raw.login(server.ports.mqtt, reader);
  expect(await back.heard("3")).toEqual(["dtck/renamed/after/T 1", "dtck/renamed/after/T 3"]);
  await back.leave();
  const stored = await server.http("/v1/history/?products=renamed&fields=T&from=2020-01-01", TOKENS.owner);
  const { rows } = (await stored.json()) as Json;
  expect(rows.map((row: Json) => [row.device, row.T])).toEqual([
    ["after", 1],
    ["after", 3],
  ]);
  expect((await api("GET", "/audit?action=device.update")).body.items[0]).toMatchObject({
    target: { name: "renamed/after" },
    before: { id: "before", name: "before" },
    after: { id: "after", name: "after" },
  });
});

test("15: commands make and take away on the running server, obeyed at once by open connections", async () => {
  const told = async (...argv: string[]) => {
    const { code, out, err } = await server.cli(...argv, "--json");
    if (code !== 0) throw new Error(err);
    return JSON.parse(out) as Json;
  };
  await told("product", "create", "made", "--workspace", "acme");
  await told("field", "create", "made", "N", "--type", "INT");
  await told("device", "create", "made", "m{1..3}", "--tag", "gone");
  const user = [
    "api-user",
    "create",
    "maker",
    "--workspace",
    "acme",
    "--can",
    "record_measurements",
    "--product",
    "made",
  ];
  const { secret } = await told(...user);
  const client = await Raw.login(server.ports.mqtt, { token: secret, clientId: "maker" });
  for (const n of [1, 2]) expect(await client.record(`dtck-pub/made/m${n}/N`, "1")).toBe(0);
  const dry = await told("device", "delete", "made", "--pattern", "m[1-3]", "--dry-run");
  expect(dry.takes.devices).toBe(0);
  expect((await told("device", "delete", "--tag", "gone", "--dry-run")).takes).toMatchObject({
    devices: 3,
    measurements: 2,
  });
  await told("device", "delete", "made", "--tag", "gone", "--yes");
  expect(await client.record("dtck-pub/made/m1/N", "2")).toBe(0x90);
  await told("api-user", "delete", "maker@acme", "--yes");
  await client.closed;
  await told("product", "delete", "made", "--yes");
  expect((await api("GET", "/products/made")).body.code).toBe("unknown_product");
});
