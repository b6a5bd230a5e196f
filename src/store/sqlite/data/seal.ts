import type { Value } from "../../../measure/types.ts";
import { BLOCK_ROWS, BLOCK_TEXT, encodeValue } from "./block.ts";
import { mergeColumns } from "./block/columns.ts";
import { BlockTables } from "./blocks.ts";
import { Compactor } from "./compact.ts";
import { NO_COPY, type PointCopy } from "./copy.ts";
import { Gathered } from "./gathered.ts";
import { isPurged, isStampPurged, type Purge, Purges } from "./purge.ts";
import { becomesCurrent, isStamped, settleRows } from "../../apply.ts";
import { AHEAD, ReadAhead } from "./read-ahead.ts";
import { Sweeper } from "./sweep.ts";
import { knownType } from "../../../measure/types.ts";
import type { Sql } from "./sql.ts";

/** One pass takes at most so much of the log, which bounds its memory. */
const PASS_ROWS = 1_048_576;
const PASS_BYTES = 32 * 1024 * 1024;
/** Log records deleted at a time: more of them stall the commits behind. */
const TRIM_RECORDS = 8;

interface LogRow {
  id: number;
  count: number;
  body: Uint8Array;
}
interface SeriesRow {
  type: string;
  cur_time: number | null;
  last_arrival: number;
  sealed_seq: number;
}
interface Pass {
  readonly gathered: Gathered;
  phase: "gather" | "sort" | "seal" | "trim";
  /** Rows that it has room for. */
  readonly capacity: number;
  /** Only records before this one. */
  readonly before: number;
  /** Id of the last record taken. */
  taken: number;
  /** Rows of the records taken, session operations included, and their bytes. */
  rows: number;
  bytes: number;
  /** Series that are to be sealed, in the order of their rows in the file, so that neighbours share pages. */
  queue: readonly number[];
  /** How many of them are done. */
  done: number;
  current: { readonly rows: Uint32Array; at: number } | null;
}

/**
 * Moves log rows up to the trim mark into parts and blocks of their series and deletes the log records then, in slices
 * between the commits. Each slice is a transaction of its own that moves points, the series' current value and its
 * `sealed_seq` together: rows up to `sealed_seq` count as sealed wherever the log is read, so a crash between any two
 * slices neither loses nor doubles a point. All state in memory may be thrown away at any time.
 */
export class Sealer {
  private pass: Pass | null = null;
  private trimTo: number;
  private readonly compactor: Compactor;
  private readonly sweeper: Sweeper;
  private readonly ahead: ReadAhead;
  /** What left the log since this object was made. */
  trimmedRows = 0;
  trimmedBytes = 0;
  /** The deletions in the file; null: to be read. */
  private known: Purges | null = null;

  /**
   * @param transaction does work in a transaction of its own, which need not be on the disk before the next commit is
   * @param trimming is called in it before records of the log go; null: the numbers of the log are kept elsewhere, and its last one may go
   */
  constructor(
    private readonly db: Sql,
    private readonly transaction: (work: () => void) => void,
    private readonly trimming: (() => void) | null,
    private readonly copy: PointCopy = NO_COPY,
  ) {
    this.trimTo = db.query<{ trim_to: number }, []>("SELECT trim_to FROM meta").get()?.trim_to ?? 0;
    const tables = new BlockTables(db, copy);
    this.compactor = new Compactor(tables);
    this.ahead = new ReadAhead(db, "seal");
    this.sweeper = new Sweeper(tables, db);
  }

  /** A trim up to here was committed. */
  trim(upTo: number): void {
    this.trimTo = Math.max(this.trimTo, upTo);
  }
  /** A series, a session or points were deleted in a commit, or are to be dropped. */
  swept(): void {
    this.forget();
  }
  private forget(): void {
    this.compactor.forget();
    this.sweeper.due();
    this.known = null;
  }
  private get purges(): Purges {
    this.known ??= new Purges(this.db);
    return this.known;
  }

