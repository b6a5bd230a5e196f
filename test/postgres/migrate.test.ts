import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { startPostgres, type TestPostgres } from "../run/postgres.ts";
import { startServer, type TestServer } from "../run/server.ts";

const { device, recorder } = TOKENS;

describe.skipIf(!have("postgresql"))("migrate", () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const values = async () =>
    (await server.history(device, "dev1", "STEPS,NOTE")).map(({ STEPS, NOTE }) => STEPS ?? NOTE);
  const say = async (field: string, ...some: string[]) => {
    const speaker = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, recorder);
    for (const one of some) await speaker.client.publishAsync(`dtck-pub/my-product/dev1/${field}`, one, { qos: 1 });
    await speaker.end();
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    server = await startServer();
    await say("STEPS", "1", "2");
    await say("NOTE", "a\u001bb", "ü🌡");
  }, 60_000);
  afterAll(async () => {
    await server?.remove();
    await postgres?.remove();
  });

  test("not while a server runs, and a dry run changes nothing", async () => {
    const to = postgres.address("moved");
    const running = await server.cli("migrate", "--to", to);
    expect([running.code, running.err.includes("stop it first")]).toEqual([1, true]);
    await server.stop();
    const dry = await server.cli("migrate", "--to", to, "--dry-run");
    expect([dry.code, dry.out.includes("nothing was changed")]).toEqual([0, true]);
    expect(/device +[1-9],\d{3}\n/.test(dry.out)).toBe(true);
    expect(await postgres.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'moved'")).toEqual([]);
  }, 60_000);

  test("there, on with recording, and back again: everything is where it was", async () => {
    const to = postgres.address("moved");
    const there = await server.cli("migrate", "--to", to, "--json");
    expect(there.err).toBe("");
    const report = JSON.parse(there.out);
    expect(report.tables.find(({ name }: { name: string }) => name === "series")).toEqual({ name: "series", rows: 2 });
    expect(existsSync(join(server.data, "data.db"))).toBe(false);
    expect(readdirSync(report.aside).sort()).toEqual(["data.db", "fleet.db"]);
    await server.start();
    expect(await values()).toEqual([1, 2, "a\u001bb", "ü🌡"]);
    await say("STEPS", "3");
    await server.stop();
    const back = await server.cli("migrate", "--to", "folder");
    expect([back.code, back.err]).toEqual([0, ""]);
    expect(existsSync(join(server.data, "store"))).toBe(false);
    await server.start();
    expect(await values()).toEqual([1, 2, "a\u001bb", "ü🌡", 3]);
    await say("STEPS", "4");
    await server.stop();
    // a second time it is refused to write over what is there
    const again = await server.cli("migrate", "--to", to);
    expect([again.code, again.err.includes("There is data in")]).toEqual([1, true]);
    await server.start();
  }, 120_000);

  test("broken off, it goes on with what was moved", async () => {
    await server.stop();
    const to = postgres.address("broken");
    // a table that another one has locked holds it up, until it is ended
    const first = await server.cli("migrate", "--to", postgres.address("whole"), "--json");
    expect(first.err).toBe("");
    await server.cli("migrate", "--to", "folder");
    const child = Bun.spawn(
      [
        process.execPath,
        join(import.meta.dir, "..", "..", "src", "cli", "main.ts"),
        "migrate",
        "--to",
        to,
        "--data",
        server.data,
      ],
      { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    );
    for (;;) {
      const [row] = await postgres.sql("SELECT to_regclass('broken.moving') IS NOT NULL AS there");
      if (row?.there === true || child.exitCode !== null) break;
    }
    child.kill("SIGKILL");
    await child.exited;
    const rest = await server.cli("migrate", "--to", to, "--json");
    expect(rest.err).toBe("");
    expect(JSON.parse(rest.out).resumed).toBe(true);
    await server.start();
    expect(await values()).toEqual([1, 2, "a\u001bb", "ü🌡", 3, 4]);
  }, 120_000);
});
