import type { Sql } from "../../sqlite/data/sql.ts";

/** What a hypertable's pieces span. */
const PIECE = "7 days";
/** Pieces older than that are compressed, where TimescaleDB's own licence is in force. */
const COMPRESSED_AFTER = "30 days";

/**
 * Makes `point_row` a hypertable where the extension TimescaleDB was created in the database; a plain table is as right, and slower to be
 * deleted from. Its Apache edition, which is Debian's and most clouds', refuses compression, so that is asked of `timescaledb.license`.
 */
export function hypertable(db: Sql): void {
  const there = db.query<{ schema: string }>(
    "SELECT n.nspname AS schema FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace WHERE x.extname = 'timescaledb'",
  );
  const schema = there.get()?.schema;
  if (schema === undefined) return;
  const of = `"${schema}"`;
  db.query(`SELECT ${of}.create_hypertable('point_row', 'time', chunk_time_interval => $1::interval)`).all(PIECE);
  const license = db
    .query<{ license: string | null }>("SELECT current_setting('timescaledb.license', true) AS license")
    .get();
  if (license?.license !== "timescale") return;
  db.run(
    "ALTER TABLE point_row SET (timescaledb.compress, timescaledb.compress_segmentby = 'series', timescaledb.compress_orderby = 'time')",
  );
  db.query(`SELECT ${of}.add_compression_policy('point_row', $1::interval)`).all(COMPRESSED_AFTER);
}
