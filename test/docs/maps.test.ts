import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readyMaps, routeReader } from "../../src/bridges/maps/index.ts";
import { mapSchema } from "../../src/bridges/maps/schema.ts";
import { Memory } from "../../src/bridges/maps/types.ts";
import { Sandbox } from "../../src/decoders/sandbox.ts";
import { scriptOf } from "../../src/decoders/worker.ts";

/** What docs/bridges-maps.md says is so. */

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "bridges-maps.md"), "utf8");
const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";

test("its table has every ready-made map with its title and what it subscribes to, and no other", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` ([^|]+?) \|[^|]*\| ([^|]+) \|/gm)].map(
    ([, name, title, filters = ""]) => ({
      name,
      title,
      filters: [...filters.replace(/\(or [^)]*\)/, "").matchAll(/`([^`]+)`/g)].map(([, filter]) => filter),
    }),
  );
  const there = readyMaps().map(({ name, title, filters }) => ({ name: String(name), title, filters: [...filters] }));
  const plain = (text: string) => text.replace(/ \(.*\)$| trackers$| 4 and 3$/, "");
  expect(rows.map(({ name, filters }) => ({ name, filters }))).toEqual(
    there.map(({ name, filters }) => ({ name, filters })),
  );
  expect(rows.map(({ title = "" }) => plain(title))).toEqual(there.map(({ title }) => plain(title)));
});

test("its map of fields reads what it says of it", () => {
  const made = routeReader("plant/{serial}/+", mapSchema.parse(JSON.parse(block("json"))));
  if (!("subscription" in made)) throw new Error(made[0]?.message);
  const payload = { sensors: [{ t: 21.5 }], mode: "ECO", counters: { in: 1, out: 2 }, at: 1772619070123 };
  const message = { topic: "plant/A1/up", payload: Buffer.from(JSON.stringify(payload)), now: 0 };
  const timestamp = 1772619070.123;
  expect(made.read?.(message, new Memory())).toMatchObject({
    devices: [
      {
        names: ["A1"],
        rows: [
          { field: "TEMPERATURE", value: 21.5, unit: "°C", timestamp },
          { field: "STATE", value: "eco", timestamp },
          { field: "IN", value: 1, timestamp },
          { field: "OUT", value: 2, timestamp },
        ],
      },
    ],
  });
});

test("its decoder runs", async () => {
  const sandbox = new Sandbox({ processes: 1 });
  const outcome = await sandbox.call({
    workspace: "w",
    script: scriptOf(block("js")),
    kind: "message",
    input: { topic: "plant/A1/up", payload: '{"t": 4, "at": 1772619070}' },
    globals: { topicParts: { serial: "A1" } },
  });
  await sandbox.stop();
  expect(outcome).toMatchObject({
    ok: true,
    result: [{ device: "A1", field: "temperature", value: 4, timestamp: 1772619070 }],
  });
});
