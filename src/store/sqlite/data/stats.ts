import type { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import type { SeriesStats, StoreStats } from "../../ports.ts";
import type { Head } from "./head.ts";

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

interface Sealed {
  n: number;
  bytes: number;
  t0: number | null;
  t1: number | null;
  /** What lies before the time that was asked for. */
  early: number;
  earlyBytes: number;
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
  for (const [i, id] of series.entries()) {
    const row = known.get(id);
    if (row === null) continue;
    const at = before?.[i] ?? Number.NEGATIVE_INFINITY;
    for (const table of ["block", "part"]) {
      const sealed = sealedOf(db, table, id, at);
      out.points[i] = (out.points[i] ?? 0) + sealed.n;
      out.bytes[i] = (out.bytes[i] ?? 0) + sealed.bytes;
      out.pointsBefore[i] = (out.pointsBefore[i] ?? 0) + sealed.early;
      out.bytesBefore[i] = (out.bytesBefore[i] ?? 0) + sealed.earlyBytes;
      if (sealed.t0 !== null) widen(out, i, sealed.t0);
      if (sealed.t1 !== null) widen(out, i, sealed.t1);
    }
    for (const r of head.rowsOf(id, row.sealed_seq, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)) {
      const time = head.timeOf(r);
      out.points[i] = (out.points[i] ?? 0) + 1;
      if (time < at) out.pointsBefore[i] = (out.pointsBefore[i] ?? 0) + 1;
      widen(out, i, time);
    }
    const kept = rollups.get(id);
    out.buckets[i] = kept?.n ?? 0;
    out.rollupBytes[i] = kept?.bytes ?? 0;
  }
  return out;
}

/** Of blocks or parts of one series: those before `at` whole, the one at that time by its share. */
function sealedOf(db: Database, table: string, series: number, at: number): Sealed {
  const share = "min(1.0, max(0.0, (?1 - t0) / (t1 - t0 + 1.0)))";
  const row = db
    .query<Sealed, [number, number]>(
      "SELECT coalesce(sum(n), 0) AS n, coalesce(sum(length(body)), 0) AS bytes, min(t0) AS t0, max(t1) AS t1, " +
        `coalesce(sum(round(n * ${share})), 0) AS early, coalesce(sum(round(length(body) * ${share})), 0) AS earlyBytes ` +
        `FROM ${table} WHERE series = ?2`,
    )
    .get(Math.max(Number.MIN_SAFE_INTEGER, Math.min(at, Number.MAX_SAFE_INTEGER)), series);
  return row ?? { n: 0, bytes: 0, t0: null, t1: null, early: 0, earlyBytes: 0 };
}

function widen(out: { readonly oldest: Float64Array; readonly newest: Float64Array }, i: number, time: number): void {
  // not so when it is NaN: there was none yet
  if (!((out.oldest[i] ?? 0) <= time)) out.oldest[i] = time;
  if (!((out.newest[i] ?? 0) >= time)) out.newest[i] = time;
}
