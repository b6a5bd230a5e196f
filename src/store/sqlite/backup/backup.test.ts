import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aFolder, contentOf, FINAL } from "../folder.testing.ts";
import { Work } from "../../work.ts";
import { checkFolder } from "../check/check.ts";
import { type BackupWish, writeBackup } from "./backup.ts";
import { BACKUP_FILES, MANIFEST } from "./manifest.ts";
import { restoreBackup } from "./restore.ts";
import { tarHeader, tarPadding } from "./tar.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-backup-"));
const sound = join(root, "sound");
const NOW = Date.UTC(2026, 10, 23, 7) * 1000;
beforeAll(() => aFolder(sound));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let names = 0;
const fresh = (): string => join(root, `f${names++}`);
const backup = (more: Partial<BackupWish> = {}) =>
  writeBackup({ folder: sound, file: `${fresh()}.tar`, force: false, version: "1.2.3", now: NOW, ...more }, new Work());
const restore = (file: string, folder: string, force = false) =>
  restoreBackup({ file, folder, force, now: NOW }, new Work());

describe("a backup", () => {
  test("says what it holds, and only its owner may read it", async () => {
    const { file, bytes, manifest } = await backup();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).size).toBe(bytes);
    expect(manifest).toMatchObject({
      fieldcast: "1.2.3",
      time: "2026-11-23T07:00:00.000Z",
      counts: { devices: 3, series: 3, sessions: 2, nextSeq: FINAL.nextSeq },
    });
    expect(manifest.files.map(({ name }) => name)).toEqual([...BACKUP_FILES]);
  });

  test("comes back as it was: tables, counters, keys and modes", async () => {
    const { file } = await backup();
    const folder = fresh();
    expect(await restore(file, folder)).toMatchObject({ folder, aside: null });
    expect(contentOf(folder)).toEqual(contentOf(sound));
    expect(readdirSync(folder).sort()).toEqual(["data.db", "fleet.db", "tls"]);
    expect(readFileSync(join(folder, "tls", "ca-key.pem"), "utf8")).toBe("the key of ca");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const mode = (name: string) => statSync(join(folder, name)).mode & 0o777;
    expect(["data.db", "fleet.db", "tls/ca.pem", "tls/ca-key.pem"].map(mode)).toEqual([0o600, 0o600, 0o644, 0o600]);
  });

  test("shows one moment, though both files are written while it is made", async () => {
    const folder = fresh();
    cpSync(sound, folder, { recursive: true });
    const before = contentOf(folder);
    const data = new Database(join(folder, "data.db"));
    const fleet = new Database(join(folder, "fleet.db"));
    let writes = 0;
    const work = new Work((phase) => {
      if (!phase.startsWith("copying")) return;
      fleet.run("INSERT INTO workspace (slug, name) VALUES (?, 'later')", [`later-${writes++}`]);
      data.run("UPDATE meta SET plain_commits = plain_commits + 1");
    });
    const file = `${fresh()}.tar`;
    await writeBackup({ folder, file, force: false, version: "1", now: NOW }, work);
    data.close();
    fleet.close();
    expect(writes).toBeGreaterThan(0);
    const back = fresh();
    await restore(file, back);
    expect(contentOf(back)).toEqual(before);
  });

  test("does not replace a file, unless it is told to", async () => {
    const file = fresh();
    writeFileSync(file, "mine");
    await expect(backup({ file })).rejects.toMatchObject({ code: "invalid_request" });
    expect(readFileSync(file, "utf8")).toBe("mine");
    await backup({ file, force: true });
    await restore(file, fresh());
  });

  test("makes no folder: where its disk is not mounted it would lie on another", async () => {
    const place = join(root, "mnt", "disk");
    await expect(backup({ file: join(place, "b.tar") })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(/^There is no folder .*mnt\/disk, .*is its disk mounted\?/),
    });
    expect(existsSync(join(root, "mnt"))).toBe(false);
  });

  test("of a damaged folder is refused, and leaves nothing behind", async () => {
    const folder = fresh();
    cpSync(sound, folder, { recursive: true });
    const data = new Database(join(folder, "data.db"));
    data.run("UPDATE block SET body = zeroblob(length(body)) WHERE id = (SELECT min(id) FROM block)");
    data.close();
    const file = join(root, "damaged", "b.tar");
    mkdirSync(join(root, "damaged"));
    await expect(backup({ folder, file })).rejects.toMatchObject({
      code: "damaged_store",
      message: expect.stringContaining("block 1 of series"),
    });
    expect(readdirSync(join(root, "damaged"))).toEqual([]);
  });

  test("of a folder with a session of nobody is made: that is a remark, and the next start deletes it", async () => {
    const folder = fresh();
    cpSync(sound, folder, { recursive: true });
    const data = new Database(join(folder, "data.db"));
    data.run("UPDATE session SET principal = 'x:7' WHERE id = (SELECT min(id) FROM session)");
    data.close();
    const report = await checkFolder(folder, new Work());
    expect(report).toMatchObject({ damage: [], damaged: 0 });
    expect(report.notes).toEqual([
      expect.stringMatching(
        /^data\.db: session \d+ \(account x:7, client .*\) belongs to no account; the next start deletes it$/,
      ),
    ]);
    const { file } = await backup({ folder });
    await restore(file, fresh());
  });

  test("that is stopped, or finds what an older one left, leaves nothing behind", async () => {
    const place = join(root, "stopped");
    const file = join(place, "b.tar");
    mkdirSync(join(`${file}.partial.d`, "tls"), { recursive: true });
    writeFileSync(join(`${file}.partial.d`, "data.db"), "half");
    writeFileSync(`${file}.partial`, "half");
    const stopped = new AbortController();
    const work = new Work((phase) => phase.startsWith("packing") && stopped.abort(), stopped.signal);
    const phases: string[] = [];
    const telling = new Work((phase) => {
      phases.push(phase);
      if (phase.startsWith("data.db")) stopped.abort();
    }, stopped.signal);
    await expect(
      writeBackup({ folder: sound, file, force: false, version: "1", now: NOW }, telling),
    ).rejects.toMatchObject({ name: "Stopped" });
    expect(phases.length).toBeGreaterThan(0);
    await expect(
      writeBackup({ folder: sound, file, force: false, version: "1", now: NOW }, work),
    ).rejects.toMatchObject({ name: "Stopped" });
    expect(readdirSync(place)).toEqual([]);
    await backup({ file });
    expect(readdirSync(place)).toEqual(["b.tar"]);
  });
});

