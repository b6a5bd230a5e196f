import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BACKUP_FILES } from "../../src/store/sqlite/backup/manifest.ts";
import { tarHeader } from "../../src/store/sqlite/backup/tar.ts";
import { TOKENS } from "../run/fleet.ts";
import { fieldcast, startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Lasting } from "../campaign/lasting.ts";
import { SmallDisk } from "./small-disk.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-backup-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const TOPIC = "dtck-pub/my-product/dev1/NOTE";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

/** Publishes as fast as answers come, until it is stopped. */
class Load {
  readonly client = new Lasting("load", TOKENS.device);
  private running = true;
  private count = 0;
  async start(): Promise<void> {
    expect(await this.client.connect(server.ports.mqtt)).toBe(true);
    this.fill();
  }
  private readonly fill = (): void => {
    if (!this.running) return;
    for (; this.client.mayPublish; this.count++) this.client.publish(1, TOPIC, `note ${this.count}`);
    setImmediate(this.fill);
  };
  get stored(): string[] {
    return [...this.client.stored];
  }
  async stop(): Promise<void> {
    this.running = false;
    await until("all answers", () => this.client.sent.size === 0);
    this.client.cut();
  }
}
async function notes(of: TestServer): Promise<Set<string>> {
  return new Set((await of.history(TOKENS.owner, "dev1", "NOTE")).map(({ NOTE }) => String(NOTE)));
}

describe("a backup of a server at work", () => {
  test("holds everything that was acknowledged before it began; a server starts on what is restored of it", async () => {
    const away = new Lasting("away", TOKENS.device);
    expect(await away.connect(server.ports.mqtt)).toBe(true);
    await away.subscribe([{ filter: "dtck/my-product/dev1/NOTE", qos: 1 }]);
    away.cut();
    const load = new Load();
    await load.start();
    await until("some load", () => load.stored.length > 500);
    const before = load.stored;
    const file = join(root, "live.tar");
    const made = await server.cli("backup", file);
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toContain("verified");
    await until("more load", () => load.stored.length > before.length + 100);
    await load.stop();
    expect(load.client.faults).toEqual([]);

    const folder = join(root, "restored");
    const done = await fieldcast(["restore", file, "--data", folder]);
    expect(done).toMatchObject({ code: 0, err: "" });
    expect(await fieldcast(["store", "check", "--data", folder])).toMatchObject({ code: 0 });
    const second = await startServer({ data: folder, fleet: null });
    try {
      const there = await notes(second);
      expect(before.filter((note) => !there.has(note))).toEqual([]);
      // clients go on trusting the certificate
      expect(readFileSync(second.caFile, "utf8")).toBe(readFileSync(server.caFile, "utf8"));
      // the session comes back with what waits for it
      const back = new Lasting("away", TOKENS.device);
      expect(await back.connect(second.ports.mqtt)).toBe(true);
      await until("what waited", () => back.got.length >= there.size);
      expect(new Set(back.got.map(({ payload }) => payload))).toEqual(there);
      back.cut();
      const init = { method: "POST", body: JSON.stringify({ field: "NOTE", value: "after" }) };
      expect((await second.http("/v1/devices/dev1/record/", TOKENS.owner, init)).status).toBe(200);
      expect((await notes(second)).has("after")).toBe(true);
    } finally {
      await second.remove();
    }
  });

  test("killed in the middle leaves no backup, and the next one does not mind", async () => {
    const place = join(root, "killed");
    mkdirSync(place);
    const file = join(place, "b.tar");
    const main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");
    const child = Bun.spawn([process.execPath, main, "backup", file, "--data", server.data], {
      stdout: "ignore",
      stderr: "ignore",
    });
    await until("its beginning", () => existsSync(`${file}.partial.d`) || child.exitCode !== null);
    child.kill("SIGKILL");
    await child.exited;
    expect(existsSync(file)).toBe(false);
    expect(await server.cli("backup", file)).toMatchObject({ code: 0 });
    expect(readdirSync(place)).toEqual(["b.tar"]);
  });

  test("a restore does not touch a folder that a server runs on", async () => {
    const file = join(root, "mine.tar");
    expect(await server.cli("backup", file)).toMatchObject({ code: 0 });
    for (const force of [[], ["--force"]]) {
      const { code, err } = await server.cli("restore", file, ...force);
      expect(code).toBe(1);
      expect(err).toContain("othing");
    }
    expect((await server.http("/healthz")).status).toBe(200);
  });

  test("other programs read the archive", async () => {
    const file = join(root, "plain.tar");
    expect(await server.cli("backup", file)).toMatchObject({ code: 0 });
    const folder = join(root, "plain");
    mkdirSync(folder);
    expect(Bun.spawnSync(["tar", "-xf", file, "-C", folder]).exitCode).toBe(0);
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { files: { name: string }[] };
    expect(manifest.files.map(({ name }) => name)).toEqual([...BACKUP_FILES]);
    // and what they pack is a backup
    const again = join(root, "again.tar");
    const names = ["manifest.json", ...BACKUP_FILES];
    expect(Bun.spawnSync(["tar", "--format=ustar", "-cf", again, "-C", folder, ...names]).exitCode).toBe(0);
    expect(await fieldcast(["restore", again, "--data", join(root, "again")])).toMatchObject({ code: 0 });
  });

  test.each([511, 8 ** 11, 40 * 1024 ** 3])("other programs read sizes of %d bytes", (size) => {
    const file = join(root, `size-${size}.tar`);
    writeFileSync(file, tarHeader({ name: "data.db", size, mtime: 1_700_000_000 }));
    expect(Bun.spawnSync(["tar", "--list", "--verbose", "-f", file]).stdout.toString()).toContain(` ${size} `);
  });
});

