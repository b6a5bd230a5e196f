import type { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import type { SeriesStats, StoreStats } from "../../ports.ts";
import { countSeries } from "./count.ts";
import type { Head } from "./head.ts";
import { Purges } from "./purge.ts";

/** Figures of the whole store. @param path the data file @param headBytes memory of the decoded log */
export function storeStats(db: Database, path: string, headBytes: number): StoreStats {
  const number = (sql: string): number => db.query<{ n: number }, []>(sql).get()?.n ?? 0;
  let fileBytes = 0;
  for (const end of ["", "-wal"]) if (existsSync(path + end)) fileBytes += statSync(path + end).size;
  return {
    logRows: number("SELECT coalesce(sum(count), 0) AS n FROM log"),
    logBytes: number("SELECT coalesce(sum(length(body)), 0) AS n FROM log"),
    headBytes,
    blocks: number("SELECT (SELECT count(*) FROM block) + (SELECT count(*) FROM part) AS n"),
    rollups: number("SELECT count(*) AS n FROM rollup"),
    fileBytes,
    freeBytes: number("SELECT freelist_count * page_size AS n FROM pragma_freelist_count(), pragma_page_size()"),
  };
}

/** See SeriesStore.seriesStats; inside the caller's transaction. @param head the log of its view */
export function seriesStats(
  db: Database,
  head: Head,
  series: Uint32Array,
  before: Float64Array | undefined,
): SeriesStats {
  const column = (fill: number): Float64Array => new Float64Array(series.length).fill(fill);
  const out = {
    points: column(0),
    bytes: column(0),
    oldest: column(Number.NaN),
    newest: column(Number.NaN),
    buckets: column(0),
    rollupBytes: column(0),
    pointsBefore: column(0),
    bytesBefore: column(0),
  };
  const known = db.query<{ sealed_seq: number }, [number]>("SELECT sealed_seq FROM series WHERE id = ?");
  const rollups = db.query<{ n: number; bytes: number }, [number]>(
    "SELECT coalesce(sum(n), 0) AS n, coalesce(sum(length(body)), 0) AS bytes FROM rollup WHERE series = ?",
  );
  const purges = new Purges(db);
  for (const [i, id] of series.entries()) {
    const row = known.get(id);
    if (row === null) continue;
    const at = before?.[i] ?? Number.NEGATIVE_INFINITY;
    const counted = countSeries(db, head, { id, sealed: row.sealed_seq, purges: purges.of(id) }, at);
    out.points[i] = counted.points;
    out.pointsBefore[i] = counted.early;
    out.oldest[i] = counted.oldest;
    out.newest[i] = counted.newest;
    out.bytes[i] = counted.bytes;
    out.bytesBefore[i] = counted.earlyBytes;
    const kept = rollups.get(id);
    out.buckets[i] = kept?.n ?? 0;
    out.rollupBytes[i] = kept?.bytes ?? 0;
  }
  return out;
}
