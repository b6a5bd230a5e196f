import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client } from "pg";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have } from "../run/have.ts";
import { startPostgres, type TestPostgres } from "../run/postgres.ts";
import { sealAll } from "../run/sealed.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";

const { recorder, owner, globex } = TOKENS;
const FIELDS = ["TEMPERATURE", "DOOR", "NOTE", "POSITION", "STEPS", "TOTAL"];
type Row = Record<string, unknown>;

describe.skipIf(!have("postgresql"))("SQL for people", () => {
  let postgres: TestPostgres;
  let server: TestServer;
  const address = () => postgres.address("people");
  /** Somebody who has a login, and whatever else they were granted. */
  async function as(role: string, text: string): Promise<readonly Row[]> {
    const client = new Client({ host: "127.0.0.1", port: postgres.port, user: role, database: "postgres" });
    await client.connect();
    try {
      await client.query("SET search_path TO people");
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }
  const plan = async (from: string): Promise<string> =>
    (await as("reader", `EXPLAIN SELECT time, num FROM ${from}`)).map((row) => row["QUERY PLAN"]).join("\n");
  const refusal = (role: string, text: string): Promise<string> =>
    as(role, text).then(
      () => "nothing was refused",
      (error: unknown) => String(error),
    );
  const say = async (topic: string, value: string, token: string = recorder): Promise<void> => {
    const speaker = await mqttJs(`mqtt://127.0.0.1:${server.ports.mqtt}`, token);
    await speaker.client.publishAsync(topic, value, { qos: 1 });
    await speaker.end();
  };
  const reseal = async (): Promise<void> => {
    await server.stop();
    await sealAll(address());
    await server.start();
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    server = await startServer({ flags: ["--store", address(), "--sql", "arrays"] });
    const said: readonly (readonly [string, string])[] = [
      ["TEMPERATURE", "21.5"],
      ["TEMPERATURE", "-0.1234567890123"],
      ["DOOR", "true"],
      ["DOOR", "false"],
      ["NOTE", 'a "b" \\ {c},\u001b[0m ü🌡'],
      ["POSITION", "(52.520008,13.404954)"],
      ["STEPS", "9007199254740991"],
      ["TOTAL", "1.5"],
      ["TOTAL", "2.5"],
    ];
    for (const [field, value] of said) await say(`dtck-pub/my-product/dev1/${field}`, value);
    await say("dtck-pub/other-product/gdev1/TEMPERATURE", "99", globex);
    await reseal();
    for (const role of ["reader", "nobody"]) await postgres.sql(`CREATE ROLE ${role} LOGIN`);
    await postgres.sql("SELECT people.grant_reading('reader', 'acme')");
  }, 90_000);
  afterAll(async () => {
    await server?.remove();
    await postgres?.remove();
  });

  test("the view has what history over HTTP has, for every type of field", async () => {
    const overHttp = (await server.history(owner, "dev1", FIELDS.join(","))).flatMap(({ time, ...values }) =>
      Object.entries(values)
        .filter(([, value]) => value !== null)
        .map(([field, value]) => [time, field, value]),
    );
    const rows = await as(
      "reader",
      `SELECT to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS t, * FROM measurement
       WHERE workspace = 'acme' AND product = 'my-product' AND device = 'dev1' ORDER BY time, field`,
    );
    const shown = ({ num, bool, text, lat, lng }: Row) => num ?? bool ?? text ?? `(${lat},${lng})`;
    const order = (some: readonly (readonly unknown[])[]) => some.map((one) => JSON.stringify(one)).sort();
    expect(order(rows.map((row) => [row.t, row.field, shown(row)]))).toEqual(order(overHttp));
    expect(rows).toHaveLength(9);
    const current = await as(
      "reader",
      "SELECT field, num, bool, text FROM current_value WHERE device = 'dev1' ORDER BY field",
    );
    expect(current).toMatchObject([
      { field: "DOOR", bool: false },
      { field: "NOTE" },
      { field: "POSITION" },
      { field: "STEPS", num: 9007199254740991 },
      { field: "TEMPERATURE", num: -0.1234567890123 },
      { field: "TOTAL", num: 2.5 },
    ]);
  });

  test("a role reads the workspaces that it was granted, and nothing else of the schema", async () => {
    expect(await as("reader", "SELECT DISTINCT workspace FROM measurement")).toEqual([{ workspace: "acme" }]);
    expect(await as("postgres", "SELECT DISTINCT workspace FROM measurement ORDER BY 1")).toEqual([
      { workspace: "acme" },
      { workspace: "globex" },
    ]);
    for (const table of ["chunk", "series", "token", "session", "current_point", "sql_reader"])
      expect(await refusal("reader", `SELECT * FROM ${table}`)).toContain("permission denied");
    expect(await refusal("reader", "INSERT INTO measurement (workspace) VALUES ('acme')")).toMatch(
      /cannot insert|permission denied/,
    );
    expect(await refusal("reader", "SELECT grant_reading('reader', 'globex')")).toContain("permission denied");
    expect(await refusal("nobody", "SELECT * FROM people.measurement")).toContain("permission denied");
    expect(await refusal("postgres", "SELECT grant_reading('reader', 'nowhere')")).toContain(
      "there is no workspace nowhere",
    );
  });

  test("a function that tells what it is given is not given what belongs to others", async () => {
    await postgres.sql("CREATE SCHEMA own AUTHORIZATION reader");
    await as(
      "reader",
      `CREATE FUNCTION own.tell(float8) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS
       $$ BEGIN IF $1 = 99 THEN RAISE EXCEPTION 'heard %', $1; END IF; RETURN true; END $$`,
    );
    for (const from of ["measurement", "current_value", "measurement_between('-infinity', 'infinity')"])
      expect(await refusal("reader", `SELECT count(*) FROM ${from} WHERE own.tell(num)`)).toBe("nothing was refused");
    expect(await refusal("postgres", "SELECT count(*) FROM measurement WHERE own.tell(num)")).toContain("heard 99");
  });

  test("a member of a role reads as it does, until it is revoked", async () => {
    await postgres.sql("CREATE ROLE member LOGIN; GRANT reader TO member");
    const slugs = () => as("member", "SELECT DISTINCT workspace FROM measurement");
    expect(await slugs()).toEqual([{ workspace: "acme" }]);
    await postgres.sql("SELECT people.revoke_reading('reader', 'acme')");
    expect(await slugs()).toEqual([]);
    await postgres.sql("SELECT people.grant_reading('reader', 'acme')");
    expect(await slugs()).toEqual([{ workspace: "acme" }]);
  });

  test("named series and times are found by the index", async () => {
    await postgres.sql(
      `INSERT INTO people.chunk (series, first, last, n, step, dt, div, i)
       SELECT 1000 + n % 100, t, t + interval '1 hour', 2, 3600000000, '{0,1}', 1, '{1,2}'
       FROM generate_series(1, 20000) n, LATERAL (SELECT now() - n * interval '1 hour' AS t) AS at`,
    );
    await postgres.sql("ANALYZE people.chunk");
    const named = "workspace = 'acme' AND product = 'my-product' AND device = 'dev1' AND field = 'STEPS'";
    const text = await plan(`measurement_between(now() - interval '1 day', now()) WHERE ${named}`);
    expect(text).toMatch(
      /chunk_pkey on chunk c[\s\S]*Index Cond: \(\(series = e\.id\) AND \(last >= .*\) AND \(first <= /,
    );
    expect(text).not.toContain("Function Scan on measurement_between");
    expect(await plan(`measurement WHERE ${named}`)).toMatch(
      /chunk_pkey on chunk c[\s\S]*Index Cond: \(series = e\.id\)/,
    );
  });

  test("a device that is deleted is gone at once", async () => {
    expect((await server.cli("device", "delete", "my-product", "dev1", "--yes")).err).toBe("");
    expect(await as("reader", "SELECT * FROM measurement")).toEqual([]);
    expect(await as("reader", "SELECT * FROM current_value")).toEqual([]);
    await reseal();
    expect(await postgres.sql("SELECT count(*)::int AS n FROM people.chunk WHERE series < 1000")).toEqual([{ n: 1 }]);
  }, 60_000);

  test("a workspace that is deleted is read by nobody, nor what has its slug later", async () => {
    await postgres.sql("SELECT people.grant_reading('reader', 'globex')");
    const seen = () => as("reader", "SELECT num FROM measurement WHERE workspace = 'globex'");
    expect(await seen()).toEqual([{ num: 99 }]);
    expect((await server.cli("workspace", "delete", "globex", "--yes")).err).toBe("");
    expect(await seen()).toEqual([]);
    expect((await server.cli("workspace", "create", "globex", "--owner", "owner@example.com")).err).toBe("");
    expect(
      await postgres.sql("SELECT slug FROM people.sql_reader r JOIN people.workspace w ON w.uid = r.workspace"),
    ).toEqual([{ slug: "acme" }]);
  });

  test("switched off all of it goes, and who could read is remembered; it is refused where the data is in the folder", async () => {
    await say("dtck-pub/my-product/dev2/STEPS", "5");
    await server.stop();
    const off = ["mqtt", "mqtts", "http", "https", "wss"].flatMap((name) => [`--${name}`, "off"]);
    const refused = await fieldcast(["serve", "--data", `${server.folder}/other`, "--sql", "rows", ...off]);
    expect([
      refused.code,
      refused.err.includes("--sql: measurements are read with SQL where the data is in PostgreSQL"),
    ]).toEqual([1, true]);
    const other = await startServer({ data: server.data, flags: ["--store", address(), "--sql", "rows"] });
    await other.stop();
    await sealAll(address());
    for (const from of ["measurement", "measurement_between('-infinity', 'infinity')"])
      expect(await as("reader", `SELECT num FROM ${from}`)).toEqual([{ num: 5 }]);
    // a plain condition on time is enough for rows
    const text = await plan(
      "measurement WHERE device = 'dev2' AND field = 'STEPS' AND time >= now() - interval '1 day'",
    );
    expect(text).toMatch(/point_row_pkey on point_row c[\s\S]*Index Cond: \(\(series = e\.id\) AND \("time" >= /);
    const without = await startServer({ data: server.data, flags: ["--store", address()] });
    await without.stop();
    expect(await refusal("postgres", "SELECT * FROM measurement")).toContain("does not exist");
    expect(await postgres.sql("SELECT DISTINCT role::text FROM people.sql_reader")).toEqual([{ role: "reader" }]);
  }, 90_000);
});
