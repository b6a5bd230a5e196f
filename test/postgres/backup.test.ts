import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { have, postgresPrograms } from "../run/have.ts";
import { startPostgres, type TestPostgres } from "../run/postgres.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "postgresql.md"), "utf8");
const section = page.slice(page.indexOf("## Backup and restore"), page.indexOf("## Sizing"));
const [dump = "", back = "", archive = "", moment = ""] = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, text = ""]) => text,
);

describe.skipIf(!have("postgresql"))("backups of PostgreSQL, by the commands of docs/postgresql.md", () => {
  let postgres: TestPostgres;
  let server: TestServer;
  let folder: string;
  const say = async (to: TestServer, ...values: readonly number[]) => {
    const speaker = await mqttJs(`mqtt://127.0.0.1:${to.ports.mqtt}`, TOKENS.recorder);
    for (const value of values)
      await speaker.client.publishAsync("dtck-pub/my-product/dev1/STEPS", String(value), { qos: 1 });
    await speaker.end();
  };
  const heard = async (of: TestServer) => (await of.history(TOKENS.device, "dev1", "STEPS")).map(({ STEPS }) => STEPS);

  /** Runs the commands of a block with other places in them; what they say of the service is done by the test's own. */
  async function run(block: string): Promise<void> {
    const address = `postgres://postgres@127.0.0.1:${postgres.port}/`;
    const lines = block
      .replaceAll("postgres://fieldcast@localhost/fieldcast", `${address}postgres`)
      .replaceAll("postgres://fieldcast@localhost/", address)
      .replaceAll("--owner fieldcast ", "")
      .replaceAll("/var/backups/postgresql", join(folder, "backups"))
      .replaceAll("/var/lib/postgresql/15/main", join(postgres.folder, "data"))
      .replaceAll("/var/lib/postgresql/15/before", join(postgres.folder, "before"))
      .replaceAll("fieldcast.dump", join(folder, "fieldcast.dump"))
      .split(/^(sudo systemctl \w+ postgresql\n)/m);
    for (const part of lines) {
      const verb = /^sudo systemctl (\w+)/.exec(part)?.[1];
      if (verb === undefined) shell(part);
      if (verb === "stop" || verb === "restart") await postgres.stop();
      if (verb === "start" || verb === "restart") await postgres.start();
    }
  }
  function shell(script: string): void {
    const env = {
      PATH: `${postgresPrograms()}:${process.env.PATH}`,
      PGHOST: postgres.folder,
      PGPORT: String(postgres.port),
      PGUSER: "postgres",
      HOME: folder,
    };
    const user = process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
    const text = `set -e\nsudo() { shift 2; "$@"; }\n${script.replaceAll(/^bin\/fieldcast .*$/gm, "")}`;
    const done = Bun.spawnSync([...user, "sh", "-c", text], { env, cwd: folder, timeout: 60_000 });
    if (done.exitCode !== 0) throw new Error(`${script}\n${done.stdout}${done.stderr}`);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fieldcast-backups-"));
    if (process.getuid?.() === 0) Bun.spawnSync(["chown", "postgres", folder]);
    postgres = await startPostgres();
    server = await startServer({ flags: ["--store", postgres.address("fieldcast"), "--sql", "arrays"] });
  }, 90_000);
  afterAll(async () => {
    await server?.remove();
    await postgres?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a dump of a server at work is restored beside it", async () => {
    await say(server, 1, 2);
    await run(dump);
    await say(server, 3);
    await run(back);
    const store = postgres.address("fieldcast").replace("/postgres?", "/restored?");
    const other = await startServer({ flags: ["--store", store] });
    expect(await heard(other)).toEqual([1, 2]);
    await say(other, 4);
    expect(await heard(other)).toEqual([1, 2, 4]);
    await other.remove();
    expect(await heard(server)).toEqual([1, 2, 3]);
  }, 90_000);

  test("back to a moment: what was acknowledged until then is there, what came later is not, and the server goes on", async () => {
    await run(archive);
    await say(server, 5);
    const [now] = await postgres.sql("SELECT clock_timestamp()::text AS t, pg_sleep(0.05)");
    await say(server, 6);
    const [last] = await postgres.sql("SELECT pg_walfile_name(pg_switch_wal()) AS file");
    await until("the archive", async () => {
      const [state] = await postgres.sql("SELECT last_archived_wal AS file FROM pg_stat_archiver");
      return String(state?.file) >= String(last?.file);
    });
    await server.stop();
    await run(moment.replace("2026-11-29 12:00:00+00", String(now?.t)));
    await until("the end of the recovery", async () => {
      const [state] = await postgres.sql("SELECT pg_is_in_recovery() AS goes");
      return state?.goes === false;
    });
    await server.start();
    expect(await heard(server)).toEqual([1, 2, 3, 5]);
    await say(server, 7);
    expect(await heard(server)).toEqual([1, 2, 3, 5, 7]);
  }, 120_000);

  test("all four blocks were found", () => {
    expect([dump, back, archive, moment].every((block) => block.length > 50)).toBe(true);
  });
});