  /**
   * Does one slice of about `budget` ms. Returns false when nothing is left to do. After an error it starts over from
   * what is in the file. @throws SQLite's errors, RangeError when a log record is damaged
   */
  step(budget: number): boolean {
    const end = performance.now() + budget;
    try {
      if (this.sweeper.pending) {
        // Before anything is sealed: what blocks hold afterwards was written after the deletion.
        this.known = null;
        this.transaction(() => {
          while (this.sweeper.step() && performance.now() < end);
        });
        return true;
      }
      if (!this.compactor.idle) {
        this.transaction(() => {
          this.compactor.ahead.begins();
          while (this.compactor.step() && performance.now() < end);
        });
        return true;
      }
      this.pass ??= this.begin();
      if (this.pass === null) return false;
      this.slice(this.pass, end);
      return true;
    } catch (error) {
      this.pass = null;
      this.forget();
      throw error;
    }
  }

  private begin(): Pass | null {
    const first = this.db
      .query<{ id: number; count: number }, []>("SELECT id, count FROM log ORDER BY id LIMIT 1")
      .get();
    const last = this.db.query<{ id: number }, []>("SELECT id FROM log ORDER BY id DESC LIMIT 1").get();
    if (first === null || last === null || (first.id === last.id && this.trimming !== null)) return null;
    if (first.id + first.count - 1 > this.trimTo) return null;
    // Rows have consecutive numbers.
    const capacity = Math.max(first.count, Math.min(PASS_ROWS, this.trimTo + 1 - first.id));
    return {
      gathered: new Gathered(capacity),
      capacity,
      before: this.trimming === null ? Number.MAX_SAFE_INTEGER : last.id,
      phase: "gather",
      taken: -1,
      rows: 0,
      bytes: 0,
      queue: [],
      done: 0,
      current: null,
    };
  }

  private slice(pass: Pass, end: number): void {
    switch (pass.phase) {
      case "gather":
        while (this.gather(pass) && performance.now() < end);
        return;
      case "sort":
        while (pass.phase === "sort" && performance.now() < end) if (!pass.gathered.sort()) pass.phase = "seal";
        return;
      case "seal":
        this.transaction(() => {
          this.ahead.begins();
          while (this.sealSome(pass) && performance.now() < end);
        });
        return;
      case "trim":
        this.trimSome(pass, end);
        return;
      default:
        pass.phase satisfies never;
    }
  }

  /** Takes the next record; false when there is none that fits into this pass. */
  private gather(pass: Pass): boolean {
    const row = this.db
      .query<LogRow, [number, number]>("SELECT id, count, body FROM log WHERE id > ? AND id < ? ORDER BY id LIMIT 1")
      .get(pass.taken, pass.before);
    const whole = row !== null && row.id + row.count - 1 <= this.trimTo;
    if (row === null || !whole || pass.rows + row.count > pass.capacity || pass.bytes >= PASS_BYTES) {
      pass.phase = "sort";
      pass.queue = pass.gathered.series;
      return false;
    }
    pass.gathered.add(row.id, row.body);
    pass.taken = row.id;
    pass.rows += row.count;
    pass.bytes += row.body.length;
    return true;
  }

  /** Seals at most one block's worth of one series; false when the pass has no rows left. */
  private sealSome(pass: Pass): boolean {
    const place = pass.current === null ? pass.done : pass.done - 1;
    const series = pass.queue[place];
    if (series === undefined) {
      pass.phase = "trim";
      return false;
    }
    this.ahead.comesTo(series, () => pass.queue.slice(place, place + AHEAD));
    const row = this.series(series);
    if (pass.current === null) {
      pass.done++;
      if (row === null) return true;
      const rows = pass.gathered.rowsOf(series, row.sealed_seq);
      const order = { arrival: row.last_arrival, current: row.cur_time ?? Number.NaN };
      if (pass.gathered.isProposed) settleRows(rows, pass.gathered, order);
      if (rows.length > 0) pass.current = { rows, at: 0 };
      return true;
    }
    const { rows, at } = pass.current;
    // A series deleted since the last slice: its rows leave with the log.
    const taken = row === null ? rows.length : this.sealRows(pass.gathered, series, row, rows, at);
    pass.current.at += taken;
    if (pass.current.at >= rows.length) pass.current = null;
    return true;
  }

