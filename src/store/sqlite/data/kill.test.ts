import { openAll } from "../../data.model.ts";
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { cpSync, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkFolder } from "../check/check.ts";
import { Work } from "../../work.ts";
import { encodeBlock } from "./block.ts";
import { columnsFrom } from "./block/columns.ts";
import { deletionOf, ROWS } from "./deleting.fixture.ts";
import { dataPath } from "./files.ts";
import { APPLICATION_ID, configure, MIGRATIONS, migrate } from "./schema.ts";
import { SqliteDataStore } from "./store.ts";
import { Writer } from "./writer.ts";

/** Runs a committing program, kills it after `answers` answered commits, returns the last sequence number it was promised. */
async function runAndKill(folder: string, answers: number, fixture = "./kill.fixture.ts"): Promise<number> {
  const program = new URL(fixture, import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, program, folder], { stdout: "pipe", stderr: "inherit" });
  const text = new TextDecoder();
  let out = "";
  for await (const part of child.stdout) {
    out += text.decode(part, { stream: true });
    if (out.split("\n").length > answers) child.kill("SIGKILL");
  }
  await child.exited;
  const whole = out.slice(0, out.lastIndexOf("\n")).split("\n");
  return Number(whole[whole.length - 1]) - 1;
}

test("a killed process loses nothing it was promised, and doubles nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldcast-kill-"));
  try {
    for (const answers of [1, 15, 40, 120, 11, 200]) {
      const promised = await runAndKill(folder, answers);
      const store = new SqliteDataStore({ folder });
      const { nextSeq, series } = await openAll(store);
      expect(nextSeq).toBeGreaterThan(promised);
      const times: number[] = [];
      for (const s of series) for (const p of await store.read(s.id, 0, 1e9, 1e6)) times.push(p.time);
      times.sort((a, b) => a - b);
      expect(times).toEqual(Array.from({ length: nextSeq - 1 }, (_, i) => i + 1));
      expect(Math.max(...series.map((s) => s.time ?? 0))).toBe(nextSeq - 1);
      await store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

/** What must be there of series 1 to 3 after the commits below `nextSeq`, and what must not. */
function expectedOf(nextSeq: number): { readonly there: Map<number, Set<number>>; readonly gone: Set<number> } {
  const there = new Map([1, 2, 3].map((id) => [id, new Set<number>()] as const));
  const gone = new Set<number>();
  for (let n = 0; n < (nextSeq - 1) / ROWS; n++) {
    const { from, to, before } = deletionOf(n);
    for (let time = from; time < to; time++) if (there.get(1)?.delete(time)) gone.add(time);
    // those that were not sealed when their turn came may stay for a while
    for (const time of there.get(2) ?? []) if (time < before) there.get(2)?.delete(time);
    for (let i = 0; i < ROWS; i++) there.get(1 + (i % 3))?.add(1 + n * ROWS + i);
  }
  return { there, gone };
}

test("killed in the middle of deletions, retention and rollups: what was deleted is gone, what was not is there once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldcast-kill-"));
  try {
    let rolled = 0;
    for (const answers of [30, 90, 200, 17, 333]) {
      const promised = await runAndKill(folder, answers, "./deleting.fixture.ts");
      const store = new SqliteDataStore({ folder });
      const { nextSeq } = await openAll(store);
      expect(nextSeq).toBeGreaterThan(promised);
      const { there, gone } = expectedOf(nextSeq);
      // both before and after the background has caught up
      for (let look = 0; look < 2; look++) {
        for (const [id, expected] of there) {
          const times = (await store.read(id, 0, 1e9, 1e6)).map((point) => point.time);
          expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
          const found = new Set(times);
          if (id === 3) {
            const all = await store.aggregate({ series: 3, edges: new Float64Array([0, 1e9]) });
            const sum = [...expected].reduce((a, b) => a + b, 0);
            expect([all.count[0], all.sum[0], all.last[0]]).toEqual([expected.size, sum, Math.max(...expected)]);
            rolled = Math.max(rolled, all.rolled?.before ?? 0);
            // before the background has caught up, points may go between the two reads
            if (look === 1) expect(times[0]).toBeGreaterThanOrEqual(rolled);
          }
          // what is not there any more is in a rollup
          const least = id === 3 ? rolled : 0;
          expect([...expected].filter((time) => time >= least && !found.has(time))).toEqual([]);
          if (id === 1) expect(times.filter((time) => gone.has(time))).toEqual([]);
        }
        await store.idle();
      }
      await store.close();
    }
    expect(rolled).toBeGreaterThan(4000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

/** A folder of the first schema, with blocks that overlap as that one allowed. */
function firstVersion(folder: string): void {
  const db = new Database(dataPath(folder), { create: true, readwrite: true });
  configure(db);
  db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(db, MIGRATIONS.slice(0, 1));
  const block = db.query("INSERT INTO block (series, t0, t1, n, body) VALUES (?, ?, ?, ?, ?)");
  db.transaction(() => {
    for (let series = 1; series <= 300; series++) {
      db.run("INSERT INTO series (id, device, field, type) VALUES (?, ?, 1, 'NUMERIC')", [series, series]);
      for (let i = 0; i < 20; i++) {
        const first = i * 40;
        const times = Float64Array.from({ length: 50 }, (_, k) => first + k);
        const values = Array.from(times, (time) => time * series);
        block.run(series, first, first + 49, 50, encodeBlock(columnsFrom(times, values)));
      }
    }
    db.run("UPDATE meta SET next_series = 301");
  })();
  db.close();
}

test("killed in the middle of a migration: the file is of the old schema or of the new one, with everything in it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldcast-migrate-"));
  try {
    const old = join(folder, "old");
    mkdirSync(old);
    firstVersion(old);
    const program = new URL("./migrating.fixture.ts", import.meta.url).pathname;
    for (let round = 0; round < 6; round++) {
      const copy = join(folder, `copy ${round}`);
      cpSync(old, copy, { recursive: true });
      const child = Bun.spawn([process.execPath, program, copy], { stdout: "pipe", stderr: "inherit" });
      await child.stdout.getReader().read(); // it has begun
      for (let turn = 0; turn < round * 40; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      child.kill("SIGKILL");
      await child.exited;
      const { damage } = await checkFolder(copy, new Work());
      expect(damage.filter((text) => !text.startsWith("fleet.db"))).toEqual([]);
      const { writer } = Writer.open(copy);
      writer.close();
      const store = new SqliteDataStore({ folder: copy });
      const { series } = await openAll(store);
      expect(series.length).toBe(300);
      for (const id of [1, 150, 300]) {
        const points = await store.read(id, 0, 1e9, 1e6);
        expect(points).toEqual(Array.from({ length: 810 }, (_, time) => ({ time, value: time * id })));
      }
      await store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
