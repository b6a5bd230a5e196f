import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { have } from "../run/have.ts";
import { newSchema, startPostgres, startStandby, type TestPostgres } from "../run/postgres.ts";
import { fieldcast } from "../run/server.ts";
import { StandbyServer } from "../run/standby.ts";
import { steadyPort } from "../run/ports.ts";

describe.skipIf(!have("postgresql"))("a start that would lose what it acknowledges, or show clients two faces", () => {
  let postgres: TestPostgres;
  let follower: TestPostgres | null = null;
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-refused-"));
  const off = ["mqtt", "mqtts", "http", "https", "wss"].flatMap((name) => [`--${name}`, "off"]);
  const serve = (...flags: string[]) =>
    fieldcast(["serve", "--data", join(folder, "data"), "--store", postgres.address("refused"), ...off, ...flags]);

  beforeAll(async () => {
    postgres = await startPostgres({ max_wal_senders: "5" });
  }, 60_000);
  afterAll(async () => {
    await follower?.remove();
    await postgres?.remove();
    rmSync(folder, { recursive: true });
  });

  test("one that stands by without a synchronous standby of PostgreSQL", async () => {
    const { code, err } = await serve("--standby", "on");
    expect([code, err]).toEqual([1, expect.stringContaining("no synchronous standby")]);
    expect(err).toContain("set synchronous_standby_names");
  });
  test("any on a PostgreSQL whose standby is asynchronous, and doctor says so, too", async () => {
    follower = await startStandby(postgres, "late");
    const { code, err } = await serve();
    expect([code, err]).toEqual([1, expect.stringContaining("its standby is asynchronous")]);
    const doctor = await fieldcast(["doctor", "--data", join(folder, "data")]);
    expect(doctor.out).toContain("its standby is asynchronous");
    await follower.remove();
    follower = null;
  }, 60_000);
  test("one that stands by without a store that others have, too", async () => {
    const { code, err } = await fieldcast(["serve", "--data", join(folder, "alone"), ...off, "--standby", "on"]);
    expect([code, err]).toEqual([1, expect.stringContaining("--standby needs a store")]);
  });

  test("one whose local CA is another one; with a copy of the first one's folder tls it stands by", async () => {
    const address = postgres.address(newSchema());
    const flags = ["--unreplicated-ok", "on", "--https"];
    const first = new StandbyServer(address, [...flags, `127.0.0.1:${steadyPort()}`]);
    const second = new StandbyServer(address, [...flags, `127.0.0.1:${steadyPort()}`]);
    try {
      first.start();
      await first.becomes("ok");
      second.start();
      expect(await second.ended()).toBe(1);
      expect(second.log()).toContain("Copy the folder `tls`");
      const tls = (server: StandbyServer) => join(server.folder, "data", "tls");
      rmSync(tls(second), { recursive: true });
      cpSync(tls(first), tls(second), { recursive: true });
      second.start();
      await second.becomes("standby");
    } finally {
      await second.remove();
      await first.remove();
    }
  }, 60_000);
});