describe("backups by the clock", () => {
  test("the first comes with the start, verified; what cannot be written is a line and a figure, and the server goes on", async () => {
    const dir = join(root, "scheduled");
    const data = join(root, "data of scheduled");
    const flags = ["--backup-dir", dir, "--backup-keep", "2", "--backup-every", "1h"];
    const one = await startServer({ data, flags });
    const ok = () => one.metric("fieldcast_backups_total", 'result="ok"');
    await until("a backup", () => one.log().includes("made a backup, and verified it"));
    expect([await ok(), await one.metric("fieldcast_last_backup_ok")]).toEqual([1, 1]);
    const names = readdirSync(dir).filter((name) => name !== ".fieldcast-backups");
    expect(names).toEqual([expect.stringMatching(/^fieldcast-\d{8}T\d{6}Z\.tar$/)]);
    // not another one with each start
    await one.restart();
    await one.stop();
    expect(readdirSync(dir).sort()).toEqual([".fieldcast-backups", ...names]);
    expect(await fieldcast(["restore", join(dir, names[0] ?? ""), "--data", join(root, "of the clock")])).toMatchObject(
      {
        code: 0,
      },
    );

    // its disk is not mounted any more: what lies beneath stays empty
    renameSync(dir, join(root, "the disk"));
    mkdirSync(dir);
    const unmounted = await startServer({ data, fleet: null, flags });
    await until("the refusal", () => unmounted.log().includes("is not the folder in which backups were made before"));
    expect(await unmounted.metric("fieldcast_last_backup_ok")).toBe(0);
    await unmounted.stop();
    expect(readdirSync(dir)).toEqual([]);

    writeFileSync(join(root, "no folder"), "");
    const two = await startServer({ data, fleet: null, flags: ["--backup-dir", join(root, "no folder")] });
    await until("the failure", () => two.log().includes("a backup failed"));
    expect(await two.metric("fieldcast_last_backup_ok")).toBe(0);
    expect((await two.http("/healthz")).status).toBe(200);
    await two.remove();
    await one.remove();
  });
});

const disk = SmallDisk.mount(64);
const OFF = ["mqtt", "mqtts", "http", "https", "wss"].flatMap((listener) => [`--${listener}`, "off"]);
describe.skipIf(disk === null)("a backup on a small disk", () => {
  afterAll(() => disk?.unmount());

  test("of a folder that can only be read works, as do check and salvage; a server refuses it in one line", async () => {
    if (disk === null) return;
    const file = join(root, "of the read-only.tar");
    const folder = join(disk.folder, "data");
    const [from, saved] = [join(root, "for the read-only.tar"), join(root, "saved of the read-only")];
    expect(await server.cli("backup", from)).toMatchObject({ code: 0 });
    expect(await fieldcast(["restore", from, "--data", folder])).toMatchObject({ code: 0 });
    expect(disk.remount("ro")).toBe(true);
    onTestFinished(() => void disk.remount("rw"));
    expect(await fieldcast(["store", "check", "--data", folder])).toMatchObject({ code: 0, err: "" });
    expect(await fieldcast(["backup", file, "--data", folder])).toMatchObject({ code: 0, err: "" });
    expect(await fieldcast(["store", "salvage", "--data", folder, "--to", saved])).toMatchObject({ code: 0, err: "" });
    const { code, err } = await fieldcast(["serve", "--data", folder, ...OFF]);
    expect(code).toBe(1);
    expect(err).toMatch(/^fieldcast: .*read-only file system.*\n$/);
    expect(disk.remount("rw")).toBe(true);
    rmSync(folder, { recursive: true });
  });

  test("that is full says so, leaves nothing behind, and the server goes on", async () => {
    if (disk === null) return;
    const file = join(disk.folder, "b.tar");
    disk.fill();
    const { code, err } = await server.cli("backup", file);
    expect(code).toBe(1);
    expect(err).toMatch(/^fieldcast: There is too little room in the file system of .*: no backup was made/);
    expect(readdirSync(disk.folder)).toEqual(["filler"]);
    const init = { method: "POST", body: JSON.stringify({ field: "NOTE", value: "still" }) };
    expect((await server.http("/v1/devices/dev1/record/", TOKENS.owner, init)).status).toBe(200);
  });
});
