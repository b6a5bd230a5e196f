import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf, seriesPut } from "../../data.model.ts";
import { dataPath } from "./files.ts";
import { APPLICATION_ID, configure, MIGRATIONS, migrate } from "./schema.ts";
import { Writer } from "./writer.ts";

const base = mkdtempSync(join(tmpdir(), "fieldcast-schema-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test("a file of the first version is brought to the newest, with all that is in it", () => {
  const folder = mkdtempSync(join(base, "v-"));
  const old = new Database(dataPath(folder), { create: true, readwrite: true });
  configure(old);
  old.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(old, MIGRATIONS.slice(0, 1));
  const { blob } = batchOf(1, [{ series: 1, time: 5, value: 7 }]);
  old.run("INSERT INTO series (id, device, field, type) VALUES (1, 10, 100, 'NUMERIC')");
  old.run("INSERT INTO log (id, count, body) VALUES (1, 1, ?)", [blob]);
  old.run("UPDATE meta SET next_series = 2");
  old.close();
  const { writer, recovered } = Writer.open(folder);
  expect(recovered).toMatchObject({ nextSeq: 2, nextSeries: 2, presence: [], seenFloor: 0 });
  expect(recovered.series).toMatchObject([{ id: 1, time: 5, value: 7, lastSeq: 1 }]);
  const presence = { device: 10, connected: true, connectedAt: 3, disconnectedAt: null, number: 1 };
  writer.commit(batchOf(2, [], [seriesPut(2), { op: "presence_put", presence }]));
  writer.close();
  const again = Writer.open(folder);
  expect(again.recovered.presence).toEqual([presence]);
  again.writer.close();
});
