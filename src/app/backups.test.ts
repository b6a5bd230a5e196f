import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metrics } from "../base/metrics.ts";
import type { BackupReport } from "../store/sqlite/backup/backup.ts";
import { until } from "../../test/run/until.ts";
import { Backups } from "./backups.ts";

const DAY = 86_400_000_000;
const NOON = Date.UTC(2026, 10, 23, 12) * 1000;
let dir: string;
/** The folder is there; whether it is the right one is backup-place.test.ts. */
const place = { ready: (where: string) => void mkdirSync(where, { recursive: true }) };
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "fieldcast-schedule-")), "backups");
});
afterEach(() => rmSync(join(dir, ".."), { recursive: true }));

/** A schedule whose backups are made by hand: `finish` or `fail` ends the one that is being made. */
function scheduled(keep = 3) {
  const metrics = new Metrics();
  const lines: string[] = [];
  const note = (level: string) => (_: object, text: string) => lines.push(`${level}: ${text}`);
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  let open: { file: string; end: PromiseWithResolvers<BackupReport>; stopped: boolean } | null = null;
  const backups = new Backups(
    { dir, every: 86_400, keep },
    (file) => {
      const one = { file, end: Promise.withResolvers<BackupReport>(), stopped: false };
      open = one;
      return {
        done: one.end.promise,
        stop: () => {
          one.stopped = true;
          one.end.reject(new Error("stopped"));
        },
      };
    },
    metrics,
    log,
    place,
  );
  return {
    backups,
    metrics,
    lines,
    get open() {
      return open;
    },
    async finish() {
      const one = open;
      if (one === null) throw new Error("none is being made");
      open = null;
      writeFileSync(one.file, "a backup");
      one.end.resolve({ file: one.file, bytes: 8 } as BackupReport); // all that the schedule reads
      await backups.idle();
    },
    async fail() {
      open?.end.reject(new Error("the disk is full"));
      open = null;
      await backups.idle();
    },
  };
}

test("the first is made at once, the next a day later; the oldest of our own go when a new one is there", async () => {
  const s = scheduled(2);
  s.backups.tick(NOON, false);
  await s.finish();
  writeFileSync(join(dir, "mine.tar"), "not ours");
  for (let day = 1; day < 4; day++) {
    s.backups.tick(NOON + day * DAY - 1, false);
    expect(s.open).toBeNull();
    s.backups.tick(NOON + day * DAY, false);
    await s.finish();
  }
  expect(readdirSync(dir).sort()).toEqual([
    "fieldcast-20261125T120000Z.tar",
    "fieldcast-20261126T120000Z.tar",
    "mine.tar",
  ]);
  expect([s.metrics.backups, s.metrics.backupsFailed, s.metrics.lastBackupOk]).toEqual([4, 0, 1]);
  expect(s.metrics.lastBackup).toBe((NOON + 3 * DAY) / 1e6);
});

test("after a start the newest that is there counts", () => {
  mkdirSync(dir);
  for (const name of ["fieldcast-20261122T120000Z.tar", "fieldcast-20261123T060000Z.tar", "fieldcast-later.tar"])
    writeFileSync(join(dir, name), "");
  const s = scheduled();
  s.backups.tick(NOON, false);
  s.backups.tick(NOON - DAY / 4 + DAY - 1, false);
  expect(s.open).toBeNull();
  s.backups.tick(NOON - DAY / 4 + DAY, false);
  expect(s.open?.file).toBe(join(dir, "fieldcast-20261124T060000Z.tar"));
});

test("a failure is a line and a figure, removes nothing, and is tried again in ten minutes", async () => {
  mkdirSync(dir);
  const old = ["fieldcast-20261101T000000Z.tar", "fieldcast-20261102T000000Z.tar"];
  for (const name of old) writeFileSync(join(dir, name), "");
  const s = scheduled(1);
  s.backups.tick(NOON, false);
  await s.fail();
  expect(s.lines).toEqual(["error: a backup failed"]);
  expect([s.metrics.backups, s.metrics.backupsFailed, s.metrics.lastBackupOk]).toEqual([0, 1, 0]);
  expect(readdirSync(dir).sort()).toEqual(old);
  s.backups.tick(NOON + 599_000_000, false);
  expect(s.open).toBeNull();
  s.backups.tick(NOON + 600_000_000, false);
  await s.finish();
  expect(readdirSync(dir)).toEqual(["fieldcast-20261123T121000Z.tar"]);
});

