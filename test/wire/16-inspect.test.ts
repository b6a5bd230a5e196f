import { afterAll, beforeAll, expect, test } from "bun:test";
import { EventReader } from "../../src/http/events/events.testing.ts";
import { account } from "../run/account.ts";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

interface Shown {
  readonly kind: string;
  readonly client_id: string | null;
  readonly code: string | null;
  readonly payload: string | null;
  readonly delivered: number | null;
  readonly transport: string | null;
  readonly commit_us: number | null;
}
const history = async (query: string): Promise<Shown[]> => {
  const answer = await server.http(`/api/v1/inspect${query}`, TOKENS.operator);
  return ((await answer.json()) as { items: Shown[] }).items; // docs/live.md
};

test("what comes is seen as it comes; refusals and connections are kept over a restart", async () => {
  const own = await account(server, "pump", "{ device_ids: [dev5], can: [record_measurements] }");
  const live = new EventReader(await server.http("/api/v1/inspect/live?device=my-product/dev5", TOKENS.owner));
  const { client, end } = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, own.token);
  const topic = "dtck-pub/my-product/dev5/TEMPERATURE";
  await client.publishAsync(topic, "21", { qos: 1 });
  await client.publishAsync(topic, "warm", { qos: 1 }).catch(() => {});
  const accepted = JSON.parse((await live.next())?.data ?? "{}") as Shown; // docs/live.md
  expect(accepted).toMatchObject({ kind: "accepted", payload: "21", delivered: 0 });
  expect(accepted.commit_us).toBeGreaterThan(0);
  const refused = await live.next();
  expect([refused?.event, (JSON.parse(refused?.data ?? "{}") as Shown).code]).toEqual(["refused", "invalid_value"]);
  await live.cancel();
  // over HTTP, too
  expect((await server.http("/v1/devices/dev5/", "0".repeat(40))).status).toBe(401);
  await end();
  const kinds = ["closed", "refused", "opened"];
  const wanted = async () => {
    const found = (await history("")).map((e) => e.kind);
    return [...kinds, "login_refused"].every((kind) => found.includes(kind));
  };
  await until("all of it is kept", wanted);
  await server.restart();
  expect(await wanted()).toBe(true);
  const ofPump = await history(`?account=${encodeURIComponent("pump@acme")}`);
  expect(ofPump.map((e) => e.kind)).toEqual(kinds);
  expect(ofPump.map((e) => e.transport)).toEqual([null, null, "tcp"]);
  expect((await history("?device=my-product/dev5")).map((e) => e.payload)).toEqual(["warm"]);
});
