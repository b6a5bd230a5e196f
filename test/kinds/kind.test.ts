import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Copy } from "./copy.ts";

/**
 * "add a fleet kind" of CONTRIBUTING.md, followed to the letter in a copy of the source tree: a made-up kind compiles, and is made, read,
 * changed, noted, deleted, kept, checked and saved (kind.walk.ts).
 */

const copy = new Copy();
afterAll(() => copy.remove());

beforeAll(() => {
  // the steps
  const text = readFileSync(join(import.meta.dir, "beacon.ts"), "utf8");
  copy.write("src/fleet/kinds/beacon.ts", text.replaceAll("../../src/fleet/", "../"));
  copy.edit(
    "src/fleet/kinds.ts",
    ["import { workspace } from", 'import { beacon } from "./kinds/beacon.ts";\nimport { workspace } from'],
    ["  token,\n]", "  token,\n  beacon,\n]"],
  );
  copy.edit(
    "src/store/sqlite/fleet/migrations.ts",
    [
      "export const FLEET_MIGRATIONS: Readonly<Record<string, FleetMigration>> = {",
      'export const FLEET_MIGRATIONS: Readonly<Record<string, FleetMigration>> = {\n  "0900_beacon": { up: beacons, does: "adds beacons" },',
    ],
    [
      "async function firstTables(",
      `async function beacons(db: AnyDb): Promise<void> {
  await table(db, "beacon")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("device", "integer", (c) => c.references("device.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("url", "text", (c) => c.notNull())
    .addColumn("method", "text", (c) => c.notNull())
    .addColumn("secret", "text", (c) => c.notNull())
    .addColumn("signing_key", "text", (c) => c.notNull())
    .addColumn("active", "integer", (c) => c.notNull())
    .addColumn("events", "text", (c) => c.notNull())
    .addColumn("note", "text")
    .addUniqueConstraint("beacon_name", ["workspace", "name"])
    .execute();
}

async function firstTables(`,
    ],
  );
});

test("two files and a migration are enough for the compiler, and for the tests of the fleet and its store", async () => {
  expect(copy.changed()).toEqual([
    "src/fleet/kinds.ts",
    "src/fleet/kinds/beacon.ts",
    "src/store/sqlite/fleet/migrations.ts",
  ]);
  expect(await copy.compile()).toBe("");
  const run = await copy.run(process.execPath, "test", "--timeout", "60000", "src/fleet", "src/store/sqlite/fleet");
  expect(run).toMatchObject({ code: 0 });
}, 300_000);

test("a server's folder takes the kind all the way", async () => {
  const run = await copy.run(process.execPath, "test", "--timeout", "60000", "./test/kinds/kind.walk.ts");
  expect(run).toMatchObject({ code: 0 });
  expect(run.err).toContain(" 0 fail");
}, 300_000);
