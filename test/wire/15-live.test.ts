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

const listen = async (token: string, query = "", lastId?: string): Promise<EventReader> => {
  const headers = lastId === undefined ? {} : { "Last-Event-ID": lastId };
  const answer = await server.http(`/api/v1/live${query}`, token, { headers });
  expect(answer.status).toBe(200);
  return new EventReader(answer);
};
const value = (data: string | undefined): unknown => (JSON.parse(data ?? "{}") as { value?: unknown }).value;

test("live measurements, resumed over a connection and a kill of the server, until the token is revoked", async () => {
  const own = await account(server, "dashboard", "{ products: [my-product], can: [view] }");
  const { client, end } = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKENS.owner);
  const publish = (n: number) => client.publishAsync("dtck-pub/my-product/dev1/TEMPERATURE", String(n), { qos: 1 });
  const first = await listen(own.token, "?products=my-product&fields=TEMPERATURE");
  for (let i = 1; i <= 3; i++) await publish(i);
  for (let i = 1; i <= 3; i++) expect(value((await first.next())?.data)).toBe(i);
  const { lastId } = first;
  await first.cancel();
  for (let i = 4; i <= 6; i++) await publish(i);
  const second = await listen(own.token, "?fields=TEMPERATURE", lastId);
  for (let i = 4; i <= 6; i++) expect(value((await second.next())?.data)).toBe(i);
  await end();
  await server.kill9();
  await server.restart();
  // what the log holds survives the server
  const third = await listen(own.token, "?fields=TEMPERATURE", lastId);
  for (let i = 4; i <= 6; i++) expect(value((await third.next())?.data)).toBe(i);
  const tokens = (await server.operation("tokenList", { owner: own.name })) as { uid: number }[]; // operations.ts
  for (const { uid } of tokens) await server.operation("tokenRevoke", { which: String(uid) });
  const last = await third.next();
  expect([last?.event, last?.data]).toEqual(["end", expect.stringContaining("unknown_token")]);
  expect(await third.next()).toBeNull();
  expect((await server.http("/api/v1/live", own.token)).status).toBe(401);
});

test("a reader who takes nothing holds up nobody, and is told that events are missing", async () => {
  const { client, end } = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKENS.owner);
  const slow = await listen(TOKENS.owner);
  const quick = await listen(TOKENS.owner, "?fields=TEMPERATURE");
  const text = "x".repeat(60_000);
  // more than sockets and buffers hold
  let lost = 0;
  for (let i = 0; i < 400 && lost === 0; i++) {
    await Promise.all([1, 2, 3, 4].map(() => client.publishAsync("dtck-pub/my-product/dev1/NOTE", text, { qos: 1 })));
    lost = await server.metric("fieldcast_stream_events_lost_total");
  }
  expect(lost).toBeGreaterThan(0);
  await client.publishAsync("dtck-pub/my-product/dev1/TEMPERATURE", "7", { qos: 1 });
  expect(value((await quick.next())?.data)).toBe(7);
  let gap = await slow.next();
  for (let i = 0; i < 2000 && gap?.event === "measurement"; i++) gap = await slow.next();
  expect(gap?.event).toBe("gap");
  await slow.cancel();
  await quick.cancel();
  await until("both are gone", async () => (await server.metric("fieldcast_streams")) === 0);
  await end();
});

test("streams end with the server, which does not wait for them", async () => {
  const reader = await listen(TOKENS.owner);
  await reader.more();
  const stopping = server.stop();
  expect(await reader.next()).toMatchObject({ event: "end" });
  expect(await reader.next()).toBeNull();
  expect(await stopping).toBe(0);
});
