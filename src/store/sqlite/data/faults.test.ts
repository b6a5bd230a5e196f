import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAll, batchOf, seriesPut } from "../../data.model.ts";
import type { StoredRefusal, StoreOp } from "../../ports.ts";
import { SqliteDataStore, type SqliteDataOptions } from "./store.ts";

const ALL = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1_000_000] as const;

let folder: string;
let store: SqliteDataStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fieldcast-faults-"));
  store = new SqliteDataStore({ folder });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const put = (seq: number, ops: readonly StoreOp[] = []) =>
  store.commit(batchOf([{ series: 1, time: seq, value: "x".repeat(1000) }], ops));
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
/** Copies the newest first page of a write-ahead log into a file, as a checkpoint begins. @returns its count of pages */
function copyFirstPage(wal: Buffer, file: Buffer): number {
  for (let at = 32; at < wal.length; at += 24 + 4096)
    if (wal.readUInt32BE(at) === 1) wal.copy(file, 0, at + 24, at + 24 + 4096);
  return file.readUInt32BE(28);
}
const path = (name: string): string => join(folder, name);
const FILES = ["data.db", "data.db-wal"];
const contents = (): (string | null)[] =>
  FILES.map((f) => (existsSync(path(f)) ? Bun.hash(readFileSync(path(f))).toString() : null));

describe("files", () => {
  test("only the owner can read them, also when they came with another mode", async () => {
    await store.open();
    await put(1, [seriesPut(1)]);
    await store.idle();
    const modes = (): number[] => [...FILES, "data.db-shm", "ballast"].map((f) => statSync(path(f)).mode & 0o777);
    expect(modes()).toEqual([0o600, 0o600, 0o600, 0o600]);
    expect(statSync(path("ballast")).size).toBe(16 * 1024 * 1024);
  });

  test("the settings that durability rests on are set", async () => {
    await store.open();
    const db = new Database(path("data.db"), { readonly: true });
    const mode = db.query<{ journal_mode: string }, []>("PRAGMA journal_mode").get()?.journal_mode;
    const size = db.query<{ page_size: number }, []>("PRAGMA page_size").get()?.page_size;
    db.close();
    expect([mode, size]).toEqual(["wal", 4096]);
  });
});

describe("a damaged file stops the start and stays as it is", () => {
  const overwrite = (at: number, bytes: Uint8Array): void => {
    const file = readFileSync(path("data.db"));
    file.set(bytes, at);
    writeFileSync(path("data.db"), file);
  };
  const sql = (text: string): void => {
    const db = new Database(path("data.db"));
    db.run(text);
    db.close();
  };
  const cases: readonly [string, RegExp, () => void][] = [
    ["not a database", /not a database/, () => writeFileSync(path("data.db"), "hello, I am a text file".repeat(50))],
    ["empty", /not a database/, () => truncateSync(path("data.db"), 0)],
    ["cut short", /end is missing/, () => truncateSync(path("data.db"), 8192)],
    ["a page of noise", /backup/, () => overwrite(4096 * 2, new Uint8Array(4096).fill(0xa5))],
    ["another program's", /another program/, () => sql("PRAGMA application_id = 5")],
    ["a newer version's", /newer fieldcast/, () => sql("PRAGMA user_version = 99")],
    [
      "a changed log record",
      /row 1 of the table log/,
      () => sql("UPDATE log SET body = zeroblob(length(body)) WHERE id = 1"),
    ],
    ["a log record under a wrong number", /wrong number/, () => sql("UPDATE log SET id = 40 WHERE id = 2")],
    ["no meta row", /meta/, () => sql("DELETE FROM meta")],
    ["a table missing", /no such table/, () => sql("DROP TABLE series")],
    [
      "a bit in a log record",
      /row [12] of the table log/,
      () => overwrite(readFileSync(path("data.db")).lastIndexOf("x".repeat(900)) + 5, new Uint8Array([1])),
    ],
  ];
  test.each(cases)("%s", async (what, message, harm) => {
    await store.open();
    await put(1, [seriesPut(1)]);
    await put(2);
    await store.close();
    harm();
    const before = contents();
    const error = await failureOf(store.open());
    expect(error).toMatchObject({ code: what === "a newer version's" ? "newer_store" : "damaged_store" });
    expect(String(error)).toMatch(message);
    expect(String(error)).toContain(path("data.db"));
    expect(contents()).toEqual(before);
  });

  test("with a write-ahead log left by a crash", async () => {
    await store.open();
    await put(1, [seriesPut(1)]);
    await store.close();
    const db = new Database(path("data.db"), { readonly: true });
    // A page that the log does not cover.
    const find = db.query<{ rootpage: number }, []>("SELECT rootpage FROM sqlite_schema WHERE name = 'refusal'");
    const page = find.get()?.rootpage ?? 0;
    db.close();
    await store.open();
    await put(2);
    // What a crash leaves: copies taken while the store is open.
    const [main, wal] = FILES.map((f) => readFileSync(path(f)));
    await store.close();
    const file = Buffer.from(main ?? []);
    file.fill(0x5a, 4096 * (page - 1), 4096 * page);
    writeFileSync(path("data.db"), file);
    writeFileSync(path("data.db-wal"), wal ?? "");
    const before = contents();
    expect(await failureOf(store.open())).toMatchObject({ code: "damaged_store" });
    expect(contents()).toEqual(before);
  });

  test("not where a kill broke off a checkpoint: what the file does not have yet is in its write-ahead log", async () => {
    await store.open();
    await put(1, [seriesPut(1)]);
    await store.close();
    const short = readFileSync(path("data.db"));
    await store.open();
    for (let seq = 2; seq <= 100; seq++) await put(seq);
    // What a kill leaves: the log whole, and of its pages only the first in the file.
    const wal = readFileSync(path("data.db-wal"));
    expect(readFileSync(path("data.db")).length).toBe(short.length);
    await store.abort();
    expect(copyFirstPage(wal, short)).toBeGreaterThan(short.length / 4096);
    const leave = (log: Uint8Array): void => {
      writeFileSync(path("data.db"), short);
      writeFileSync(path("data.db-wal"), log);
      rmSync(path("data.db-shm"), { force: true });
    };
    leave(wal.subarray(0, wal.length / 2)); // a log that lacks the last pages
    expect(await failureOf(store.open())).toMatchObject({ message: expect.stringContaining("end is missing") });
    leave(wal);
    await store.open();
    expect((await store.read(1, ...ALL)).length).toBe(100);
  });

  test("missing beside its write-ahead log", async () => {
    writeFileSync(path("data.db-wal"), "something");
    expect(await failureOf(store.open())).toMatchObject({ code: "damaged_store" });
    expect(existsSync(path("data.db"))).toBe(false);
  });
});

