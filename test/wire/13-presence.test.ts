import { afterAll, beforeAll, expect, test } from "bun:test";
import { account } from "../run/account.ts";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

interface Shown {
  readonly connected: boolean;
  readonly connected_at: string | null;
  readonly disconnected_at: string | null;
  readonly connection_number: number;
  readonly seen: string | null;
  readonly seen_number: number;
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const show = async (device: string): Promise<Shown> => {
  const shown = (await (await server.http(`/v1/devices/${device}/`, TOKENS.owner)).json()) as Shown; // section 3.2
  const { connected, connected_at, disconnected_at, connection_number, seen, seen_number } = shown;
  return { connected, connected_at, disconnected_at, connection_number, seen, seen_number };
};
/** What is shown once the device is (or is no longer) connected. */
const once = async (device: string, connected: boolean): Promise<Shown> => {
  await until(`${device} is ${connected ? "" : "not "}connected`, async () => {
    return (await show(device)).connected === connected;
  });
  return show(device);
};

test("a device is connected by its own token, and numbers grow over a stop, a SIGKILL and a deleted field", async () => {
  const own = await account(server, "dev30 itself", "{ device_ids: [dev30], can: [record_measurements] }");
  const url = `mqtt://127.0.0.1:${server.ports.mqtt}`;
  const never = { connected: false, connected_at: null, disconnected_at: null, connection_number: 0 };
  expect(await show("dev30")).toEqual({ ...never, seen: null, seen_number: 0 });

  const first = await mqttJs(url, own.token);
  const up = await once("dev30", true);
  expect(up).toMatchObject({ connection_number: 1, disconnected_at: null, seen: null });
  expect(up.connected_at).toMatch(/^20\d\d-/);
  await first.client.publishAsync("dtck-pub/my-product/dev30/TEMPERATURE", "1", { qos: 1 });
  const seen = await show("dev30");
  expect(seen.seen).toMatch(/^20\d\d-/);
  expect(seen.seen_number).toBeGreaterThan(0);
  await first.end();
  const down = await once("dev30", false);
  expect(down).toMatchObject({ connection_number: 2, connected_at: up.connected_at, seen_number: seen.seen_number });

  // a graceful stop disconnects it; so it is still known after the start
  const second = await mqttJs(url, own.token);
  await once("dev30", true);
  await server.restart();
  expect(await show("dev30")).toMatchObject({ connected: false, connection_number: 4, seen_number: seen.seen_number });
  await second.end();

  // SIGKILL leaves nobody connected, and that is news
  const third = await mqttJs(url, own.token);
  expect((await once("dev30", true)).connection_number).toBe(5);
  await server.kill9();
  await server.restart();
  const after = await show("dev30");
  expect(after).toMatchObject({
    connected: false,
    connection_number: 6,
    seen: seen.seen,
    seen_number: seen.seen_number,
  });
  await third.end();

  const fourth = await mqttJs(url, own.token);
  expect((await once("dev30", true)).connection_number).toBe(7);
  await fourth.client.publishAsync("dtck-pub/my-product/dev30/NOTE", "1", { qos: 1 });
  const { seen_number } = await show("dev30");
  expect(seen_number).toBeGreaterThan(seen.seen_number);
  expect((await server.cli("field", "delete", "my-product", "NOTE", "--yes")).code).toBe(0);
  expect((await show("dev30")).seen_number).toBe(seen_number);
  await fourth.end();
  await server.kill9();
  await server.restart();
  expect((await show("dev30")).seen_number).toBe(seen_number);
}, 60_000);

test("a device that is made anew goes on from the number of the one before, with and without a server and over a SIGKILL", async () => {
  const client = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
  const record = (device: string) => client.record(`dtck-pub/my-product/${device}/TEMPERATURE`, "1");
  const make = (id: string) => server.operation("apply", { text: fleetWith(id), dryRun: false });
  const fleetWith = (id: string) =>
    `workspaces: [{ slug: acme, name: Acme, products: [{ slug: my-product, name: My product, devices: [{ id: ${id} }] }] }]`;
  await record("dev33");
  await record("dev34");
  const [first, second] = [(await show("dev33")).seen_number, (await show("dev34")).seen_number];
  await client.leave();
  expect((await server.cli("device", "delete", "my-product", "dev33", "--yes")).code).toBe(0);
  await server.kill9();
  expect((await server.cli("device", "rename", "my-product", "dev34", "dev34-then")).code).toBe(0);
  await server.restart();
  await make("dev33");
  await make("dev34");
  expect((await show("dev33")).seen_number).toBe(first);
  expect((await show("dev34")).seen_number).toBe(second);
  expect((await show("dev34-then")).seen_number).toBe(second);
  await server.stop();
  expect((await server.cli("device", "delete", "my-product", "dev34-then", "--yes")).code).toBe(0);
  await server.restart();
  await make("dev34-then");
  expect((await show("dev34-then")).seen_number).toBe(second);
}, 60_000);

test("a device that is made anew goes on from the number of connections of the one before, with and without a server", async () => {
  const make = (id: string) =>
    server.operation("apply", {
      text: `workspaces: [{ slug: acme, name: Acme, products: [{ slug: my-product, name: My product, devices: [{ id: ${id} }] }] }]`,
      dryRun: false,
    });
  const remove = async (id: string) =>
    expect((await server.cli("device", "delete", "my-product", id, "--yes")).code).toBe(0);
  /** The number after a connection that began and ended. */
  const visit = async (id: string): Promise<number> => {
    const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: id });
    await once(id, true);
    await raw.leave();
    return (await once(id, false)).connection_number;
  };
  await visit("dev35");
  const first = await visit("dev35");
  await remove("dev35");
  await make("dev35");
  expect(await show("dev35")).toMatchObject({ connected: false, connected_at: null, connection_number: first });
  const second = await visit("dev35");
  expect(second).toBe(first + 2);
  await server.stop();
  await remove("dev35");
  await server.restart();
  await make("dev35");
  expect((await show("dev35")).connection_number).toBe(second);
  expect(await visit("dev35")).toBe(second + 2);
}, 60_000);

test("by its client identifier, for whoever may record for it; `device list` and `device show` say so", async () => {
  const raw = await Raw.login(server.ports.mqtt, { token: TOKENS.device, clientId: "dev31" });
  const other = await Raw.login(server.ports.mqtt, { token: TOKENS.viewer, clientId: "dev32" });
  await once("dev31", true);
  expect((await show("dev32")).connected).toBe(false);
  const list = await server.cli("device", "list", "my-product", "--limit", "2000");
  const line = (id: string) => list.out.split("\n").find((text) => text.split(/ +/).includes(id)) ?? "";
  expect(list.out.split("\n")[0]).toMatch(/CONNECTED +SEEN/);
  expect(line("dev31")).toMatch(/since 20\d\d-.* never$/);
  expect(line("dev32")).toMatch(/never +never$/);
  const details = await server.cli("device", "show", "my-product", "dev31");
  expect(details.out).toMatch(/Connected: +since 20\d\d-.*\(no\. 1\)\nSeen: +never {2}\(no\. \d+\)\n/);
  await raw.leave();
  await other.leave();
  await once("dev31", false);
  expect((await server.cli("device", "show", "my-product", "dev31")).out).toMatch(/Connected: +until 20\d\d-/);
});
