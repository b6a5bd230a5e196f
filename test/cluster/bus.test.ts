import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { NatsServer } from "../run/nats.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";
import { Raw } from "../run/raw.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

describe.skipIf(!have("postgresql") || !have("nats-server"))("two servers with a bus", () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-bus-"));
  let postgres: TestPostgres;
  let nats: NatsServer;
  let servers: TestServer[] = [];
  beforeAll(async () => {
    [postgres, nats] = await Promise.all([
      startPostgres({ fsync: "on" }),
      NatsServer.start("authorization { user: node, password: s3cret }"),
    ]);
    writeFileSync(join(folder, "secret"), "s3cret\n");
    const bus = ["--bus", `nats://node@127.0.0.1:${nats.port}/plant`, "--bus-secret-file", join(folder, "secret")];
    const flags = ["--store", postgres.address(newSchema()), "--cluster", "--unreplicated-ok", "on", ...bus];
    servers = [await startServer({ flags, store: "folder" })];
    servers.push(await startServer({ flags, store: "folder", fleet: null }));
  }, 60_000);
  afterAll(async () => {
    for (const one of servers.reverse()) await one.remove();
    await Promise.all([postgres?.remove(), nats?.remove()]);
    rmSync(folder, { recursive: true, force: true });
  });
  const metric = async (server: TestServer, name: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${server.ports.http}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
  };

  test("what one publishes the other one has from the bus; without it from PostgreSQL", async () => {
    const [one, two] = servers as [TestServer, TestServer];
    const ear = await Raw.login(two.ports.mqtt, { token: TOKENS.device, clientId: "ear" });
    await ear.subscribe("dtck/my-product/#", 1);
    const mouth = await Raw.login(one.ports.mqtt, { token: TOKENS.device, clientId: "mouth" });
    const say = (n: number) => mouth.record("dtck-pub/my-product/dev1/STEPS", String(n));
    let said = 0;
    await until("a record comes by the bus", async () => {
      await say(++said);
      return (await metric(two, "fieldcast_bus_records_total")) > 2;
    });
    await nats.kill();
    for (let i = 0; i < 5; i++) await say(++said);
    const heard = await ear.heard(String(said));
    expect(heard).toHaveLength(said);
    await until("both have applied the same rows", async () => {
      const [a, b] = await Promise.all(servers.map((server) => metric(server, "fieldcast_log_row")));
      return a === b && (a as number) >= said;
    });
    expect(await metric(two, "fieldcast_bus_missed_total")).toBeGreaterThan(0);
    expect(await metric(two, "fieldcast_bus_refused_total")).toBe(0);
    expect(two.log()).toContain("was lost; the log is read in the database");
  }, 30_000);

  test("a server that is alone, or an address that is none, is refused", async () => {
    const serve = (...flags: string[]) => fieldcast(["serve", "--data", join(folder, "data"), ...flags]);
    expect((await serve("--bus", "nats://127.0.0.1")).err).toContain("--bus is for several active servers");
    const { err } = await serve("--bus", "mqtt://u:hush@h");
    expect([err.includes("--bus"), err.includes("hush")]).toEqual([true, false]);
    const missing = ["--store", "postgres://u@127.0.0.1/d", "--cluster", "--bus", "nats://h", "--bus-secret-file"];
    expect((await serve(...missing, join(folder, "none"))).err).toContain("none cannot be read");
  }, 30_000);
});
