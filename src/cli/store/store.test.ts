import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aFolder, contentOf } from "../../store/sqlite/folder.testing.ts";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-store-cli-"));
const sound = join(root, "sound");
beforeAll(() => aFolder(sound));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function said(...argv: string[]) {
  const { io, said: texts } = fakeIo();
  const code = await run(argv, io);
  return { code, out: texts.out, err: texts.err };
}

test("backup, restore: what there is, in a line, and the same data", async () => {
  const file = join(root, "b.tar");
  const made = await said("backup", file, "--data", sound);
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toContain(`${file}: `);
  expect(made.out).toContain("verified. It holds 3 devices, 3 series, ");
  expect(made.out).toContain("as safe as the data folder");
  expect(await said("backup", file, "--data", sound)).toMatchObject({ code: 1, err: expect.stringMatching(/--force/) });
  const folder = join(root, "back");
  const done = await said("restore", file, "--data", folder);
  expect(done.out).toMatch(/^.*back is what it was on \d{4}-\d\d-\d\dT.*: 3 devices/);
  expect(contentOf(folder)).toEqual(contentOf(sound));
  const again = await said("restore", file, "--data", folder, "--force", "--json");
  expect(JSON.parse(again.out)).toMatchObject({ folder, aside: expect.stringContaining("back.before-") });
});

test("backup and check of a folder without data: one line", async () => {
  const nothing = join(root, "nothing");
  expect(await said("backup", join(root, "n.tar"), "--data", nothing)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/There is no data/),
  });
  expect(await said("store", "check", "--data", nothing)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there is no data in .*nothing, which does not exist/),
  });
  expect(readdirSync(root).filter((name) => name.startsWith("n.tar"))).toEqual([]);
});

test("store check, store salvage: what is damaged, and what is lost", async () => {
  expect(await said("store", "check", "--data", sound)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Everything is sound/),
  });
  const damaged = join(root, "damaged");
  cpSync(sound, damaged, { recursive: true });
  const bytes = readFileSync(join(damaged, "data.db"));
  writeFileSync(join(damaged, "data.db"), bytes.fill(0xa5, 0, 100));
  const found = await said("store", "check", "--data", damaged);
  expect(found.code).toBe(1);
  expect(found.out).toContain("damaged: data.db: it is not a database file");
  expect(found.out).toContain("Restore a backup (fieldcast restore FILE)");
  const elsewhere = fakeIo({ env: { PATH: "/nowhere" } });
  await run(["store", "check", "--data", damaged], elsewhere.io);
  expect(elsewhere.said.out).toContain("Restore a backup (bin/fieldcast restore FILE)");
  expect(elsewhere.said.out).toContain("bin/fieldcast store salvage");
  const to = join(root, "saved");
  const saved = await said("store", "salvage", "--data", damaged, "--to", to);
  expect(saved).toMatchObject({ code: 0, err: "" });
  expect(saved.out).toContain("lost: data.db: its first bytes are damaged");
  expect(saved.out).toContain(`${to} holds 3 devices, 3 series`);
  expect(readFileSync(join(damaged, "data.db"))).toEqual(bytes);
  expect(await said("store", "check", "--data", to)).toMatchObject({ code: 0 });
  expect(await said("store", "salvage", "--data", damaged, "--to", to)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/not empty/),
  });
  expect(await said("store", "salvage", "--data", damaged)).toMatchObject({ code: 2 });
});

test("store stats, store sweep: what is stored, and what goes next", async () => {
  const folder = join(root, "stats");
  cpSync(sound, folder, { recursive: true });
  const report = JSON.parse((await said("store", "stats", "--data", folder, "--json")).out) as {
    all: { series: number; measurements: number; going: { measurements: number } };
    products: { name: string; measurements: number }[];
    devices: unknown[];
    next_sweep: null;
  };
  expect(report.all.series).toBe(3);
  expect(report.all.measurements).toBeGreaterThan(0);
  expect(report.all.going.measurements).toBe(0);
  expect(report.products.reduce((sum, { measurements }) => sum + measurements, 0)).toBe(report.all.measurements);
  expect(report.next_sweep).toBeNull();
  const shown = await said("store", "stats", "--top", "1", "--data", folder);
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toMatch(/^Measurements: [\d,]+ measurements of 3 series, [\d.]+ bytes each\n/);
  expect(shown.out).toContain("a minute after the server's start; takes about 0 measurements with 0 bytes");
  for (const kind of ["PRODUCT", "FIELD", "DEVICE"]) expect(shown.out).toContain(`\n${kind} `);
  expect(await said("store", "stats", "--top", "0", "--data", folder)).toMatchObject({ code: 0 });
  expect(await said("store", "stats", "--top", "x", "--data", folder)).toMatchObject({ code: 2 });
  expect((await said("store", "sweep", "--data", folder)).out).toBe("What retention does not keep is gone.\n");
  const again = JSON.parse((await said("store", "stats", "--data", folder, "--json")).out) as typeof report;
  expect(again.all.measurements).toBe(report.all.measurements);
});

test("store stats where nothing was ever measured", async () => {
  const { io } = fakeIo({ files: { "-": "workspaces: [{ slug: w, products: [{ slug: p, retention: 1d }] }]" } });
  const folder = join(root, "empty");
  expect(await run(["apply", "-", "--data", folder], io)).toBe(0);
  const shown = await said("store", "stats", "--data", folder);
  expect([shown.code, shown.err]).toEqual([0, ""]);
  expect(shown.out).toContain("0 measurements of 0 series\n");
  expect((await said("store", "sweep", "--data", folder)).code).toBe(0);
});
