import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackupFileWish, Upgrade } from "../store/ports.ts";
import { beforeUpgrade } from "./upgrade.ts";

const NOW = Date.UTC(2026, 10, 29, 12) * 1000;
const root = mkdtempSync(join(tmpdir(), "fieldcast-upgrading-"));
let folders = 0;
let data = "";
let lines: string[] = [];
beforeEach(() => {
  data = join(root, `data-${folders++}`);
  mkdirSync(data);
  for (const name of ["fleet.db", "data.db"]) {
    writeFileSync(join(data, name), "stored");
    utimesSync(join(data, name), new Date(2026, 0), new Date(2026, 0));
  }
  lines = [];
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ADDS = { name: "fleet.db 0020_webhooks", does: "adds webhooks", rewrites: false };
const REWRITES = { name: "data.db 4", does: "sets apart blocks", rewrites: true };
type How = Partial<Parameters<typeof beforeUpgrade>[1]>;

/** What a start of a folder with these steps before it does. @returns the files of backups that were made */
async function start(steps: Upgrade["steps"], how: How = {}, bytes = 12, seconds = 0): Promise<string[]> {
  const made: string[] = [];
  const log = { debug() {}, info: (_: object, text: string) => void lines.push(text), warn() {}, error() {} };
  const maintenance = {
    upgrade: () => (steps.length === 0 ? null : { steps, bytes, seconds }),
    startBackup({ file }: BackupFileWish) {
      made.push(file);
      writeFileSync(file, "all of it");
      const manifest = {} as never; // nobody looks at it
      return { done: Promise.resolve({ file, bytes: 9, manifest }), stop() {} };
    },
  };
  const clock = { micros: () => NOW, steady: () => 0 };
  const settings = { data, backupDir: null, upgradeBackup: "rewrites" as const, ...how };
  (await beforeUpgrade(maintenance, settings, clock, log))();
  return made;
}
const inside = () => join(data, "upgrade", "fieldcast-before-upgrade-20261129T120000Z.tar");

test("a folder that is up to date: not a word, and nothing is made", async () => {
  expect(await start([])).toEqual([]);
  expect(lines).toEqual([]);
  expect(existsSync(join(data, "upgrade"))).toBe(false);
});

describe("a backup first", () => {
  test.each([
    ["rewrites", [ADDS], 0],
    ["rewrites", [ADDS, REWRITES], 1],
    ["always", [ADDS], 1],
    ["off", [REWRITES], 0],
  ] as const)("%s, %j: %p", async (upgradeBackup, steps, count) => {
    expect(await start(steps, { upgradeBackup })).toEqual(count === 1 ? [inside()] : []);
    expect(lines.join("\n")).toContain("older versions cannot read it then");
    expect(lines.at(-1)).toEndWith("is up to date");
  });
  test("lies in the backups' folder where there is one, which is known again", async () => {
    const backupDir = join(root, `backups-${folders}`);
    expect(await start([REWRITES], { backupDir })).toEqual([
      join(backupDir, "fieldcast-before-upgrade-20261129T120000Z.tar"),
    ]);
    rmSync(backupDir, { recursive: true });
    mkdirSync(backupDir); // its disk is not mounted
    await expect(start([REWRITES], { backupDir })).rejects.toMatchObject({ code: "storage_unavailable" });
  });
  test("of a start that failed behind it is good as long as nothing was stored since, and made again then", async () => {
    expect(await start([REWRITES])).toHaveLength(1);
    expect(await start([REWRITES])).toEqual([]);
    expect(lines.join("\n")).toContain("is still good");
    const later = new Date(Date.now() + 60_000);
    writeFileSync(join(data, "data.db-wal"), "more");
    utimesSync(join(data, "data.db-wal"), later, later);
    expect(await start([REWRITES])).toHaveLength(1);
  });
  test("clears up what one that was broken off left, and nothing else", async () => {
    mkdirSync(join(data, "upgrade", "fieldcast-before-upgrade-20261128T120000Z.tar.partial.d"), { recursive: true });
    writeFileSync(join(data, "upgrade", "fieldcast-before-upgrade-20261128T120000Z.tar.partial"), "half");
    writeFileSync(join(data, "upgrade", "mine"), "mine");
    await start([REWRITES]);
    expect(readdirSync(join(data, "upgrade")).sort()).toEqual([
      "fieldcast-before-upgrade-20261129T120000Z.tar",
      "mine",
    ]);
  });
  test("is not begun where there is no room for twice the data", async () => {
    await expect(start([REWRITES], {}, 1e18)).rejects.toMatchObject({
      code: "storage_unavailable",
      message: expect.stringMatching(/takes 2,000,\S+ MB .*Nothing was changed/),
    });
  });
});

test("how long it takes is said, of what goes over all that is stored", async () => {
  await start([REWRITES], {}, 12, 90);
  expect(lines[0]).toEndWith("; it takes up to about 90 s on a slow disk");
  await start([ADDS]);
  expect(lines.join("\n")).toContain("; it takes a moment");
});
