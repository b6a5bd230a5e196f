import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchOf, seriesPut } from "../../data.model.ts";
import { columnsFrom, valuesOf } from "./block/columns.ts";
import { encodePlain } from "./block/plain.ts";
import { dataPath } from "./files.ts";
import { readsOf } from "./file-reads.ts";
import { APPLICATION_ID, configure, MIGRATIONS, migrate } from "./schema.ts";
import { Writer } from "./writer.ts";
import { unpackSeries } from "./series-columns.ts";

const base = mkdtempSync(join(tmpdir(), "fieldcast-schema-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test("a file of the first version is brought to the newest, with all that is in it", () => {
  const folder = mkdtempSync(join(base, "v-"));
  const old = new Database(dataPath(folder), { create: true, readwrite: true });
  configure(old);
  old.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(old, MIGRATIONS.slice(0, 1));
  const { blob } = batchOf([{ series: 1, time: 5, value: 7 }]);
  old.run("INSERT INTO series (id, device, field, type) VALUES (1, 10, 100, 'NUMERIC')");
  old.run("INSERT INTO log (id, count, body) VALUES (1, 1, ?)", [blob]);
  old.run("UPDATE meta SET next_series = 2");
  // Blocks of that version may overlap: of equal times the one with the higher id holds.
  const block = (id: number, times: readonly number[]): void => {
    const points = columnsFrom(
      Float64Array.from(times),
      times.map(() => id),
    );
    old
      .query("INSERT INTO block (id, series, t0, t1, n, body) VALUES (?, 1, ?, ?, ?, ?)")
      .run(id, times[0] ?? 0, times.at(-1) ?? 0, times.length, encodePlain(points));
  };
  block(1, [100, 200, 300]);
  block(2, [400, 500]);
  block(3, [150, 200, 450]);
  block(4, [200, 210]);
  old.close();
  const { writer, recovered } = Writer.open(folder);
  expect(recovered).toMatchObject({ nextSeq: 2, nextSeries: 2, presence: [], seenFloor: 0 });
  expect(unpackSeries(recovered.series)).toMatchObject([{ id: 1, time: 5, value: 7, lastSeq: 1 }]);
  const presence = { device: 10, connected: true, connectedAt: 3, disconnectedAt: null, number: 1 };
  writer.commit(batchOf([], [seriesPut(2), { op: "presence_put", presence }]));
  writer.close();
  const again = Writer.open(folder);
  expect(again.recovered.presence).toEqual([presence]);
  const reads = readsOf(folder);
  const points = reads.read(1, 0, 1000, 100);
  expect([...points.times]).toEqual([5, 100, 150, 200, 210, 300, 400, 450, 500]);
  expect(valuesOf(points)).toEqual([7, 1, 3, 4, 4, 1, 2, 3, 2]);
  reads.close();
  again.writer.close();
});

test("a file from before rollups is brought to the newest, and goes on with the retention it was at", () => {
  const folder = mkdtempSync(join(base, "v-"));
  const old = new Database(dataPath(folder), { create: true, readwrite: true });
  configure(old);
  old.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(old, MIGRATIONS.slice(0, 4));
  old.run("INSERT INTO series (id, device, field, type) VALUES (1, 10, 100, 'NUMERIC')");
  const times = Float64Array.from({ length: 100 }, (_, i) => i * 10);
  old
    .query("INSERT INTO block (series, t0, t1, n, body) VALUES (1, 0, 990, 100, ?)")
    .run(encodePlain(columnsFrom(times, [...times])));
  old.query("INSERT INTO retain (before, series) VALUES (500, ?)").run(new Uint8Array(Uint32Array.of(1).buffer));
  old.run("UPDATE meta SET next_series = 2");
  old.close();
  const { writer } = Writer.open(folder);
  while (writer.slice());
  const reads = readsOf(folder);
  expect([...reads.read(1, 0, 1000, 100).times]).toEqual([...times.subarray(50)]);
  expect(reads.aggregate(1, new Float64Array([0, 1000]))).toMatchObject({
    rolled: null,
    count: new Float64Array([50]),
  });
  reads.close();
  writer.close();
});
