/** fieldcast's own store, through its port: what the server does with measurements, without the server. */
import { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { join } from "node:path";
import ownPackage from "../../../package.json";
import { END_OF_TIME, MAX_NEWEST, type StoreOp } from "../../../src/store/ports.ts";
import { RecordWriter, TAG_PUBLISHED } from "../../../src/store/record.ts";
import { SqliteDataStore } from "../../../src/store/sqlite/data/store.ts";
import type { Figures } from "../../load/measure.ts";
import { writtenBytes } from "../disk.ts";
import type { Bucketed, Engine, EngineKind } from "../engine.ts";
import { kindOf, type Rows, TEXTS } from "../rows.ts";

/** The server lets the log be sealed after so many rows or bytes (src/app/upkeep.ts). */
const TRIM_ROWS = 1_000_000;
const TRIM_BYTES = 32 * 1024 * 1024;

const utf8Text = (index: number) => TEXTS[index] ?? "";

export class FieldcastEngine implements Engine {
  /** Whether the log is sealed and trimmed as the server does it. */
  trims = true;
  private readonly writer = new RecordWriter();
  private readonly known = new Set<number>();
  private nextSeq = 1;
  private trimmedSeq = 0;
  private bytes = 0;

  constructor(
    public store: SqliteDataStore,
    private readonly folder: string,
  ) {}

  /** Rows that were written and not yet given to sealing. */
  get untrimmed(): number {
    return this.nextSeq - 1 - this.trimmedSeq;
  }

  prepare(rows: Rows, from: number, to: number): () => Promise<void> {
    const { writer } = this;
    const ops: StoreOp[] = [];
    for (let i = from; i < to; i++) {
      const series = rows.series[i] ?? 0;
      const time = rows.time[i] ?? 0;
      const value = rows.value[i] ?? 0;
      const kind = kindOf(series);
      if (kind === "number") writer.decimal(TAG_PUBLISHED, series, time, 0, 1, value);
      else if (kind === "boolean") writer.bool(TAG_PUBLISHED, series, time, 0, value === 1);
      else writer.text(TAG_PUBLISHED, series, time, 0, utf8Text(value));
      if (!this.known.has(series)) ops.push(this.newSeries(series));
    }
    this.bytes += writer.bytes;
    const trim = this.trims && (this.untrimmed >= TRIM_ROWS || this.bytes >= TRIM_BYTES);
    if (trim) ops.push(this.trim());
    const { count } = writer;
    this.nextSeq += count;
    const blob = writer.finish();
    return async () => void (await this.store.commit({ count, blob, ops }));
  }

  private newSeries(id: number): StoreOp {
    this.known.add(id);
    const type = { number: "NUMERIC", boolean: "BOOL", text: "STRING" } as const;
    return { op: "series_put", id, device: id, field: 1, type: type[kindOf(id)] };
  }

  /** Lets everything that was written so far be sealed. */
  trim(): StoreOp {
    this.trimmedSeq = this.nextSeq - 1;
    this.bytes = 0;
    return { op: "trim", upTo: this.trimmedSeq };
  }

  async settle(): Promise<void> {
    await this.store.commit({ count: 0, blob: null, ops: [this.trim()] });
    await this.store.idle();
  }
  async points(series: number, from: number, to: number): Promise<number> {
    return (await this.store.columns(series, from, to, Number.MAX_SAFE_INTEGER)).times.length;
  }
  async pointsOfAll(count: number, from: number, to: number): Promise<number> {
    const all = Array.from({ length: count }, (_, i) => this.points(i + 1, from, to));
    return (await Promise.all(all)).reduce((sum, points) => sum + points, 0);
  }
  async buckets(series: number, from: number, width: number, buckets: number): Promise<Bucketed> {
    const edges = Float64Array.from({ length: buckets + 1 }, (_, i) => from + i * width);
    const { count } = await this.store.aggregate({ series, edges });
    return { buckets: count.filter((n) => n > 0).length, points: count.reduce((sum, n) => sum + n, 0) };
  }
  async last(count: number): Promise<number> {
    const all = Uint32Array.from({ length: count }, (_, i) => i + 1);
    let found = 0;
    for (let low = 0; low < count; low += MAX_NEWEST) {
      const points = await this.store.newest(all.subarray(low, low + MAX_NEWEST), END_OF_TIME);
      found += points.filter((point) => point !== null).length;
    }
    return found;
  }
  /** Opens the store anew, as a server's start does; how many series have a current value. */
  async reopen(): Promise<number> {
    await this.store.close();
    this.store = new SqliteDataStore({ folder: this.folder });
    await this.store.open();
    let current = 0;
    for await (const states of this.store.series()) current += states.filter(({ time }) => time !== null).length;
    return current;
  }
  written(): number {
    return writtenBytes(process.pid);
  }

  /** Pages in use; pages that the log left empty are used again and told apart. */
  async kept(): Promise<Figures & { readonly kept: number }> {
    await this.store.close(); // folds the write-ahead log into the file
    const file = join(this.folder, "data.db");
    const db = new Database(file, { readonly: true });
    try {
      const value = (sql: string) => Number(Object.values(db.query<Record<string, number>, []>(sql).get() ?? {})[0]);
      const kept = (value("PRAGMA page_count") - value("PRAGMA freelist_count")) * value("PRAGMA page_size");
      const numeric = db
        .query<{ bytes: number; rows: number }, []>(
          "SELECT sum(length(body)) AS bytes, sum(n) AS rows FROM " +
            "(SELECT series, n, body FROM block UNION ALL SELECT series, n, body FROM part) AS b " +
            "JOIN series ON series.id = b.series WHERE series.type = 'NUMERIC'",
        )
        .get();
      const all = value(
        "SELECT sum(bytes) FROM (SELECT sum(length(body)) AS bytes FROM block UNION ALL SELECT sum(length(body)) FROM part)",
      );
      const share = (numeric?.bytes ?? 0) / all; // of the pages' overhead, too
      return { kept, keptNumeric: (kept * share) / (numeric?.rows ?? 0), file: statSync(file).size };
    } finally {
      db.close();
    }
  }
  close(): Promise<void> {
    return this.store.close();
  }
}

/** Opens an empty store in a folder. */
async function openFieldcast(folder: string): Promise<FieldcastEngine> {
  const store = new SqliteDataStore({ folder });
  await store.open();
  return new FieldcastEngine(store, folder);
}

export const fieldcast: EngineKind = {
  name: "fieldcast",
  describe: () => `fieldcast ${ownPackage.version}`,
  open: ({ folder }) => openFieldcast(folder),
};
