import { existsSync, statSync } from "node:fs";
import type { SeriesStats, StoreStats } from "../../ports.ts";
import { countSeries } from "./count.ts";
import type { Head } from "./head.ts";
import type { Sealed } from "./head-order.ts";
import { Purges } from "./purge.ts";
import type { Sql } from "./sql.ts";

/** Figures of the whole store. @param path the data file @param headBytes memory of the decoded log */
export function storeStats(db: Sql, path: string, headBytes: number): StoreStats {
  let fileBytes = 0;
  for (const end of ["", "-wal"]) if (existsSync(path + end)) fileBytes += statSync(path + end).size;
  return {
    ...countStore(db, headBytes),
    fileBytes,
    freeBytes: numberOf(db, "SELECT freelist_count * page_size AS n FROM pragma_freelist_count(), pragma_page_size()"),
  };
}
/** Those that every engine counts alike. */
export function countStore(db: Sql, headBytes: number): Omit<StoreStats, "fileBytes" | "freeBytes"> {
  return {
    logRows: numberOf(db, "SELECT coalesce(sum(count), 0) AS n FROM log"),
    logBytes: numberOf(db, "SELECT coalesce(sum(length(body)), 0) AS n FROM log"),
    headBytes,
    blocks: numberOf(db, "SELECT (SELECT count(*) FROM block) + (SELECT count(*) FROM part) AS n"),
    rollups: numberOf(db, "SELECT count(*) AS n FROM rollup"),
  };
}
function numberOf(db: Sql, sql: string): number {
  return db.query<{ n: number }, []>(sql).get()?.n ?? 0;
}

/** See SeriesStore.seriesStats; inside the caller's transaction. @param head the log of its view */
export function seriesStats(db: Sql, head: Head, series: Uint32Array, before: Float64Array | undefined): SeriesStats {
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
  const known = db.query<Sealed, [number]>("SELECT sealed_seq, last_arrival, cur_time FROM series WHERE id = ?");
  const rollups = db.query<{ n: number; bytes: number }, [number]>(
    "SELECT coalesce(sum(n), 0) AS n, coalesce(sum(length(body)), 0) AS bytes FROM rollup WHERE series = ?",
  );
  const purges = new Purges(db);
  for (const [i, id] of series.entries()) {
    const row = known.get(id);
    if (row === null) continue;
    const at = before?.[i] ?? Number.NEGATIVE_INFINITY;
    const counted = countSeries(db, head, { id, sealed: row, purges: purges.of(id) }, at);
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
