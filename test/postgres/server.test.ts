import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { startPostgres, type TestPostgres } from "../run/postgres.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const { device, recorder, viewer } = TOKENS;
const topic = (id: string) => `dtck-pub/my-product/${id}/STEPS`;

describe.skipIf(!have("postgresql"))("a server with its data in PostgreSQL", () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const address = () => postgres.address("e2e");
  const values = async (id: string): Promise<unknown[]> =>
    (await server.history(device, id, "STEPS")).map(({ STEPS }) => STEPS);

  beforeAll(async () => {
    postgres = await startPostgres();
    server = await startServer({ flags: ["--store", address(), "--storage-grace", "20"] });
  }, 60_000);
  afterAll(async () => {
    await server?.remove();
    await postgres?.remove();
  });

  test("what was acknowledged at QoS 1 and 2 is there after SIGKILL, and a stored session goes on", async () => {
    const session = { clientId: "stays", clean: false, properties: { sessionExpiryInterval: 3600 } };
    const url = () => `mqtt://127.0.0.1:${server.ports.mqtt}`;
    const hearer = await mqttJs(url(), viewer, undefined, session);
    await hearer.client.subscribeAsync("dtck/my-product/dev1/STEPS", { qos: 1 });
    await hearer.end();
    const speaker = await mqttJs(url(), recorder);
    await speaker.client.publishAsync(topic("dev1"), "1", { qos: 1 });
    await speaker.client.publishAsync(topic("dev1"), "2", { qos: 2 });
    await server.kill9();
    await speaker.end();
    await server.start();
    expect(await values("dev1")).toEqual([1, 2]);
    const again = await mqttJs(url(), viewer, undefined, session);
    expect(
      (await until("what waited", () => again.messages.length >= 2 && again.messages)).map((m) => m.payload),
    ).toEqual(["1", "2"]);
    await again.end();
  }, 60_000);

  test("another server is not let into the store, and told who has it; one without its address finds it by the folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-other-"));
    const off = ["mqtt", "mqtts", "http", "https", "wss"].flatMap((name) => [`--${name}`, "off"]);
    const other = await fieldcast(["serve", "--data", folder, "--store", address(), ...off]);
    rmSync(folder, { recursive: true });
    expect(other.code).toBe(1);
    expect(other.err).toContain("another fieldcast uses this folder or its store (on ");
    await server.stop();
    const offline = await server.cli("product", "list", "--json");
    expect(offline.err).toBe("");
    expect(JSON.parse(offline.out).map(({ slug }: { slug: string }) => slug)).toContain("my-product");
    await server.start();
    expect(await values("dev1")).toEqual([1, 2]);
  }, 60_000);

  test("PostgreSQL dies, and single connections do, amid load: nothing acknowledged is lost, and nothing is there twice", async () => {
    const speaker = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, recorder);
    const acknowledged: number[] = [];
    let sent = 0;
    let isOver = false;
    const load = (async () => {
      while (!isOver) {
        const some = Array.from({ length: 20 }, () => ++sent);
        await Promise.all(
          some.map(async (value) => {
            await speaker.client.publishAsync(topic("dev2"), String(value), { qos: 1 });
            acknowledged.push(value);
          }),
        );
      }
    })();
    const more = (n: number) => {
      const from = acknowledged.length;
      return until("more acknowledgements", () => acknowledged.length >= from + n, 30_000);
    };
    await more(100);
    const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ";
    for (const name of ["commits", "work", "reader", "fleet", "lock"]) {
      await postgres.sql(`${end}'fieldcast ${name}'`);
      await more(40);
    }
    await postgres.stop("kill");
    await postgres.start();
    await more(100);
    isOver = true;
    await load;
    const stored = (await values("dev2")) as number[];
    expect(new Set(stored).size).toBe(stored.length);
    const there = new Set(stored);
    expect(acknowledged.filter((value) => !there.has(value))).toEqual([]);
    // this connection stayed open all the time
    expect(speaker.client.connected).toBe(true);
    await speaker.end();
    const text = await server.cli("doctor");
    expect(text.out).toContain("fsync is on");
  }, 120_000);

  test("commands before the first start go to the store that the settings name, and so does all that works without a server", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fieldcast-first-"));
    const file = join(folder, "settings.yaml");
    const data = join(folder, "data");
    writeFileSync(file, `store: ${postgres.address("first")}\n`);
    const cli = (...words: string[]) => fieldcast([...words, "--data", data, "--config", file]);
    writeFileSync(join(folder, "fleet.yaml"), "workspaces: [{ slug: plant }]\n");
    expect((await cli("apply", join(folder, "fleet.yaml"))).err).toBe("");
    expect(await postgres.sql("SELECT slug FROM first.workspace")).toEqual([{ slug: "plant" }]);
    expect((await cli("user", "create", "ann@example.com")).code).toBe(0);
    // another machine: it has the settings, and no folder yet
    rmSync(data, { recursive: true });
    const users = await cli("user", "list", "--json");
    expect(JSON.parse(users.out).map(({ email }: { email: string }) => email)).toEqual(["ann@example.com"]);
    const backup = await cli("backup", join(folder, "x.tar"));
    expect(backup.err).toContain("the data is in PostgreSQL");
    rmSync(folder, { recursive: true });
  }, 60_000);

  test("what has no meaning for it says what to do instead", async () => {
    for (const words of [
      ["backup", "x.tar"],
      ["store", "check"],
      ["store", "salvage", "--to", "y"],
    ]) {
      const { code, err } = await server.cli(...words);
      expect([code, err.includes("the data is in PostgreSQL")]).toEqual([1, true]);
    }
  });

  test.each([
    ["fsync", "off"],
    ["full_page_writes", "off"],
  ])("a server is refused that acknowledges and loses: %s %s", async (name, value) => {
    await server.stop();
    await postgres.sql(`ALTER SYSTEM SET ${name} = ${value}`);
    await postgres.sql("SELECT pg_reload_conf()");
    const off = ["mqtt", "mqtts", "http", "https", "wss"].flatMap((one) => [`--${one}`, "off"]);
    const refused = await fieldcast(["serve", "--data", server.data, ...off]);
    expect([refused.code, refused.err.includes(`${name} is off`)]).toEqual([1, true]);
    await postgres.sql(`ALTER SYSTEM RESET ${name}`);
    await postgres.sql("SELECT pg_reload_conf()");
    await server.start();
  });
});