describe("failing storage", () => {
  test("a full file refuses commits whole, and takes them again when there is room", async () => {
    await store.open();
    await put(1, [seriesPut(1)]);
    await store.idle();
    await store.limitPages(1); // SQLite takes the present size instead
    let seq = 2;
    let error: unknown = null;
    for (; error === null && seq < 100; seq++) {
      error = await failureOf(put(seq, [{ op: "series_put", id: seq, device: 1, field: 1, type: "STRING" }]));
    }
    const failed = seq - 1;
    expect(error).toMatchObject({ code: "storage_unavailable", message: expect.stringContaining("disk is full") });
    expect(await failureOf(put(failed))).toMatchObject({ code: "storage_unavailable" });
    await store.limitPages(0);
    await put(failed);
    expect((await store.read(1, ...ALL)).length).toBe(failed);
    await store.abort();
    const recovered = await openAll(store);
    expect(recovered.nextSeq).toBe(failed + 1);
    expect(recovered.series.map((s) => s.id)).not.toContain(failed);
  });

  test("trimming frees room in a full file", async () => {
    await store.open();
    await put(1, [seriesPut(1)]);
    for (let seq = 2; seq <= 40; seq++) await put(seq);
    await store.idle();
    await store.limitPages(1);
    let seq = 41;
    while ((await failureOf(put(seq))) === null) seq++;
    await store.limitPages(statSync(path("data.db")).size / 4096 + 60);
    await store.commit(batchOf([], [{ op: "trim", upTo: seq - 1 }]));
    await store.idle();
    for (let i = 0; i < 20; i++) await put(seq + i);
    expect((await store.read(1, ...ALL)).length).toBe(seq + 19);
  });
});

describe("a storage worker that dies", () => {
  const word = (code: string): StoreOp => {
    const refusal: StoredRefusal = {
      device: 0,
      principal: "",
      time: 0,
      code,
      message: "",
      topic: "",
      payload: "",
      base64: false,
      count: 1,
    };
    return { op: "refusals_put", rows: [refusal] };
  };
  const open = async (more: Partial<SqliteDataOptions> = {}): Promise<void> => {
    store = new SqliteDataStore({
      folder,
      worker: new URL("./dying.fixture.ts", import.meta.url),
      restarts: [0, 100, 1000],
      ...more,
    });
    await store.open();
    await put(1, [seriesPut(1)]);
  };

  test("before the commit: the commit is refused and the next one works", async () => {
    const told: string[] = [];
    await open({ onNotice: (text) => told.push(text) });
    expect(await failureOf(put(2, [word("die-before")]))).toMatchObject({ code: "storage_unavailable" });
    await put(2);
    // a checkpoint that finds the file still busy is told as well
    expect(told.filter((text) => text.includes("worker"))).toEqual([
      expect.stringMatching(
        /^The storage worker failed: error: died before the commit at .*dying\.fixture\.ts:\d+:\d+\)?\.$/,
      ),
    ]);
    expect((await store.read(1, ...ALL)).map((p) => p.time)).toEqual([1, 2]);
  });

  test("by an unhandled rejection", async () => {
    await open();
    expect(await failureOf(put(2, [word("reject-before")]))).toMatchObject({ code: "storage_unavailable" });
    await put(2);
  });

  test("after the commit and before its answer: the commit counts, with and without a log row", async () => {
    await open();
    await put(2, [word("die-after")]);
    await store.commit(batchOf([], [word("die-after")]));
    await put(3);
    expect((await store.read(1, ...ALL)).map((p) => p.time)).toEqual([1, 2, 3]);
    expect((await store.readRefusals(null, null, 9)).length).toBe(2);
  });

  test("again and again: fatal after the last restart", async () => {
    let fatal: Error | null = null;
    await open({ restarts: [0, 0], onFatal: (error) => (fatal = error) });
    for (let i = 0; i < 3; i++) await failureOf(put(2, [word("die-before")]));
    expect(String(fatal)).toContain("storage worker");
    expect(await failureOf(put(2))).toMatchObject({ code: "storage_unavailable" });
  });
});
