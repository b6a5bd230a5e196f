import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TOKENS } from "../run/fleet.ts";
import { fieldcast, type Run, startServer } from "../run/server.ts";

/** A sound data folder with some measurements, made once; each test damages a copy. */
let home = "";
let sound = "";
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "fieldcast-damage-"));
  sound = join(home, "sound");
  const server = await startServer({ data: sound });
  const rows = Array.from({ length: 2000 }, (_, i) => ({ field: "NOTE", value: `value ${i}`, timestamp: 1.7e9 + i }));
  const init = { method: "POST", body: JSON.stringify(rows) };
  expect((await server.http("/v1/devices/dev1/record/?batch=true", TOKENS.owner, init)).status).toBe(200);
  await server.remove();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const OFF = ["mqtt", "mqtts", "https", "wss"].flatMap((listener) => [`--${listener}`, "off"]);
function start(folder: string): Promise<Run> {
  return fieldcast(["serve", "--data", folder, ...OFF, "--http", "127.0.0.1:0"]);
}
function copy(name: string): string {
  const folder = join(home, name);
  cpSync(sound, folder, { recursive: true });
  return folder;
}
/** Bytes of what lies in a folder. */
function contents(folder: string, files: readonly string[]): Map<string, string> {
  return new Map(files.map((file) => [file, Bun.hash(readFileSync(join(folder, file))).toString(16)]));
}
/** The one line of a refused start. */
function line(run: Run): string {
  expect(run.code).not.toBe(0);
  const lines = `${run.out}${run.err}`.split("\n").filter((l) => l.trim() !== "");
  expect(lines).toHaveLength(1);
  return lines[0] ?? "";
}

const WAYS = {
  "overwritten at the beginning": (path: string) => overwrite(path, 0, 64),
  "overwritten in the middle": (path: string) => overwrite(path, 5000, 20_000),
  "cut in half": (path: string) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
  "another file": (path: string) => writeFileSync(path, "this is a text\n".repeat(1000)),
} as const;
function overwrite(path: string, from: number, length: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, from, from + length);
  writeFileSync(path, bytes);
}

describe.each(["data.db", "fleet.db"])("6: a damaged %s", (file) => {
  test.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
    "that was %s stops the start and stays as it is",
    async (way) => {
      const folder = copy(`${file} ${way}`);
      WAYS[way](join(folder, file));
      const files = readdirSync(folder).filter((name) => name.endsWith(".db"));
      const before = contents(folder, files);
      const said = line(await start(folder));
      expect(said).toContain(join(folder, file));
      expect(said).toContain("Nothing ");
      expect(said).toContain("backup");
      expect(said).not.toContain("empty fleet");
      expect(contents(folder, files)).toEqual(before);
      // also a second time: the first start left no half repair behind
      expect(line(await start(folder))).toBe(said);
      expect(contents(folder, files)).toEqual(before);
    },
  );
});

test("6: an empty data.db is not taken for a new one", async () => {
  const folder = copy("empty data");
  writeFileSync(join(folder, "data.db"), "");
  expect(line(await start(folder))).toContain(join(folder, "data.db"));
  expect(readFileSync(join(folder, "data.db"))).toHaveLength(0);
});

test("6: measurements outlive a fleet.db that is lost: the start is refused, not the data deleted", async () => {
  const folder = copy("lost fleet");
  const before = contents(folder, ["data.db"]);
  const kept = readFileSync(join(folder, "fleet.db"));
  for (const name of readdirSync(folder)) if (name.startsWith("fleet.db")) rmSync(join(folder, name));
  for (let i = 0; i < 2; i++) {
    const said = line(await start(folder));
    expect(said).toContain("fleet.db");
    expect(said).toContain("backup");
  }
  expect(contents(folder, ["data.db"])).toEqual(before);
  expect(existsSync(join(folder, "data.db"))).toBe(true);
  for (const name of readdirSync(folder)) if (name.startsWith("fleet.db")) rmSync(join(folder, name));
  writeFileSync(join(folder, "fleet.db"), kept);
  const server = await startServer({ data: folder });
  expect(await server.history(TOKENS.owner, "dev1", "NOTE")).toHaveLength(2000);
  await server.remove();
});

test("6: a data.db that is missing stops the start in one line, says the ways out, and makes nothing", async () => {
  const folder = copy("lost data");
  const kept = readFileSync(join(folder, "data.db"));
  for (const name of readdirSync(folder)) if (name.startsWith("data.db")) rmSync(join(folder, name));
  for (let i = 0; i < 2; i++) {
    const said = line(await start(folder));
    expect(said).toContain(`${join(folder, "data.db")} is missing`);
    for (const way of ["not mounted", "fieldcast restore", "--data-lost-ok"]) expect(said).toContain(way);
    expect(existsSync(join(folder, "data.db"))).toBe(false);
  }
  writeFileSync(join(folder, "data.db"), kept);
  const server = await startServer({ data: folder });
  expect(await server.history(TOKENS.owner, "dev1", "NOTE")).toHaveLength(2000);
  await server.stop();
  // with the word that it is lost, the fleet goes on without it
  for (const name of readdirSync(folder)) if (name.startsWith("data.db")) rmSync(join(folder, name));
  const without = await startServer({ data: folder, flags: ["--data-lost-ok", "on"] });
  expect(await without.history(TOKENS.owner, "dev1", "NOTE")).toEqual([]);
  await without.remove();
  await server.remove();
});

test("6: measurements outlive a fleet.db from an older backup", async () => {
  const folder = copy("older fleet");
  const older = readFileSync(join(folder, "fleet.db"));
  const server = await startServer({ data: folder });
  await server.apply(
    "workspaces: [{ slug: late, products: [{ slug: late, fields: [{ id: T, type: INT }], devices: [{ id: newcomer }] }] }]\n" +
      `users: [{ email: late@example.com, token: ${LATE}, workspaces: { late: owner } }]`,
  );
  const init = { method: "POST", body: JSON.stringify({ field: "T", value: 1 }) };
  expect((await server.http("/v1/devices/newcomer/record/", LATE, init)).status).toBe(200);
  await server.stop();
  const newer = readFileSync(join(folder, "fleet.db"));
  writeFileSync(join(folder, "fleet.db"), older);
  const said = line(await start(folder));
  expect(said).toContain("an older backup");
  writeFileSync(join(folder, "fleet.db"), newer);
  await server.restart();
  expect(await server.history(LATE, "newcomer", "T")).toHaveLength(1);
  await server.remove();
});
const LATE = "00000000000000000000000000000000000001a7";
