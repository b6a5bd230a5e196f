import type { FieldType } from "../../../measure/types.ts";
import type { SettledRow, StoredSeen } from "../../ports.ts";
import { RecordReader } from "../../record.ts";
import { checkMark } from "./mark.ts";
import type { Found } from "./found.ts";
import { isStampPurged, Purges } from "./purge.ts";
import { readPresence } from "./presence.ts";
import { readRetainedRows } from "./retained.ts";
import { SeriesColumns } from "./series-columns.ts";
import { decodeValue } from "./block.ts";
import { readOwners, readSessions } from "./sessions.ts";
import type { Sql } from "./sql.ts";

interface SeriesRow {
  id: number;
  device: number;
  field: number;
  type: string;
  cur_time: number | null;
  cur_value: Uint8Array | null;
  last_arrival: number;
  sealed_seq: number;
}
export type { Found } from "./found.ts";

interface LogRow {
  id: number;
  count: number;
  body: Uint8Array;
  mark?: number | null;
}

/**
 * Reads everything a start needs, in one pass over the log; also the check of every log record's checksum.
 * @param node of several, which brings its own sessions back; null: it is alone
 * @throws RangeError when a log record or a current value is damaged; SQLite's errors for damaged pages.
 */
export function recover(db: Sql, node: number | null = null): Found {
  const meta = db
    .query<{ next_seq: number; next_series: number; next_session: number; seen_floor: number }, []>(
      "SELECT * FROM meta",
    )
    .get();
  if (meta === null) throw new RangeError("the table meta is empty");
  const sessions = readSessions(db, node === null ? {} : { owner: node });
  const series = readSeries(db, meta.next_series);
  const purges = new Purges(db);
  let nextSeq = meta.next_seq;
  const settled: SettledRow[] = [];
  for (const row of db.query<LogRow, []>("SELECT * FROM log ORDER BY id").iterate()) {
    replay(row, series, purges, settled);
    nextSeq = Math.max(nextSeq, row.id + row.count);
  }
  return {
    nextSeq,
    nextSeries: meta.next_series,
    nextSession: meta.next_session,
    settled,
    series,
    sessions,
    owners: node === null ? [] : readOwners(db),
    presence: readPresence(db),
    seenFloor: meta.seen_floor,
    gone: db.query<StoredSeen, []>("SELECT product, device, number FROM seen ORDER BY id").all(),
    retained: readRetainedRows(db),
  };
}

/** Applies one log record's unsealed rows to the series' states. @param settled gets what became of those that say otherwise */
function replay(row: LogRow, series: SeriesColumns, purges: Purges, settled: SettledRow[]): void {
  let r: RecordReader;
  try {
    r = new RecordReader(row.body, row.id);
    checkMark(row.id, row.body, row.mark ?? null);
    if (r.count !== row.count) throw new RangeError("log record with another count than its row says");
    while (r.next()) {
      if (!r.isMeasurement) continue;
      const at = series.find(r.id);
      // rows up to its last one are in it: those that are sealed, to begin with
      if (at < 0 || r.seq <= (series.lastSeq[at] ?? 0)) continue;
      const other = series.apply(at, r, (stamp) => isStampPurged(purges.of(r.id), r.seq, stamp));
      if (other !== null) settled.push(other);
    }
  } catch (error) {
    throw new RangeError(`row ${row.id} of the table log: ${error instanceof Error ? error.message : error}`);
  }
}

function readSeries(db: Sql, end: number): SeriesColumns {
  const size = db
    .query<{ n: number; top: number }, []>("SELECT count(*) AS n, coalesce(max(id), 0) AS top FROM series")
    .get();
  const series = new SeriesColumns(size?.n ?? 0, Math.max(end, (size?.top ?? 0) + 1));
  for (const row of db.query<SeriesRow, []>("SELECT * FROM series ORDER BY id").iterate()) {
    series.add({
      id: row.id,
      device: row.device,
      field: row.field,
      type: row.type as FieldType, // only series_put writes this column
      time: row.cur_time,
      value: row.cur_value === null ? null : decodeValue(row.cur_value),
      lastArrival: row.last_arrival,
      lastSeq: row.sealed_seq,
    });
  }
  return series;
}
