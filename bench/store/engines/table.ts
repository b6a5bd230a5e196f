/** A plain SQLite table, written and read in the process of the load, as one would without giving it a thought. */
import { Database, type Statement } from "bun:sqlite";
import { join } from "node:path";
import { folderBytes, writtenBytes } from "../disk.ts";
import type { Bucketed, Engine, EngineKind } from "../engine.ts";
import { kindOf, type Rows, TEXTS } from "../rows.ts";

class TableEngine implements Engine {
  private readonly db: Database;
  private readonly insert: Statement;

  constructor(private readonly folder: string) {
    this.db = new Database(join(folder, "table.db"), { create: true });
    // the same promise and the same memory as fieldcast's
    this.db.run("PRAGMA journal_mode = WAL");
    this.db.run("PRAGMA synchronous = FULL");
    this.db.run("PRAGMA cache_size = -16384");
    this.db.run(
      "CREATE TABLE m (series INTEGER NOT NULL, time INTEGER NOT NULL, value, PRIMARY KEY (series, time)) WITHOUT ROWID",
    );
    this.insert = this.db.prepare("INSERT INTO m VALUES (?, ?, ?)");
  }

  prepare(rows: Rows, from: number, to: number): () => Promise<void> {
    const write = this.db.transaction(() => {
      for (let i = from; i < to; i++) {
        const series = rows.series[i] ?? 0;
        const value = rows.value[i] ?? 0;
        const kind = kindOf(series);
        this.insert.run(
          series,
          rows.time[i] ?? 0,
          kind === "number" ? value / 10 : kind === "text" ? text(value) : value,
        );
      }
    });
    return async () => write();
  }

  async settle(): Promise<void> {
    this.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  async points(series: number, from: number, to: number): Promise<number> {
    return this.db
      .query("SELECT time, value FROM m WHERE series = ? AND time >= ? AND time < ? ORDER BY time")
      .values(series, from, to).length;
  }
  async pointsOfAll(count: number, from: number, to: number): Promise<number> {
    let points = 0;
    for (let series = 1; series <= count; series++) points += await this.points(series, from, to);
    return points;
  }
  async buckets(series: number, from: number, width: number, buckets: number): Promise<Bucketed> {
    const found = this.db
      .query<{ n: number }, number[]>(
        "SELECT (time - ?2) / ?3 AS bucket, count(*) AS n, avg(value), min(value), max(value) FROM m " +
          "WHERE series = ?1 AND time >= ?2 AND time < ?4 GROUP BY cast((time - ?2) / ?3 AS INTEGER)",
      )
      .all(series, from, width, from + width * buckets);
    return { buckets: found.length, points: found.reduce((sum, { n }) => sum + n, 0) };
  }
  async last(count: number): Promise<number> {
    const newest = this.db.query("SELECT time, value FROM m WHERE series = ? ORDER BY time DESC LIMIT 1");
    let found = 0;
    for (let series = 1; series <= count; series++) if (newest.get(series) !== null) found++;
    return found;
  }
  written(): number {
    return writtenBytes(process.pid);
  }
  async kept(): Promise<{ kept: number }> {
    await this.close();
    return { kept: folderBytes(this.folder) };
  }
  async close(): Promise<void> {
    this.insert.finalize();
    this.db.close();
  }
}

const text = (index: number) => TEXTS[index] ?? "";

export const table: EngineKind = {
  name: "SQLite table",
  describe: () => {
    const db = new Database(":memory:");
    const row = db.query<{ version: string }, []>("SELECT sqlite_version() AS version").get();
    db.close();
    return `SQLite ${row?.version} (a plain table)`;
  },
  open: async ({ folder }) => new TableEngine(folder),
};
