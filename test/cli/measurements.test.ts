import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

// each runs several commands, on a machine that may be busy
setDefaultTimeout(60_000);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

const HEADER = "time,product,device,field,value";
const path = (name: string) => join(server.folder, name);
function write(name: string, ...lines: string[]): string {
  writeFileSync(path(name), [HEADER, ...lines, ""].join("\r\n"));
  return path(name);
}
const url = () => `mqtt://127.0.0.1:${server.ports.mqtt}`;
const exported = async (...args: string[]) => (await server.cli("export", ...args)).out.split("\r\n").slice(1, -1);

describe("an import while the server runs", () => {
  test("is stored and current, and published to nobody: neither live, nor to an absent session, nor after a crash", async () => {
    const absent = await mqttJs(url(), TOKENS.device, undefined, {
      clientId: "absent",
      clean: false,
      properties: { sessionExpiryInterval: 3600 },
    });
    await absent.client.subscribeAsync("dtck/+/dev100/+", { qos: 1 });
    await absent.end();
    const live = await mqttJs(url(), TOKENS.device);
    await live.client.subscribeAsync("dtck/+/dev100/+", { qos: 1 });

    const file = write(
      "news.csv",
      "2026-01-01T00:00:00Z,my-product,dev100,STEPS,1",
      "2026-01-01T00:00:01Z,my-product,dev100,STEPS,2",
      "2020-01-01T00:00:01Z,my-product,dev100,STEPS,0",
    );
    expect((await server.cli("import", file)).out).toBe("Read 3 rows: 3 stored, 0 bad.\n");
    const publisher = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    expect(await publisher.record("dtck-pub/my-product/dev100/NOTE", "the end")).toBe(0);
    await publisher.leave();
    await until("the message that follows", () => live.messages.some(({ topic }) => topic.endsWith("/NOTE")));
    expect(live.messages).toEqual([{ topic: "dtck/my-product/dev100/NOTE", payload: "the end" }]);
    await live.end();

    await server.kill9();
    await server.restart();
    const fields = (await (await server.http("/v1/devices/dev100/", TOKENS.device)).json()) as {
      fields: { field: string; value: unknown; time: string | null }[];
    };
    expect(fields.fields.find(({ field }) => field === "STEPS")).toMatchObject({
      value: 2,
      time: "2026-01-01T00:00:01Z",
    });
    const back = await mqttJs(url(), TOKENS.device, undefined, {
      clientId: "absent",
      clean: false,
      properties: { sessionExpiryInterval: 0 },
    });
    await until("the queued message", () => back.messages.length > 0);
    expect(back.messages).toEqual([{ topic: "dtck/my-product/dev100/NOTE", payload: "the end" }]);
    await back.end();
    expect(await exported("--device", "dev100", "--field", "STEPS")).toEqual([
      "2020-01-01T00:00:01Z,my-product,dev100,STEPS,0",
      "2026-01-01T00:00:00Z,my-product,dev100,STEPS,1",
      "2026-01-01T00:00:01Z,my-product,dev100,STEPS,2",
    ]);
  });

  test("a publish that comes later is current again, whatever was imported", async () => {
    const file = write("old.csv", "2026-01-01T00:00:00Z,my-product,dev101,STEPS,1");
    await server.cli("import", file);
    const publisher = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
    expect(await publisher.record("dtck-pub/my-product/dev101/STEPS", "5")).toBe(0);
    await publisher.leave();
    await server.cli("import", file);
    const rows = await exported("--device", "dev101");
    expect(rows.map((row) => row.split(",").at(-1))).toEqual(["1", "5"]);
  });
});

test("a large export over HTTP is a stream with the rows that the command writes; without the server, too", async () => {
  const lines = Array.from(
    { length: 30_000 },
    (_, i) =>
      `${new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString().replace(".000Z", "Z")},my-product,dev102,STEPS,${i}`,
  );
  const file = write("many.csv", ...lines);
  expect((await server.cli("import", file)).out).toBe("Read 30,000 rows: 30,000 stored, 0 bad.\n");
  const whole = readFileSync(file, "utf8");
  const answer = await server.http("/v1/export?devices=dev102", TOKENS.owner);
  expect([answer.status, await answer.text()]).toEqual([200, whole]);
  expect((await server.http("/v1/export?devices=dev102", TOKENS.viewer)).status).toBe(403);
  await server.cli("export", "--device", "dev102", "--out", path("online.csv"));
  expect(readFileSync(path("online.csv"), "utf8")).toBe(whole);
  await server.stop();
  await server.cli("export", "--device", "dev102", "--out", path("offline.csv"));
  expect(readFileSync(path("offline.csv"), "utf8")).toBe(whole);
  await server.restart();
  const buckets = await server.http(
    "/v1/history?devices=dev102&fields=STEPS:SUM,STEPS:COUNT&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&resolution=1d",
    TOKENS.viewer,
  );
  expect(await buckets.json()).toEqual({
    rows: [
      {
        time: "2026-01-01T00:00:00Z",
        product: "my-product",
        device: "dev102",
        "STEPS:SUM": (30_000 * 29_999) / 2,
        "STEPS:COUNT": 30_000,
      },
    ],
    next: null,
  });
});
