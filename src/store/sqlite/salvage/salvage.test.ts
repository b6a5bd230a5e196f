import type { Loss, SalvageReport } from "../../ports.ts";
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAll, batchOf } from "../../data.model.ts";
import { checkFolder } from "../check/check.ts";
import { valueAt } from "../data/block/columns.ts";
import { readsOf } from "../data/file-reads.ts";
import { SqliteDataStore } from "../data/store.ts";
import { SqliteFleetStore } from "../fleet/store.ts";
import { aFolder, contentOf, FINAL, seqOf, timeOf } from "../folder.testing.ts";
import { Work } from "../../work.ts";
import { salvageFolder } from "./salvage.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-salvage-"));
const sound = join(root, "sound");
let content: Record<string, string[]> = {};
let written = new Map<string, string>();
beforeAll(async () => {
  await aFolder(sound);
  content = contentOf(sound);
  written = pointsOf(sound);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let names = 0;
const fresh = (): string => join(root, `f${names++}`);
const copy = (): string => {
  const folder = fresh();
  cpSync(sound, folder, { recursive: true });
  return folder;
};

/** All points: series and time, and the value as text. */
function pointsOf(folder: string): Map<string, string> {
  const points = new Map<string, string>();
  const reads = readsOf(folder);
  for (const series of [1, 2, 3]) {
    const columns = reads.read(series, 0, Number.MAX_SAFE_INTEGER, 1e9);
    for (const [i, time] of columns.times.entries())
      points.set(`${series} ${time}`, JSON.stringify(valueAt(columns, i)));
  }
  reads.close();
  return points;
}

/** Whether a loss that was told explains that a point is missing. */
function explains(loss: Loss, series: number, time: number): boolean {
  if (loss.what === "series") return true;
  const seq = seqOf(series, Math.round((time - timeOf(0)) / (timeOf(1) - timeOf(0))));
  if (loss.what === "log") return seq >= (loss.from ?? 0) && seq <= (loss.to ?? Number.POSITIVE_INFINITY);
  if (loss.what === "points")
    return (
      (loss.series ?? series) === series &&
      time >= (loss.t0 ?? Number.NEGATIVE_INFINITY) &&
      time <= (loss.t1 ?? Number.POSITIVE_INFINITY)
    );
  return /nothing in it can be read|cannot be found|cannot be listed/.test(loss.text);
}

/** Salvages, and holds the outcome against what was written: what is there is right, what is not there was told. */
async function audited(folder: string): Promise<{ report: SalvageReport; missing: number; found: boolean }> {
  const found = (await checkFolder(folder, new Work())).damaged > 0;
  const to = fresh();
  const report = await salvageFolder({ folder, to }, new Work());
  expect((await checkFolder(to, new Work())).damage).toEqual([]);
  const there = pointsOf(to);
  let missing = 0;
  for (const [key, value] of written) {
    const [series = 0, time = 0] = key.split(" ").map(Number);
    if (there.has(key)) expect(`${key} ${there.get(key)}`).toBe(`${key} ${value}`);
    else {
      missing++;
      if (!report.lost.some((loss) => explains(loss, series, time)))
        throw new Error(`${key} is lost, and nothing says so: ${JSON.stringify(report.lost, null, 1)}`);
    }
  }
  for (const key of there.keys()) expect(written.has(key)).toBe(true);
  return { report, missing, found };
}

/** mulberry32 */
function chance(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const HARM = {
  "one bit": (bytes: Buffer, random: (n: number) => number) => {
    const at = random(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    return bytes;
  },
  "a page of noise": (bytes: Buffer, random: (n: number) => number) => {
    const page = 4096 * random(bytes.length / 4096);
    for (let i = page; i < page + 4096; i++) bytes[i] = random(256);
    return bytes;
  },
  "a page of zeros": (bytes: Buffer, random: (n: number) => number) => {
    const page = 4096 * random(bytes.length / 4096);
    return bytes.fill(0, page, page + 4096);
  },
  "a missing end": (bytes: Buffer, random: (n: number) => number) => bytes.subarray(0, random(bytes.length)),
};

describe.each(Object.entries(HARM))("%s", (name, harm) => {
  test.each(["data.db", "fleet.db"])("in %s: it is found or hurts nothing; what is lost is told", async (file) => {
    const random = chance(Bun.hash.crc32(name + file));
    for (let n = 0; n < (file === "data.db" ? 12 : 4); n++) {
      const folder = copy();
      writeFileSync(join(folder, file), harm(readFileSync(join(folder, file)), random));
      const { missing, found } = await audited(folder);
      if (!found) expect({ missing, content: contentOf(folder) }).toEqual({ missing: 0, content });
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a sound folder", () => {
  test("is found sound, and saved whole", async () => {
    const { report, missing, found } = await audited(copy());
    expect({ found, missing, lost: report.lost }).toEqual({ found: false, missing: 0, lost: [] });
    const { "data.db meta": metaBefore, ...before } = content;
    const { "data.db meta": metaAfter, ...after } = contentOf(report.folder);
    const timeless = (all: Record<string, string[]>) => ({ ...all, "fleet.db kysely_migration": [] });
    expect(timeless(after)).toEqual(timeless(before));
    expect(JSON.parse(metaAfter?.[0] ?? "{}")).toMatchObject({
      next_seq: FINAL.nextSeq,
      next_series: 4,
      next_session: 3,
    });
    expect(JSON.parse(metaBefore?.[0] ?? "{}")).toMatchObject({ next_series: 4, next_session: 3 });
  });

  test("is left as it is, and a new folder that is not empty is not touched", async () => {
    const folder = copy();
    const to = copy();
    await expect(salvageFolder({ folder, to }, new Work())).rejects.toMatchObject({ code: "invalid_request" });
    await expect(salvageFolder({ folder: fresh(), to: fresh() }, new Work())).rejects.toMatchObject({
      code: "invalid_request",
    });
    expect([contentOf(folder), contentOf(to)]).toEqual([content, content]);
  });
});

describe("what a damaged place costs", () => {
  const sql = (folder: string, file: string, ...statements: string[]) => {
    const db = new Database(join(folder, file), { readwrite: true });
    for (const statement of statements) db.run(statement);
    db.close();
  };

  test("the first 100 bytes of a file: nothing", async () => {
    const folder = copy();
    for (const file of ["data.db", "fleet.db"])
      writeFileSync(join(folder, file), readFileSync(join(folder, file)).fill(0xa5, 0, 100));
    const { report, missing, found } = await audited(folder);
    expect({ found, missing }).toEqual({ found: true, missing: 0 });
    expect(report.lost.map(({ text }) => text)).toEqual([
      "data.db: its first bytes are damaged",
      "fleet.db: its first bytes are damaged",
    ]);
    expect(report.saved).toMatchObject({ devices: 3, series: 3, sessions: 2, nextSeq: FINAL.nextSeq });
  });

  test("the whole first page of data.db, where its tables are listed: nothing that was written", async () => {
    const folder = copy();
    writeFileSync(join(folder, "data.db"), readFileSync(join(folder, "data.db")).fill(0xa5, 0, 4096));
    const { report, missing } = await audited(folder);
    expect(missing).toBe(0);
    const { nextSeq } = FINAL;
    expect(report.saved).toMatchObject({ devices: 3, series: 3, sessions: 2, chunks: 2, retained: 1, nextSeq });
    expect(report.lost.map(({ text }) => text)).toContainEqual(
      expect.stringContaining("its list of tables is damaged"),
    );
    expect(contentOf(report.folder)).toMatchObject({
      "data.db subscription": content["data.db subscription"],
      "data.db refusal": content["data.db refusal"],
      "data.db presence": content["data.db presence"],
      "data.db rollup": content["data.db rollup"],
      "data.db consumer": content["data.db consumer"],
    });
  });

  test("a block: its points, which are named", async () => {
    const folder = copy();
    sql(folder, "data.db", "UPDATE block SET body = zeroblob(length(body)) WHERE id = 2");
    const { report, missing } = await audited(folder);
    expect(missing).toBe(4096);
    expect(report.lost).toMatchObject([{ what: "points", series: 1, t0: timeOf(4096), t1: timeOf(8191), n: 4096 }]);
  });

  test("a rollup: its buckets, which are named", async () => {
    const folder = copy();
    sql(folder, "data.db", "UPDATE rollup SET body = zeroblob(length(body)) WHERE step = 3600000000");
    const { report, missing, found } = await audited(folder);
    expect({ missing, found }).toEqual({ missing: 0, found: true });
    expect(report.lost).toMatchObject([
      { what: "rollups", series: 3, t0: timeOf(0), t1: timeOf(47 * 60), n: 48, text: expect.stringMatching(/3600 s/) },
    ]);
    const reads = readsOf(report.folder);
    const figures = reads.aggregate(3, new Float64Array([timeOf(0), timeOf(1440), timeOf(2880)]));
    reads.close();
    expect([...figures.count, figures.rolled?.step]).toEqual([1440, 1440, 86_400e6]);
  });

  test("a log record: its rows, which are named", async () => {
    const folder = copy();
    sql(folder, "data.db", "UPDATE log SET body = zeroblob(length(body)) WHERE id = (SELECT max(id) FROM log)");
    const { report, missing } = await audited(folder);
    expect(missing).toBe(600);
    expect(report.lost).toMatchObject([{ what: "log", from: FINAL.nextSeq - 600, to: FINAL.nextSeq - 1 }]);
    // numbers that were given are not given again
    expect(report.saved.nextSeq).toBe(FINAL.nextSeq);
    // a consumer of the feed is told what it does not get
    const store = new SqliteDataStore({ folder: report.folder });
    const { consumers } = await openAll(store);
    await store.close();
    expect(consumers).toEqual([{ name: "rules", position: FINAL.nextSeq - 1, lost: 1, note: null }]);
  });

  test("the current value of a series: that one value", async () => {
    const folder = copy();
    sql(folder, "data.db", "UPDATE series SET cur_value = zeroblob(8) WHERE id = 2");
    const { report, missing } = await audited(folder);
    expect({ missing, series: report.saved.series }).toEqual({ missing: 0, series: 3 });
    expect(report.lost).toMatchObject([{ what: "series", text: expect.stringContaining("series 2") }]);
  });

  test("a session's state: what waited in it, not the session", async () => {
    const folder = copy();
    sql(folder, "data.db", "UPDATE session SET state = zeroblob(9)");
    const { report } = await audited(folder);
    expect(report.saved).toMatchObject({ sessions: 2, chunks: 2 });
    expect(report.lost).toMatchObject([{ what: "session" }, { what: "session" }]);
  });

  test("a session's will: the will alone", async () => {
    const folder = copy();
    sql(folder, "data.db", "UPDATE session SET will = zeroblob(9) WHERE id = 1");
    const { report } = await audited(folder);
    expect(report.lost).toMatchObject([{ what: "session" }]);
    const [row] = contentOf(report.folder)["data.db session"] ?? [];
    expect(JSON.parse(row ?? "{}")).toMatchObject({ will: null, state: expect.stringContaining("bytes") });
  });

  test.each([
    ["link", "role = 'emperor'"],
    ["login", "recovery_codes = '{'"],
    ["audit", "after = 'x'"],
    ["field", "type = 'COLOUR'"],
    ["api_grant", "can = '[\"fly\"]'"],
  ])("a row of %s that nobody can read: the check names it, and that row alone is lost", async (table, change) => {
    const folder = copy();
    sql(folder, "fleet.db", `UPDATE "${table}" SET ${change} WHERE rowid = (SELECT min(rowid) FROM "${table}")`);
    const { report, found } = await audited(folder);
    expect(found).toBe(true);
    expect(report.lost.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(new RegExp(`^row \\d+ of table ${table} of fleet.db: `)),
    );
    const fleet = new SqliteFleetStore(join(report.folder, "fleet.db"));
    await fleet.open();
    await fleet.close();
  });

  test("fleet.db as a whole: accounts and names; measurements are under names that say so", async () => {
    const folder = copy();
    rmSync(join(folder, "fleet.db"));
    const { report, missing } = await audited(folder);
    expect({ missing, devices: report.saved.devices }).toEqual({ missing: 0, devices: 3 });
    const fleet = new SqliteFleetStore(join(report.folder, "fleet.db"));
    const rows = await fleet.open();
    const ids = rows.flatMap((change) => (change.op === "put" && "id" in change.row ? [change.row.id] : []));
    expect(ids).toEqual(expect.arrayContaining(["salvaged-1", "salvaged-3", "SALVAGED_2"]));
    expect(await fleet.firstFree("device")).toBe(4);
    await fleet.close();
  });

  test("a device's row: its name", async () => {
    const folder = copy();
    sql(folder, "fleet.db", "DELETE FROM device_address WHERE device = 2", "DELETE FROM device WHERE uid = 2");
    const { report, missing } = await audited(folder);
    expect(missing).toBe(0);
    expect(report.lost).toMatchObject([{ text: expect.stringContaining("salvaged-2") }]);
    const db = new Database(join(report.folder, "fleet.db"), { readonly: true });
    const devices = db.query("SELECT uid, id, product FROM device ORDER BY uid").values();
    db.close();
    expect(devices).toEqual([
      [1, "dev1", 1],
      [2, "salvaged-2", 1],
      [3, "dev3", 1],
    ]);
  });

  test("a folder that a server can start on and write to", async () => {
    const folder = copy();
    truncateSync(join(folder, "data.db"), 300_000);
    const { report } = await audited(folder);
    const store = new SqliteDataStore({ folder: report.folder });
    const { nextSeq, sessions } = await openAll(store);
    expect(nextSeq).toBe(report.saved.nextSeq);
    expect(sessions.length).toBe(report.saved.sessions);
    await store.commit(batchOf([{ series: 1, time: timeOf(99_999), value: 1 }]));
    await store.idle();
    await store.close();
    expect((await checkFolder(report.folder, new Work())).damage).toEqual([]);
  });
});

describe("a damaged write-ahead log", () => {
  /** What a kill leaves: copies taken while the store is open, with commits in the log. */
  async function killed(commits: number): Promise<string> {
    const folder = copy();
    const store = new SqliteDataStore({ folder });
    await store.open();
    for (let i = 0; i < commits; i++) await store.commit(batchOf([{ series: 1, time: timeOf(20_000 + i), value: i }]));
    const left = fresh();
    cpSync(folder, left, { recursive: true });
    await store.close();
    return left;
  }
  const wal = (folder: string) => join(folder, "data.db-wal");
  const flip = (path: string, at: number) => {
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    writeFileSync(path, bytes);
  };

  test.each([
    ["in its header", 5],
    ["in its first frame", 32 + 24 + 4000],
    ["in the header of a frame", 32 + 4120 * 3 + 17],
  ])("%s: the start refuses rather than lose commits without a word", async (_, at) => {
    const folder = await killed(20);
    expect((await checkFolder(folder, new Work())).damage).toEqual([]);
    flip(wal(folder), at);
    const before = readFileSync(wal(folder));
    const { damage } = await checkFolder(folder, new Work());
    expect(damage).toEqual([expect.stringMatching(/^data\.db-wal: frame \d+ of \d+ is damaged; \d+ commits/)]);
    const store = new SqliteDataStore({ folder });
    await expect(store.open()).rejects.toMatchObject({ code: "damaged_store" });
    expect(readFileSync(wal(folder))).toEqual(before);
    const report = await salvageFolder({ folder, to: fresh() }, new Work());
    expect(report.lost).toMatchObject([{ what: "log" }]);
    expect(report.saved.nextSeq).toBeGreaterThan(FINAL.nextSeq + 20);
  });

  test("the last commit half there is what a power cut leaves: it was not acknowledged", async () => {
    const folder = await killed(20);
    const size = readFileSync(wal(folder)).length;
    flip(wal(folder), size - 10);
    const { damage } = await checkFolder(folder, new Work());
    expect(damage).toEqual([]);
    const store = new SqliteDataStore({ folder });
    await store.open();
    await store.close();
  });

  test("of fleet.db stops the start, too", async () => {
    const folder = copy();
    const db = new Database(join(folder, "fleet.db"), { readwrite: true });
    for (let i = 0; i < 5; i++) db.run("INSERT INTO workspace (slug, name) VALUES (?, '')", [`w${i}`]);
    const left = fresh();
    cpSync(folder, left, { recursive: true });
    db.close();
    flip(join(left, "fleet.db-wal"), 32 + 24 + 100);
    const fleet = new SqliteFleetStore(join(left, "fleet.db"));
    const before = readFileSync(join(left, "fleet.db-wal"));
    await expect(fleet.open()).rejects.toMatchObject({ code: "damaged_store" });
    expect(readFileSync(join(left, "fleet.db-wal"))).toEqual(before);
  });
});