  private series(id: number): SeriesRow | null {
    return this.db
      .query<SeriesRow, [number]>("SELECT type, cur_time, last_arrival, sealed_seq FROM series WHERE id = ?")
      .get(id);
  }

  /** Moves rows from `at` on out of the log, as many as fill a block together with what is sealed already. Returns how many. */
  private sealRows(gathered: Gathered, series: number, row: SeriesRow, rows: Uint32Array, at: number): number {
    const room = at === 0 ? this.compactor.room(series, gathered.timeOf(rows[0] ?? 0)) : BLOCK_ROWS;
    const high = portion(gathered, rows, at, room);
    const purges = this.purges.of(series);
    const all = rows.subarray(at, high);
    const kept =
      purges.length === 0 ? all : all.filter((r) => !isPurged(purges, gathered.seqOf(r), gathered.timeOf(r)));
    if (kept.length > 0)
      this.compactor.append(series, knownType(row.type)?.isTotal ?? false, mergeColumns([gathered.columns(kept)]));
    this.advance(gathered, series, row, rows, at, high, purges);
    return high - at;
  }

  /** The series' current value, last arrival and mark after the rows from `at` to before `high`. */
  private advance(
    gathered: Gathered,
    series: number,
    row: SeriesRow,
    rows: Uint32Array,
    at: number,
    high: number,
    purges: readonly Purge[],
  ): void {
    let time = row.cur_time;
    let current = -1;
    let arrival = row.last_arrival;
    for (let i = at; i < high; i++) {
      const r = rows[i] ?? 0;
      const t = gathered.timeOf(r);
      const flags = gathered.flagsOf(r);
      if (isStamped(flags) && t > arrival && !isStampPurged(purges, gathered.seqOf(r), t)) arrival = t;
      if (!becomesCurrent(flags, t, time)) continue;
      time = t;
      current = r;
    }
    const value: Value | null = current < 0 ? null : gathered.valueOf(current);
    if (value !== null) this.copy.current(series, time ?? 0, value);
    this.db
      .query(
        "UPDATE series SET cur_time = ?, cur_value = coalesce(?, cur_value), last_arrival = ?, sealed_seq = ? WHERE id = ?",
      )
      .run(time, value === null ? null : encodeValue(value), arrival, gathered.seqOf(rows[high - 1] ?? 0), series);
  }

  private trimSome(pass: Pass, end: number): void {
    let [rows, bytes, more] = [0, 0, true];
    this.transaction(() => {
      for (; more && performance.now() < end; ) {
        const gone = this.deleteSome(pass);
        more = gone.length === TRIM_RECORDS;
        for (const record of gone) {
          rows += record.count;
          bytes += record.bytes;
        }
      }
      if (!more) this.db.query("DELETE FROM purge WHERE swept = 1 AND seq < (SELECT min(id) FROM log)").run();
    });
    this.trimmedRows += rows;
    this.trimmedBytes += bytes;
    if (more) return;
    this.pass = null;
    this.known = null;
  }
  /** Deletes some sealed log records, fewer than TRIM_RECORDS when they are the last ones of the pass. */
  private deleteSome(pass: Pass): { count: number; bytes: number }[] {
    this.trimming?.();
    return this.db
      .query<{ count: number; bytes: number }, [number, number]>(
        "DELETE FROM log WHERE id IN (SELECT id FROM log WHERE id <= ? ORDER BY id LIMIT ?) " +
          "RETURNING count, length(body) AS bytes",
      )
      .all(pass.taken, TRIM_RECORDS);
  }
}

/** Index behind the rows from `at` on, at most `room`, that one block may hold. */
function portion(gathered: Gathered, rows: Uint32Array, at: number, room: number): number {
  const most = Math.min(rows.length, at + room);
  let characters = 0;
  for (let i = at; i < most; i++) {
    characters += gathered.textLength(rows[i] ?? 0);
    if (characters > BLOCK_TEXT) return Math.max(i, at + 1);
  }
  return most;
}
