import { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import type { Aggregates, StoredRefusal, StoreStats } from "../../ports.ts";
import { type Columns, concat, NO_POINTS, sliceOf } from "./block/columns.ts";
import type { Packed } from "./block/packed.ts";
import { dataPath } from "./files.ts";
import { Fold } from "./fold.ts";
import { Head } from "./head.ts";
import { type Sink, SeriesView } from "./scan.ts";

/** A read transaction ends after so long (checkpoints wait for it) and the read goes on in another one. */
const PASS_MS = 500;

interface RefusalRow extends Omit<StoredRefusal, "base64"> {
  base64: number;
}

/** The reading connection; lives in the reader worker and is synchronous. */
export class Reads {
  private readonly db: Database;
  /** The unsealed log, decoded as far as it was when last looked at. */
  private head = new Head();

  constructor(private readonly folder: string) {
    this.db = new Database(dataPath(folder), { readonly: true });
    this.db.run("PRAGMA busy_timeout = 5000");
  }

  /** See DataStore.read. @throws SQLite's errors, RangeError for a damaged block or record */
  read(series: number, from: number, to: number, limit: number): Columns {
    const found = new Collector(limit);
    if (limit > 0) this.scan(series, from, to, found);
    return sliceOf(concat(found.pieces), 0, limit);
  }

  /** See DataStore.before; one point or none. */
  before(series: number, at: number): Columns {
    return this.transaction(() => {
      this.catchUp();
      return SeriesView.of(this.db, this.head, series)?.before(at) ?? NO_POINTS;
    });
  }

  /** See DataStore.aggregate. */
  aggregate(series: number, edges: Float64Array): Aggregates {
    const from = edges[0] ?? 0;
    const row = this.db.query<{ type: string }, [number]>("SELECT type FROM series WHERE id = ?").get(series);
    const counter = row?.type === "COUNTER";
    const fold = new Fold(edges, counter, counter ? totalOf(this.before(series, from)) : null);
    this.scan(series, from, edges[edges.length - 1] ?? from, fold);
    return fold.done();
  }

  /** Gives a sink all of a range, in several transactions when it takes long. */
  private scan(series: number, from: number, to: number, sink: Sink): void {
    for (let next: number | null = from; next !== null && next < to && !sink.full; ) {
      const start: number = next;
      next = this.transaction((): number | null => {
        const end = performance.now() + PASS_MS;
        this.catchUp();
        const view = SeriesView.of(this.db, this.head, series);
        return view === null ? null : view.scan(start, to, sink, () => performance.now() > end);
      });
    }
  }

  private transaction<T>(work: () => T): T {
    this.db.query("BEGIN").run();
    try {
      return work();
    } finally {
      if (this.db.inTransaction) this.db.query("ROLLBACK").run();
    }
  }

  /** Brings the head to the log of this transaction's view. */
  private catchUp(): void {
    try {
      const first = this.db.query<{ id: number }, []>("SELECT id FROM log ORDER BY id LIMIT 1").get();
      if (first !== null && first.id <= this.head.lastId && !this.isInLog(this.head.lastId)) this.head = new Head();
      const rows = this.db.query<{ body: Uint8Array }, [number]>("SELECT body FROM log WHERE id > ? ORDER BY id");
      for (const { body } of rows.iterate(this.head.lastId)) this.head.add(body);
      if (first !== null) this.head.drop(first.id);
    } catch (error) {
      this.head = new Head();
      throw error;
    }
  }

  /** The newest record that was read may have been one that is taken out again (Writer.commit). */
  private isInLog(id: number): boolean {
    return this.db.query<{ id: number }, [number]>("SELECT id FROM log WHERE id = ?").get(id) !== null;
  }

  chunk(session: number, firstQn: number): Uint8Array | null {
    const row = this.db
      .query<{ body: Uint8Array }, [number, number]>(
        "SELECT body FROM queue_chunk JOIN session ON session.id = queue_chunk.session " +
          "WHERE queue_chunk.session = ? AND first_qn = ?",
      )
      .get(session, firstQn);
    return row?.body ?? null;
  }

  refusals(device: number | null, principal: string | null, limit: number): StoredRefusal[] {
    const where: string[] = [];
    const values: (number | string)[] = [];
    if (device !== null) {
      where.push("device = ?");
      values.push(device);
    }
    if (principal !== null) {
      where.push("principal = ?");
      values.push(principal);
    }
    const filter = where.length > 0 ? `WHERE ${where.join(" AND ")} ` : "";
    return this.db
      .query<RefusalRow, (number | string)[]>(
        "SELECT device, principal, time, code, message, topic, payload, base64, count FROM refusal " +
          `${filter}ORDER BY id DESC LIMIT ?`,
      )
      .all(...values, limit)
      .map((r) => ({ ...r, base64: r.base64 === 1 }));
  }

  stats(): StoreStats {
    const log = this.db
      .query<{ n: number; bytes: number }, []>(
        "SELECT coalesce(sum(count), 0) AS n, coalesce(sum(length(body)), 0) AS bytes FROM log",
      )
      .get();
    const blocks = this.db
      .query<{ n: number }, []>("SELECT (SELECT count(*) FROM block) + (SELECT count(*) FROM part) AS n")
      .get();
    let fileBytes = 0;
    for (const end of ["", "-wal"]) {
      const path = dataPath(this.folder) + end;
      if (existsSync(path)) fileBytes += statSync(path).size;
    }
    return {
      logRows: log?.n ?? 0,
      logBytes: log?.bytes ?? 0,
      headBytes: this.head.bytes,
      blocks: blocks?.n ?? 0,
      fileBytes,
    };
  }

  close(): void {
    this.db.close();
  }
}

/** Keeps the points of a scan, up to a limit. */
class Collector implements Sink {
  readonly pieces: Columns[] = [];
  private n = 0;
  constructor(private readonly limit: number) {}
  get full(): boolean {
    return this.n >= this.limit;
  }
  points(c: Columns): void {
    this.pieces.push(c);
    this.n += c.times.length;
  }
  block(block: Packed): void {
    this.points(block.columns());
  }
}

/** The number of a single point; null: there is none. */
function totalOf(c: Columns): number | null {
  return c.kind === "number" ? (c.num[0] ?? null) : null;
}
