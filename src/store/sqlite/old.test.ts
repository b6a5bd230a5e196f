import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openAll, batchOf } from "../data.model.ts";
import { checkFolder } from "./check/check.ts";
import { restoreBackup } from "./backup/restore.ts";
import { SqliteDataStore } from "./data/store.ts";
import { FINAL, sampleOf, seqOf, timeOf } from "./folder.testing.ts";
import { salvageFolder } from "./salvage/salvage.ts";
import { Work } from "../work.ts";

/**
 * Data folders of older versions: each file is a backup that this version of that day made of `aFolder`
 * (folder.testing.ts). Its log has records of the form FCL1, with their number inside. The folder of 0.1.0, which had no backups and another
 * fleet, is opened by a server in test/upgrade.
 */
const OLD = ["2026-11-29"] as const;

const base = mkdtempSync(join(tmpdir(), "fieldcast-old-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const fresh = (): string => join(mkdtempSync(join(base, "f-")), "data");

async function restored(version: string): Promise<string> {
  const [folder, file] = [fresh(), `${fresh()}.tar`];
  const archive = gunzipSync(readFileSync(join(import.meta.dir, "old", `${version}.tar.gz`)));
  writeFileSync(file, archive, { mode: 0o600 });
  await restoreBackup({ file, folder, force: false, now: 0 }, new Work());
  return folder;
}
const headsOf = (folder: string): string[] => {
  const db = new Database(join(folder, "data.db"), { readonly: true });
  const heads = db
    .query<{ head: string }, []>("SELECT DISTINCT CAST(substr(body, 1, 4) AS TEXT) AS head FROM log")
    .all();
  db.close();
  return heads.map(({ head }) => head).sort();
};

test.each(OLD)("a backup of %s is restored, and the folder opens with all that was in it", async (version) => {
  const folder = await restored(version);
  expect(headsOf(folder)).toEqual(["FCL1"]);
  const store = new SqliteDataStore({ folder });
  const recovered = await openAll(store);
  expect(recovered.nextSeq).toBe(FINAL.nextSeq);
  expect(recovered.consumers).toEqual([]);
  expect(recovered.series.map(({ id, value, lastSeq }) => [id, value, lastSeq])).toEqual(
    [1, 2, 3].map((id) => [id, sampleOf(id, 11_999), seqOf(id, 11_999)]),
  );
  expect(recovered.sessions.map(({ session }) => session.clientId)).toEqual(["pump-7", "$share/all/dtck/#"]);
  // sealed long ago, and only in the log
  for (const n of [5, 11_998]) {
    const points = await store.read(1, timeOf(n), timeOf(n) + 1, 9);
    expect(points).toEqual([{ time: timeOf(n), value: sampleOf(1, n) }]);
  }
  const { records } = await store.readLog(seqOf(1, 11_800) - 1, FINAL.nextSeq, 1e9);
  expect(records.length).toBe(1);
  // it goes on, with records of both forms in one log, and seals them alike
  expect(await store.commit(batchOf([{ series: 1, time: timeOf(12_000), value: 7 }]))).toEqual({
    firstSeq: FINAL.nextSeq,
  });
  await store.close();
  expect(headsOf(folder)).toEqual(["FCL1", "FCL2"]);
  expect((await checkFolder(folder, new Work())).damage).toEqual([]);
  const again = new SqliteDataStore({ folder });
  expect((await again.open()).nextSeq).toBe(FINAL.nextSeq + 1);
  const trim = { op: "trim", upTo: FINAL.nextSeq } as const;
  await again.commit(batchOf([{ series: 1, time: timeOf(12_001), value: 8 }], [trim]));
  await again.idle();
  const all = await again.read(1, timeOf(0), timeOf(20_000), 1e6);
  expect(all.length).toBe(12_002);
  expect(all.every(({ time, value }, n) => time === timeOf(n) && (n >= 12_000 || value === sampleOf(1, n)))).toBe(true);
  await again.close();
});

test.each(OLD)("what is whole in a damaged folder of %s is saved, its log included", async (version) => {
  const folder = await restored(version);
  const damaged = fresh();
  cpSync(folder, damaged, { recursive: true });
  const file = join(damaged, "data.db");
  writeFileSync(file, readFileSync(file).fill(0xa5, 0, 4096)); // the list of its tables
  const target = fresh();
  await salvageFolder({ folder: damaged, to: target }, new Work());
  const store = new SqliteDataStore({ folder: target });
  const { series, nextSeq } = await openAll(store);
  expect(nextSeq).toBeGreaterThanOrEqual(FINAL.nextSeq);
  expect(series.map(({ value }) => value)).toEqual([1, 2, 3].map((id) => sampleOf(id, 11_999)));
  expect((await store.read(1, timeOf(0), timeOf(20_000), 1e6)).length).toBe(12_000);
  await store.close();
});
