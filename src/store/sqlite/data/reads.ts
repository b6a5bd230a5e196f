import { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { aggregatePoints } from "../../points.model.ts";
import type { Aggregates, StoredRefusal, StoreStats } from "../../ports.ts";
import { decodeBlock, mergePoints, type Points } from "./block.ts";
import { dataPath } from "./files.ts";
import { Head } from "./head.ts";

/** A read transaction ends after so long (checkpoints wait for it) and the read goes on in another one. */
const PASS_MS = 500;

interface BlockRow {
  id: number;
  t0: number;
  t1: number;
  body: Uint8Array;
}
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
  read(series: number, from: number, to: number, limit: number): Points {
    const points: Points = { times: [], values: [] };
    for (let next: number | null = from; next !== null && points.times.length < limit; ) {
      const part = this.transaction(() => this.pass(series, next ?? from, to, limit - points.times.length));
      const room = limit - points.times.length;
      for (let i = 0; i < part.points.times.length && i < room; i++) {
        points.times.push(part.points.times[i] ?? 0);
        points.values.push(part.points.values[i] ?? 0);
      }
      next = part.next;
    }
    return points;
  }

  /** See DataStore.aggregate. */
  aggregate(series: number, edges: Float64Array): Aggregates {
    const type = this.db.query<{ type: string }, [number]>("SELECT type FROM series WHERE id = ?").get(series)?.type;
    const to = edges[edges.length - 1] ?? 0;
    const { times, values } = this.read(series, Number.MIN_SAFE_INTEGER, to, Number.MAX_SAFE_INTEGER);
    const points = times.map((time, i) => ({ time, value: values[i] ?? 0 }));
    return aggregatePoints(points, edges, type === "COUNTER");
  }

  private transaction<T>(work: () => T): T {
    this.db.query("BEGIN").run();
    try {
      return work();
    } finally {
      if (this.db.inTransaction) this.db.query("ROLLBACK").run();
    }
  }

  /** Reads from `from` up to some time, complete so far; `next`: where to go on, null at the end. */
  private pass(series: number, from: number, to: number, limit: number): { points: Points; next: number | null } {
    const started = performance.now();
    const row = this.db
      .query<{ sealed_seq: number }, [number]>("SELECT sealed_seq FROM series WHERE id = ?")
      .get(series);
    if (row === null || from >= to) return { points: { times: [], values: [] }, next: null };
    const pieces: { id: number; points: Points }[] = [];
    let got = 0;
    let newest = Number.NEGATIVE_INFINITY;
    let next: number | null = null;
    const blocks = this.db.query<BlockRow, [number, number, number]>(
      "SELECT id, t0, t1, body FROM block WHERE series = ? AND t0 < ? AND t1 >= ? ORDER BY t0, id",
    );
    for (const block of blocks.iterate(series, to, from)) {
      const late = performance.now() - started > PASS_MS;
      // Every block that reaches before t0 has been read, so what lies before t0 is complete.
      if (block.t0 > from && (late || (got >= limit && newest < block.t0))) {
        next = block.t0;
        break;
      }
      const points = within(decodeBlock(block.body), from, to);
      pieces.push({ id: block.id, points });
      got += points.times.length;
      newest = Math.max(newest, block.t1);
    }
    this.catchUp();
    const end = next ?? to;
    // In the order written: blocks by id, then the log. The last written wins where times are equal.
    pieces.sort((a, b) => a.id - b.id);
    const all: Points = { times: [], values: [] };
    for (const { points } of pieces) {
      for (let i = 0; i < points.times.length; i++) {
        all.times.push(points.times[i] ?? 0);
        all.values.push(points.values[i] ?? 0);
      }
    }
    for (const at of this.head.rowsOf(series, row.sealed_seq, from, end)) {
      all.times.push(this.head.timeOf(at));
      all.values.push(this.head.valueOf(at));
    }
    return { points: within(mergePoints({ times: [], values: [] }, all), from, end), next };
  }

  /** Brings the head to the log of this transaction's view. */
  private catchUp(): void {
    try {
      const first = this.db.query<{ id: number }, []>("SELECT id FROM log ORDER BY id LIMIT 1").get();
      const rows = this.db.query<{ body: Uint8Array }, [number]>("SELECT body FROM log WHERE id > ? ORDER BY id");
      for (const { body } of rows.iterate(this.head.lastId)) this.head.add(body);
      if (first !== null) this.head.drop(first.id);
    } catch (error) {
      this.head = new Head();
      throw error;
    }
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
    const blocks = this.db.query<{ n: number }, []>("SELECT count(*) AS n FROM block").get();
    let fileBytes = 0;
    for (const end of ["", "-wal"]) {
      const path = dataPath(this.folder) + end;
      if (existsSync(path)) fileBytes += statSync(path).size;
    }
    return { logRows: log?.n ?? 0, logBytes: log?.bytes ?? 0, blocks: blocks?.n ?? 0, fileBytes };
  }

  close(): void {
    this.db.close();
  }
}

function within(points: Points, from: number, to: number): Points {
  const { times, values } = points;
  if (times.length === 0 || ((times[0] ?? 0) >= from && (times[times.length - 1] ?? 0) < to)) return points;
  const low = firstAtLeast(times, from);
  const high = firstAtLeast(times, to);
  return { times: times.slice(low, high), values: values.slice(low, high) };
}

function firstAtLeast(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((times[mid] ?? 0) < time) low = mid + 1;
    else high = mid;
  }
  return low;
}
