import { afterAll, beforeAll, expect, test } from "bun:test";
import { mqttJs } from "../run/clients.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** Computed fields of a running server: heard, stored and read as any other, and computed once over kills. */

const TOKEN = "0123456789abcdef0123456789abcdef01234567";
const FLEET = `
workspaces:
  - slug: acme
    products:
      - slug: station
        fields:
          - { id: FAHRENHEIT, type: NUMERIC, formula: "TEMPERATURE * 1.8 + 32" }
          - { id: STATE, type: STRING, formula: 'FAHRENHEIT > 80 ? "hot" : "fine"' }
          - { id: SPREAD, type: NUMERIC, formula: "TEMPERATURE - DEW" }
          - { id: MEAN, type: NUMERIC, formula: 'average(TEMPERATURE, "10m")' }
          - { id: USED, type: COUNTER, formula: "increase(METER)" }
          - { id: TEMPERATURE, type: NUMERIC }
          - { id: DEW, type: NUMERIC }
          - { id: METER, type: COUNTER }
        devices: [{ id: a }, { id: b }, { id: c }]
    api_users:
      - { name: all, token: ${TOKEN}, rights: [{ devices: all, can: [view, record_measurements, edit_product] }] }
`;

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ fleet: FLEET });
});
afterAll(() => server.remove());

const api = async (method: string, path: string, body?: object) => {
  const init = { method, headers: { "content-type": "application/json" } };
  return server.http(`/api/v1${path}`, TOKEN, body === undefined ? init : { ...init, body: JSON.stringify(body) });
};
const record = (device: string, body: object) =>
  server.http(`/v1/devices/${device}/record/`, TOKEN, { method: "POST", body: JSON.stringify(body) });
const rows = (device: string, fields: string) => server.history(TOKEN, device, fields);
const values = async (device: string, field: string) => (await rows(device, field)).map((row) => row[field]);

test("what is computed is heard behind what it is computed from, and once for what came together", async () => {
  const { client, end } = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKEN);
  const heard: string[] = [];
  client.on("message", (topic, payload) => heard.push(`${topic.split("/").slice(2).join("/")} ${payload}`));
  await client.subscribeAsync("dtck/station/+/+", { qos: 1 });
  await client.publishAsync("dtck-pub/station/a", '{"TEMPERATURE": 30, "DEW": 12}', { qos: 1 });
  await until("what is computed", () => heard.length >= 6);
  expect(heard.slice(0, 2).sort()).toEqual(["a/DEW 12", "a/TEMPERATURE 30"]);
  expect(heard.slice(2)).toEqual(["a/FAHRENHEIT 86", "a/STATE hot", "a/SPREAD 18", "a/MEAN 30"]);
  await client.publishAsync("dtck-pub/station/a/TEMPERATURE", "20", { qos: 1 });
  await until("the next", () => heard.length >= 11);
  expect(heard.slice(7)).toEqual(["a/FAHRENHEIT 68", "a/STATE fine", "a/SPREAD 8", "a/MEAN 25"]);
  // the same times as what it was computed from
  const [row] = await rows("a", "TEMPERATURE,FAHRENHEIT,MEAN");
  expect(row).toMatchObject({ TEMPERATURE: 30, FAHRENHEIT: 86, MEAN: 30 });

  await expect(client.publishAsync("dtck-pub/station/a/FAHRENHEIT", "1", { qos: 1 })).rejects.toThrow();
  // what is shown to try things with is a field that takes values
  expect(await server.operation("example")).toMatchObject({ field: { id: "TEMPERATURE" } });
  const refused = await record("a", { field: "FAHRENHEIT", value: 1 });
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining("computed_field")]);
  await end();
});

test("late values are computed with what the other fields were then, and never become current", async () => {
  const send = async (field: string, value: number, timestamp: string) => {
    const answer = await record("b", { field, value, timestamp });
    expect(answer.status).toBe(200);
  };
  await send("DEW", 5, "2026-03-01T10:00:00Z");
  await send("DEW", 9, "2026-03-01T12:00:00Z");
  await send("TEMPERATURE", 20, "2026-03-01T13:00:00Z");
  await until("the newest", async () => (await values("b", "SPREAD")).length === 1);
  await send("TEMPERATURE", 10, "2026-03-01T11:00:00Z");
  await send("TEMPERATURE", 14, "2026-03-01T12:55:00Z");
  await until("the late ones", async () => (await values("b", "SPREAD")).length === 3);
  expect(await values("b", "SPREAD")).toEqual([5, 5, 11]);
  expect(await values("b", "MEAN")).toEqual([10, 14, 20]);
  const now = await (await api("GET", "/products/station/devices/b/values?fields=SPREAD")).text();
  expect(now).toContain('"value":11');
});