describe("a restore", () => {
  test("leaves a folder with data alone, and moves it aside when it is told to", async () => {
    const { file } = await backup();
    const folder = fresh();
    mkdirSync(folder);
    await restore(file, folder); // an empty one is taken
    writeFileSync(join(folder, "mine"), "mine");
    await expect(restore(file, folder)).rejects.toMatchObject({ code: "invalid_request" });
    expect(readFileSync(join(folder, "mine"), "utf8")).toBe("mine");
    const { aside } = await restore(file, folder, true);
    expect(aside).toBe(`${folder}.before-20261123T070000`);
    expect(readFileSync(join(aside ?? "", "mine"), "utf8")).toBe("mine");
    expect(existsSync(join(folder, "mine"))).toBe(false);
    expect(existsSync(`${folder}.partial`)).toBe(false);
  });

  test("refuses every backup that lacks a piece or has a wrong bit, and makes nothing of it", async () => {
    const { file, bytes, manifest } = await backup();
    const good = readFileSync(file);
    const broken = `${fresh()}.tar`;
    const folder = fresh();
    const used = [512, 1000, ...manifest.files.map((_, i) => 2560 + i * 600)].filter((at) => at < bytes - 1024);
    for (const at of [0, 100, 124, ...used, Math.floor(bytes / 2), bytes - 2000]) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      writeFileSync(broken, bad);
      const outcome = await restore(broken, folder).then(
        () => "restored",
        (error: { code: string }) => error.code,
      );
      // padding between files carries nothing
      if (outcome === "restored") {
        expect(contentOf(folder)).toEqual(contentOf(sound));
        rmSync(folder, { recursive: true });
      } else expect(outcome).toMatch(/^(damaged|newer)_store$/);
    }
    for (const length of [0, 511, 600, 5000, Math.floor(bytes / 2), bytes - 1025]) {
      writeFileSync(broken, good);
      truncateSync(broken, length);
      await expect(restore(broken, folder)).rejects.toMatchObject({ code: "damaged_store" });
      expect(existsSync(folder)).toBe(false);
    }
  });

  test.each([
    ["its form", { format: 2 }],
    ["data.db", { dataSchema: 999 }],
    ["fleet.db", { fleetSchema: "9999_tomorrow" }],
  ])("refuses a backup that a newer version made: %s", async (what, change) => {
    const { file, manifest } = await backup();
    const newer = `${fresh()}.tar`;
    writeFileSync(newer, withManifest(readFileSync(file), { ...manifest, ...change }));
    const folder = fresh();
    const error = await restore(newer, folder).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "newer_store", message: expect.stringContaining(what) });
    expect(existsSync(folder)).toBe(false);
  });
});

/** The archive with another manifest. */
function withManifest(archive: Buffer, manifest: object): Buffer {
  const size = Number.parseInt(archive.toString("latin1", 124, 135), 8);
  const text = Buffer.from(JSON.stringify(manifest));
  const head = tarHeader({ name: MANIFEST, size: text.length, mtime: 0 });
  const rest = archive.subarray(512 + Math.ceil(size / 512) * 512);
  return Buffer.concat([head, text, tarPadding(text.length), rest]);
}