test("one at a time; what a crash left of another is removed, and nothing else", async () => {
  mkdirSync(join(dir, "fieldcast-20261101T000000Z.tar.partial.d"), { recursive: true });
  writeFileSync(join(dir, "fieldcast-20261101T000000Z.tar.partial"), "");
  writeFileSync(join(dir, "other.partial"), "");
  const s = scheduled();
  s.backups.tick(NOON, false);
  const first = s.open;
  s.backups.tick(NOON + 2 * DAY, false);
  expect(s.open).toBe(first);
  expect(readdirSync(dir)).toEqual(["other.partial"]);
  await s.finish();
});

test("none is made while the store fails, and one that is being made gives way", async () => {
  const s = scheduled();
  s.backups.tick(NOON, true);
  expect(s.open).toBeNull();
  s.backups.tick(NOON, false);
  const made = s.open;
  s.backups.tick(NOON + 1, true);
  expect(made?.stopped).toBe(true);
  await s.backups.idle();
  expect(s.metrics.backupsFailed).toBe(1);
});

test("the end of the server stops one that is being made; without a folder there are none", async () => {
  const s = scheduled();
  s.backups.tick(NOON, false);
  await s.backups.end();
  expect(s.metrics.lastBackupOk).toBe(0);
  const none = new Backups({ dir: null, every: 60, keep: 1 }, () => s.open as never, s.metrics, console, place);
  none.tick(NOON, false);
  await none.end();
  expect(existsSync(join(dir, "fieldcast-20261123T120000Z.tar"))).toBe(false);
});

test("a clock that is set back does not put the next backup off", async () => {
  const s = scheduled();
  s.backups.tick(NOON + 3650 * DAY, false);
  await s.finish();
  s.backups.tick(NOON, false);
  await s.finish();
  expect(readdirSync(dir).sort()).toEqual(["fieldcast-20261123T120000Z.tar", "fieldcast-20361120T120000Z.tar"]);
});

test("backups that a wrong clock named by the future neither put off the next nor push out new ones", async () => {
  mkdirSync(dir);
  const future = ["fieldcast-20360101T000000Z.tar", "fieldcast-20360102T000000Z.tar"];
  for (const name of [...future, "fieldcast-20261101T000000Z.tar"]) writeFileSync(join(dir, name), "");
  const s = scheduled(1);
  s.backups.tick(NOON, false);
  await s.finish();
  expect(readdirSync(dir).sort()).toEqual(["fieldcast-20261123T120000Z.tar", ...future]);
});

test("one that is asked for in the second of another gets the next one's name, and one that is being made is waited for", async () => {
  const it = scheduled();
  let now = NOON;
  const clock = { micros: () => (now += 400_000), steady: () => now };
  expect(it.backups.list(now)).toEqual([]);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "fieldcast-20261123T120000Z.tar"), "of the clock");
  const made = it.backups.makeNow(clock);
  await until("it begins", () => it.open !== null);
  expect(it.open?.file).toBe(join(dir, "fieldcast-20261123T120001Z.tar"));
  const other = it.backups.makeNow(clock);
  writeFileSync(it.open?.file ?? "", "asked for");
  it.open?.end.resolve({ bytes: 9 } as BackupReport); // the schedule looks at the bytes alone
  expect([await made, await other]).toEqual([true, true]);
  expect(it.backups.list(now)?.map(({ name, bytes }) => `${name} ${bytes}`)).toEqual([
    "fieldcast-20261123T120001Z.tar 9",
    "fieldcast-20261123T120000Z.tar 12",
  ]);
  expect([
    it.backups.fileOf("fieldcast-20261123T120001Z.tar"),
    it.backups.fileOf("../x"),
    it.backups.fileOf("fieldcast-20270101T000000Z.tar"),
  ]).toEqual([join(dir, "fieldcast-20261123T120001Z.tar"), null, null]);
});