test("a formula is tried over what is recorded before it is saved, over the API and at the command line", async () => {
  const wish = {
    formula: 'TEMPERATURE > 12 ? TEMPERATURE - DEW : average(TEMPERATURE, "2h") / 0',
    device: "b",
    hours: 5,
  };
  const answer = await (await api("POST", "/products/station/formulas/try", wish)).json();
  expect(answer).toMatchObject({
    kind: "number",
    fields: ["TEMPERATURE", "DEW"],
    device: "b",
    computed: 2,
    without_result: 3,
  });
  expect((answer as { values: unknown[] }).values.slice(-2)).toEqual([
    { time: "2026-03-01T12:55:00Z", came: { TEMPERATURE: 14 }, value: 5 },
    { time: "2026-03-01T13:00:00Z", came: { TEMPERATURE: 20 }, value: 11 },
  ]);
  const told = async (more: object) =>
    (await api("POST", "/products/station/formulas/try", { ...wish, ...more })).text();
  expect(await told({ formula: "SPREAD + 1", field: "DEW" })).toContain("DEW ← SPREAD ← DEW");
  expect(await told({ type: "BOOL", field: "NEW" })).toContain("NEW is BOOL");
  expect(await told({ device: "nobody" })).toContain("unknown_device");
  const shown = await server.cli("field", "try", "station", "round(TEMPERATURE / 3, 1)", "--device", "b");
  expect(shown.out).toMatch(/TIME +TEMPERATURE +COMPUTED\n.* 10 +3\.3\n.* 14 +4\.7\n.* 20 +6\.7\n/);
  expect(shown.err).toContain("b: 3 computed, 0 without a result");
  const none = await server.cli("field", "formula", "station", "DEW");
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("give a formula, or --none")]);
});

test("a list of fields says which formulas compute nothing, and why", async () => {
  const done = async (...argv: string[]) => expect((await server.cli(...argv)).code).toBe(0);
  await done("field", "create", "station", "SHORT");
  await done("field", "create", "station", "HALF", "--formula", "SHORT / 2");
  expect((await server.cli("field", "list", "station")).out).not.toContain("COMPUTES NOTHING");
  await done("field", "delete", "station", "SHORT", "--yes");
  const { out } = await server.cli("field", "list", "station");
  expect(out).toMatch(/FORMULA +COMPUTES NOTHING\n/);
  expect(out).toMatch(/HALF .*SHORT \/ 2 +.*SHORT/);
  await done("field", "delete", "station", "HALF", "--yes");
});

test("each value is computed once, in order, whenever the server is killed", async () => {
  let sent = 0;
  for (let life = 0; life < 3; life++) {
    const { client, end } = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKEN);
    const acknowledged: Promise<unknown>[] = [];
    for (let i = 0; i < 200; i++)
      acknowledged.push(
        client.publishAsync("dtck-pub/station/c/METER", String(++sent * 2), { qos: 1 }).catch(() => null),
      );
    await Promise.race(acknowledged.slice(50));
    await server.kill9();
    await end();
    await server.restart();
  }
  const meter = await values("c", "METER");
  // of the very first there is none before it
  await until("all of them", async () => (await values("c", "USED")).length === meter.length - 1);
  const stored = await rows("c", "METER,USED");
  for (let i = 1; i < stored.length; i++) {
    const [before, now] = [Number(stored[i - 1]?.METER), Number(stored[i]?.METER)];
    expect(stored[i]?.USED).toBe(now < before ? now : now - before);
  }
});

test("a formula is refused with what is wrong with it, and one that was broken computes nothing and says why", async () => {
  const change = async (field: string, formula: string | null) => {
    const path = `/products/station/fields/${field}`;
    const etag = (await api("GET", path)).headers.get("etag") ?? "";
    const init = { method: "PATCH", headers: { "content-type": "application/json", "if-match": etag } };
    const answer = await server.http(`/api/v1${path}`, TOKEN, { ...init, body: JSON.stringify({ formula }) });
    return [answer.status, await answer.text()] as const;
  };
  expect(await change("TEMPERATURE", 'STATE == "hot" ? 1 : 0')).toEqual([
    400,
    expect.stringContaining("TEMPERATURE ← STATE ← FAHRENHEIT ← TEMPERATURE"),
  ]);
  expect(await change("DEW", "DEW + 1")).toEqual([400, expect.stringContaining("computed from itself")]);
  expect(await change("STATE", "FAHRENHEIT > 80")).toEqual([400, expect.stringContaining("Write text(…) around it")]);
  expect((await change("USED", "change(METER)"))[0]).toBe(200);
  await expect(
    server.apply(FLEET.replace("{ id: DEW, type: NUMERIC }", '{ id: DEW, type: NUMERIC, formula: "SPREAD * 2" }')),
  ).rejects.toThrow("SPREAD ← DEW ← SPREAD");
  await server.operation("fieldDelete", { product: "station", field: "DEW" });
  const shown = (await (await api("GET", "/products/station/fields/SPREAD")).json()) as Record<string, unknown>; // api
  expect(shown.formula_problem).toContain("no field DEW");
  await record("a", { field: "TEMPERATURE", value: 40 });
  await until("the others", async () => (await values("a", "FAHRENHEIT")).at(-1) === 104);
  expect(await values("a", "SPREAD")).toEqual([18, 8]);
});
