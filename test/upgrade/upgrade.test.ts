import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "mqtt";
import { FLEET_STEPS } from "../../src/store/sqlite/fleet/migrations.ts";
import { contentOf } from "../../src/store/sqlite/folder.testing.ts";
import { examplesOf } from "../docs/examples.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/*
 * src/store/sqlite/old/0.1.0.tar.gz is the data folder of version 0.1.0 (the last commit before the changelog goes on) after a day's work: 3,000 measurements of each of six fields,
 * recorded in two passes (even minutes, then odd ones), so that blocks overlap; an MQTT session that is away, with messages that wait; a refusal.
 */
setDefaultTimeout(60_000);

const ROOT = join(import.meta.dir, "..", "..");
const DEVICES = "0123456789abcdef0123456789abcdef01234567";
const OWNER = "89abcdef0123456789abcdef0123456789abcdef";
const START = Date.UTC(2026, 0, 1);
const ROWS = 3000;

/** A folder in which the page's commands are typed; `data` is what 0.1.0 left. */
const root = mkdtempSync(join(tmpdir(), "fieldcast-upgrade-"));
const data = join(root, "data");
let before: Record<string, string[]> = {};
let server: TestServer;
const page = readFileSync(join(ROOT, "docs", "upgrade.md"), "utf8");
const commands = examplesOf(page)
  .map(({ command }) => command)
  .filter((command) => !command.startsWith("sudo "));

beforeAll(() => {
  mkdirSync(data, { mode: 0o700 });
  const archive = join(ROOT, "src", "store", "sqlite", "old", "0.1.0.tar.gz");
  expect(Bun.spawnSync(["tar", "-xzf", archive, "-C", data]).exitCode).toBe(0);
  before = contentOf(data);
  mkdirSync(join(root, "bin"));
  const program = join(root, "bin", "fieldcast");
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, "src", "cli", "main.ts")}' "$@"\n`);
  chmodSync(program, 0o755);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function type(command: string): void {
  const env = { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}` };
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", command], { cwd: root, env, timeout: 30_000 });
  expect(`${exitCode} ${stderr}`).toStartWith("0 ");
}

/** Everything that version 0.1.0 stored. */
async function isAllThere(of: TestServer): Promise<void> {
  const fields = "TEMPERATURE,DOOR,NOTE,POSITION,STEPS,TOTAL";
  const rows = await of.history(DEVICES, "000001", fields);
  const sampled = rows.slice(0, ROWS);
  const expected = Array.from({ length: ROWS }, (_, n) => ({
    time: new Date(START + n * 60_000).toISOString().replace(".000Z", "Z"),
    TEMPERATURE: Math.round((20 + (n % 50) / 10) * 10) / 10,
    DOOR: n % 2 === 1,
    NOTE: `note ${n}`,
    POSITION: `(${52 + n / 10_000},13.5)`,
    STEPS: n * 3,
    TOTAL: n * 0.5,
  }));
  expect(sampled.length).toBe(ROWS);
  const text = (row: object) => JSON.stringify(Object.entries(row).sort());
  expect(sampled.filter((row, n) => text(row) !== text(expected[n] ?? {}))).toEqual([]);
  expect(rows.slice(ROWS)).toMatchObject([{ NOTE: "written last" }]);
  expect((await of.history(DEVICES, "000002", "TEMPERATURE")).map((row) => row.TEMPERATURE)).toEqual([
    30.1, 30.2, 30.3,
  ]);
  const device = await (await of.http("/api/v1/products/my-product/devices/000001", OWNER)).json();
  expect(device).toMatchObject({ name: "Boiler room", serial: "BR-1", tags: ["plant-1"] });
  const log = await (await of.http("/v1/devices/000002/log/", DEVICES)).text();
  expect(log).toContain("invalid_value");
}

test("the page says what can be typed", () => {
  expect(commands.map((command) => command.split(" ").slice(0, 2).join(" "))).toEqual([
    "fieldcast backup",
    "fieldcast serve",
    "fieldcast restore",
    "fieldcast serve",
  ]);
});

test("a command does not upgrade: it asks for a start of the server", async () => {
  const { code, err } = await fieldcast(["device", "list", "--data", data]);
  expect([code, err]).toEqual([1, expect.stringContaining("an older version of fieldcast wrote")]);
  expect(contentOf(data)).toEqual(before);
});

test("the old version's backup, typed as the page has it", () => {
  type(commands[0] ?? "");
  expect(readdirSync(root)).toContain("before.tar");
});

test("the newest opens it with everything in it, says what it does, and makes a backup first", async () => {
  server = await startServer({ data, fleet: null });
  const log = server.log();
  for (const [, line = ""] of page.matchAll(/^```text\n([\s\S]*?)^```$/gm))
    for (const said of line.trim().split("\n"))
      expect(log).toContain(said.replace(/^\.\/data/, data).replace(/ wrote \.\/data/, ` wrote ${data}`));
  expect(log).toContain("data.db 4: sets apart blocks of measurements that overlap in time");
  for (const name of FLEET_STEPS.slice(2)) expect(log).toContain(`fleet.db ${name}: `);
  expect(readdirSync(join(data, "upgrade"))).toEqual([
    expect.stringMatching(/^fieldcast-before-upgrade-\d{8}T\d{6}Z\.tar$/),
  ]);
  await isAllThere(server);
});

test("a client that was away goes on where it was", async () => {
  const heard: string[] = [];
  const client = connect(`mqtt://127.0.0.1:${server.ports.mqtt}`, {
    username: DEVICES,
    protocolVersion: 5,
    clientId: "logger",
    clean: false,
    properties: { sessionExpiryInterval: 60 },
  });
  client.on("message", (topic, payload) => heard.push(`${topic} ${payload}`));
  await until("what waited", () => heard.length >= 4);
  expect(heard).toEqual([
    "dtck/my-product/000002/TEMPERATURE 30.1",
    "dtck/my-product/000002/TEMPERATURE 30.2",
    "dtck/my-product/000002/TEMPERATURE 30.3",
    "dtck/my-product/000001/NOTE written last",
  ]);
  await client.endAsync();
});

test("a second start has nothing to upgrade", async () => {
  const from = server.log().length;
  await server.restart();
  expect(server.log().slice(from)).not.toContain("older version");
  expect(readdirSync(join(data, "upgrade")).length).toBe(1);
  await server.stop();
});

test("the backup is the way back: restored as the page has it, it is what the old version left", async () => {
  type(commands[2] ?? "");
  expect(contentOf(join(root, "data-before"))).toEqual(before);
  await fieldcast(["restore", join(root, "before.tar"), "--data", join(root, "by-hand")]);
  expect(contentOf(join(root, "by-hand"))).toEqual(before);
});

test.each([
  ["data.db", "PRAGMA user_version = 999"],
  ["fleet.db", "INSERT INTO kysely_migration (name, timestamp) VALUES ('9999_tomorrow', '2030-01-01')"],
])("a folder from a newer version is refused in words, and left alone: %s", async (file, change) => {
  const newer = join(root, `newer-${file}`);
  cpSync(data, newer, { recursive: true });
  const db = new Database(join(newer, file));
  db.run(change);
  db.close();
  const content = contentOf(newer);
  const { code, err } = await fieldcast(["serve", "--data", newer, "--mqtts", "off", "--https", "off", "--wss", "off"]);
  expect(code).not.toBe(0);
  expect(err).toMatch(/written by a newer (?:version of this program|fieldcast)[\s\S]*Nothing was changed/);
  expect(contentOf(newer)).toEqual(content);
});
