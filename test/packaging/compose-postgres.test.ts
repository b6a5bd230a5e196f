import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { listSettings } from "../../src/config/settings.ts";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have, postgresPrograms } from "../run/have.ts";
import { startPostgres, type TestPostgres } from "../run/postgres.ts";
import { startServer, type TestServer } from "../run/server.ts";

/** What packaging/compose-postgres.yaml says, done without containers: the same user, database, password and address, and the same question for health. */

const packaging = join(import.meta.dir, "..", "..", "packaging");
const { services, volumes } = parse(readFileSync(join(packaging, "compose-postgres.yaml"), "utf8"));
const { fieldcast, postgres: database } = services;
const PASSWORD = "a password of mine";

test("every variable is one of a setting or of libpq; the two services have one password, which the file does not hold", () => {
  const known = new Set(["PGPASSWORD", ...listSettings().map(({ env }) => env)]);
  for (const name of Object.keys(fieldcast.environment)) expect(known).toContain(name);
  expect(fieldcast.environment.PGPASSWORD).toBe(database.environment.POSTGRES_PASSWORD);
  expect(fieldcast.environment.PGPASSWORD).toMatch(/^\$\{FIELDCAST_DB_PASSWORD:\?/);
  expect(database.volumes.map((one: string) => one.split(":")[0])).toEqual(Object.keys(volumes));
  expect(database.ports).toBeUndefined();
  // the first file's service, with something added
  expect(Object.keys(parse(readFileSync(join(packaging, "compose.yaml"), "utf8")).services)).toContain("fieldcast");
});

describe.skipIf(!have("postgresql"))("a PostgreSQL as the image makes it", () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const { POSTGRES_USER: user, POSTGRES_DB: name, POSTGRES_INITDB_ARGS: initdb } = database.environment;

  beforeAll(async () => {
    // what it asks of initdb is what the PostgreSQL of our tests is made with
    expect(initdb.split(" ").sort()).toEqual(["--data-checksums", "--encoding=UTF8", "--locale=C"]);
    postgres = await startPostgres();
    await postgres.sql(`CREATE ROLE ${user} SUPERUSER LOGIN PASSWORD '${PASSWORD}'`);
    await postgres.sql(`CREATE DATABASE ${name} OWNER ${user}`);
    const rules = join(postgres.folder, "data", "pg_hba.conf");
    writeFileSync(rules, "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    await postgres.sql("SELECT pg_reload_conf()");
  }, 60_000);
  afterAll(async () => {
    await server?.remove();
    await postgres?.remove();
  });

  test("is healthy by the file's question, takes the server in by its password, and keeps what it was told", async () => {
    const [how, word, ...args] = database.healthcheck.test;
    expect([how, word]).toEqual(["CMD", "pg_isready"]);
    const asked = [
      join(postgresPrograms() ?? "", "pg_isready"),
      ...args,
      "--host=127.0.0.1",
      `--port=${postgres.port}`,
    ];
    expect(Bun.spawnSync(asked).exitCode).toBe(0);
    const store = String(fieldcast.environment.FIELDCAST_STORE).replace("@postgres/", `@127.0.0.1:${postgres.port}/`);
    server = await startServer({ env: { FIELDCAST_STORE: store, PGPASSWORD: PASSWORD } });
    const speaker = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, TOKENS.recorder);
    await speaker.client.publishAsync("dtck-pub/my-product/dev1/STEPS", "1", { qos: 1 });
    await speaker.end();
    await server.restart();
    expect((await server.history(TOKENS.device, "dev1", "STEPS")).map(({ STEPS }) => STEPS)).toEqual([1]);
    await server.stop();
    const wrong = await startServer({ env: { FIELDCAST_STORE: store, PGPASSWORD: "another" } }).catch((error) => error);
    expect(String(wrong)).toContain("password authentication failed");
  }, 90_000);
});
