import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { TOKENS } from "../run/fleet.ts";
import { Raw } from "../run/raw.ts";
import { isNode, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ["--storage-grace", "1 s"] });
});
afterAll(() => server.remove());

const client = (more: Parameters<typeof Raw.login>[1] = {}) =>
  Raw.login(server.ports.mqtt, { token: TOKENS.device, ...more });
/** A request that may wait for as long as the store does. */
const record = (id: string, value: number) =>
  fetch(`http://127.0.0.1:${server.ports.http}/v1/devices/${id}/record/`, {
    method: "POST",
    headers: { authorization: `Token ${TOKENS.device}` },
    body: JSON.stringify({ field: "STEPS", value }),
    signal: AbortSignal.timeout(25_000),
  });
const steps = async (id: string) => (await server.history(TOKENS.device, id, "STEPS")).map(({ STEPS }) => STEPS);

/**
 * Keeps the server from committing; the function gives it back. SQLite waits for a lock, and says so after 5 s; PostgreSQL waits for as long
 * as it takes, and says at once that its disk is full.
 */
async function hold(how: "waits" | "full"): Promise<() => Promise<void>> {
  const { kept } = server;
  if (kept === null) return holdFile();
  const { postgres, schema } = kept;
  if (how === "waits") return postgres.hold(`UPDATE ${schema}.head SET seq = seq`);
  await postgres.sql(`CREATE FUNCTION ${schema}.no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$`);
  await postgres.sql(`CREATE TRIGGER no_room BEFORE UPDATE ON ${schema}.head EXECUTE FUNCTION ${schema}.no_room()`);
  return async () => void (await postgres.sql(`DROP FUNCTION ${schema}.no_room CASCADE`));
}
function holdFile(): () => Promise<void> {
  const db = new Database(join(server.data, "data.db"));
  db.run("PRAGMA busy_timeout = 5000");
  db.run("BEGIN IMMEDIATE");
  return async () => {
    db.run("ROLLBACK");
    db.close();
  };
}

test("6: what is not stored is not acknowledged and not published; it is when storage is back", async () => {
  const [v5, v4, watcher] = [await client(), await client({ version: 4 }), await client()];
  await watcher.subscribe("dtck/my-product/dev1/STEPS");
  const release = await hold("waits");
  v5.publish("dtck-pub/my-product/dev1/STEPS", "1", { qos: 1, packetId: 1 });
  v5.publish("dtck-pub/my-product/dev1/STEPS", "2", { qos: 2, packetId: 2 });
  expect(await v5.drain()).toEqual([]);
  v4.publish("dtck-pub/my-product/dev1/STEPS", "3", { qos: 1, packetId: 1 });
  expect(await v4.drain()).toEqual([]);
  let answered = false;
  const http = record("dev1", 4).then((response) => {
    answered = true;
    return response;
  });
  expect(await watcher.drain()).toEqual([]);
  expect(await steps("dev1")).toEqual([]);
  expect(answered).toBe(false);
  await release();
  expect((await v5.expect("puback")).reasonCode).toBe(0);
  expect((await v5.expect("pubrec")).reasonCode).toBe(0);
  await v4.expect("puback");
  expect((await http).status).toBe(200);
  expect((await watcher.heard("4")).length).toBe(4);
  expect(await steps("dev1")).toEqual([1, 2, 3, 4]);
  for (const raw of [v5, v4, watcher]) await raw.leave();
});

// a node among several ends then (docs/engine.md, section 11)
test.skipIf(isNode())(
  "6: after the grace time senders are told: 0x89, a close, 503, new logins unavailable; service returns by itself",
  async () => {
    const [v5, v4, watcher] = [await client(), await client({ version: 4 }), await client()];
    await watcher.subscribe("dtck/my-product/dev2/STEPS");
    const release = await hold("full");
    v5.publish("dtck-pub/my-product/dev2/STEPS", "1", { qos: 1, packetId: 1 });
    v4.publish("dtck-pub/my-product/dev2/STEPS", "2", { qos: 2, packetId: 1 });
    const http = record("dev2", 3);
    // SQLite itself waits 5 s for a lock, before the store knows that it cannot commit
    await until("healthz to say that storage fails", async () => (await server.http("/healthz")).status === 503);
    const fresh = await Raw.open(server.ports.mqtt);
    expect((await fresh.connect({ token: TOKENS.device })).reasonCode).toBe(0x88);
    const old = await Raw.open(server.ports.mqtt);
    expect((await old.connect({ token: TOKENS.device, version: 4 })).reasonCode).toBe(3);
    const refused = await record("dev2", 4);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "storage_unavailable" });
    const last = await v5.expect("disconnect");
    expect(last.reasonCode).toBe(0x89);
    expect(last.properties?.reasonString).toContain("store");
    expect(await v4.ended()).toEqual([]);
    expect((await http).status).toBe(503);
    await release();
    const back = await until("a login", async () => {
      const raw = await Raw.open(server.ports.mqtt);
      if ((await raw.connect({ token: TOKENS.device })).reasonCode === 0) return raw;
      await raw.ended();
      return null;
    });
    expect(await back.record("dtck-pub/my-product/dev2/STEPS", "5")).toBe(0);
    // whoever only listens was not disturbed, and hears of nothing that was given up
    expect(await watcher.heard("5")).toEqual(["dtck/my-product/dev2/STEPS 5"]);
    expect(await steps("dev2")).toEqual([5]);
    expect((await server.http("/healthz")).status).toBe(200);
    await Promise.all([back.leave(), watcher.leave()]);
  },
  30_000,
);
