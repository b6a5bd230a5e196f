import type { Database } from "bun:sqlite";
import type { Value } from "../../../measure/types.ts";
import { BLOCK_ROWS, decodeBlock, encodeBlock, encodeValue, mergePoints, type Points } from "./block.ts";
import { Head } from "./head.ts";
import { DOOMED_SERIES, DOOMED_SESSION } from "./ops.ts";
import { becomesCurrent } from "./recover.ts";

/** One pass takes at most so much of the log, which bounds its memory. */
const PASS_ROWS = 262_144;
const PASS_BYTES = 16 * 1024 * 1024;
/** Log records deleted in one slice: bulk deletes stall the commits behind them. */
const TRIM_RECORDS = 8;
const BURY_ROWS = 64;

interface LogRow {
  id: number;
  count: number;
  body: Uint8Array;
}
interface SeriesRow {
  cur_time: number | null;
  last_arrival: number;
  sealed_seq: number;
  last_block: number | null;
}
interface Pass {
  readonly head: Head;
  /** Only records before this one: the last row of the log stays. */
  readonly before: number;
  phase: "gather" | "seal" | "trim";
  /** Id of the last record taken. */
  taken: number;
  bytes: number;
  /** Series that are still to be sealed. */
  queue: number[];
  current: { readonly series: number; readonly rows: readonly number[]; at: number } | null;
}

/**
 * Moves log rows up to the trim mark into the blocks of their series and deletes the log records then, in slices
 * between the commits. Each slice is a transaction of its own that moves points, the series' current value and its
 * `sealed_seq` together: rows up to `sealed_seq` count as sealed wherever the log is read, so a crash between any two
 * slices neither loses nor doubles a point. All state in memory may be thrown away at any time.
 */
export class Sealer {
  private pass: Pass | null = null;
  private trimTo: number;
  private doomed = true;

  constructor(private readonly db: Database) {
    this.trimTo = db.query<{ trim_to: number }, []>("SELECT trim_to FROM meta").get()?.trim_to ?? 0;
  }

  /** A trim up to here was committed. */
  trim(upTo: number): void {
    this.trimTo = Math.max(this.trimTo, upTo);
  }
  /** A series or session was deleted in a commit. */
  bury(): void {
    this.doomed = true;
  }

  /**
   * Does one slice of about `budget` ms. Returns false when nothing is left to do. After an error it starts over from
   * what is in the file. @throws SQLite's errors, RangeError when a log record is damaged
   */
  step(budget: number): boolean {
    try {
      if (this.doomed) {
        this.transaction(() => this.buryOne());
        return true;
      }
      this.pass ??= this.begin();
      if (this.pass === null) return false;
      const end = performance.now() + budget;
      this.slice(this.pass, end);
      return true;
    } catch (error) {
      this.pass = null;
      throw error;
    }
  }

  private transaction(work: () => void): void {
    this.db.query("BEGIN IMMEDIATE").run();
    try {
      work();
      this.db.query("COMMIT").run();
    } catch (error) {
      if (this.db.inTransaction) this.db.query("ROLLBACK").run();
      throw error;
    }
  }

  private buryOne(): void {
    const next = this.db.query<{ kind: number; owner: number }, []>("SELECT kind, owner FROM doomed LIMIT 1").get();
    if (next === null) {
      this.doomed = false;
      return;
    }
    const { kind, owner } = next;
    let left = 0;
    if (kind === DOOMED_SERIES) {
      left = this.db
        .query("DELETE FROM block WHERE id IN (SELECT id FROM block WHERE series = ? LIMIT ?)")
        .run(owner, BURY_ROWS).changes;
    } else if (kind === DOOMED_SESSION) {
      left = this.db
        .query("DELETE FROM queue_chunk WHERE id IN (SELECT id FROM queue_chunk WHERE session = ? LIMIT ?)")
        .run(owner, BURY_ROWS).changes;
    }
    if (left < BURY_ROWS) this.db.query("DELETE FROM doomed WHERE kind = ? AND owner = ?").run(kind, owner);
  }

  private begin(): Pass | null {
    const first = this.db
      .query<{ id: number; count: number }, []>("SELECT id, count FROM log ORDER BY id LIMIT 1")
      .get();
    const last = this.db.query<{ id: number }, []>("SELECT id FROM log ORDER BY id DESC LIMIT 1").get();
    if (first === null || last === null || first.id === last.id) return null;
    if (first.id + first.count - 1 > this.trimTo) return null;
    return { head: new Head(), before: last.id, phase: "gather", taken: -1, bytes: 0, queue: [], current: null };
  }

  private slice(pass: Pass, end: number): void {
    switch (pass.phase) {
      case "gather":
        while (pass.phase === "gather" && performance.now() < end) this.gather(pass);
        return;
      case "seal":
        this.transaction(() => {
          while (this.sealSome(pass) && performance.now() < end);
        });
        return;
      case "trim":
        this.transaction(() => this.deleteSome(pass));
        return;
      default:
        pass.phase satisfies never;
    }
  }

  private gather(pass: Pass): void {
    const row = this.db
      .query<LogRow, [number, number]>("SELECT id, count, body FROM log WHERE id > ? AND id < ? ORDER BY id LIMIT 1")
      .get(pass.taken, pass.before);
    const whole = row !== null && row.id + row.count - 1 <= this.trimTo;
    if (row === null || !whole || pass.head.rows >= PASS_ROWS || pass.bytes >= PASS_BYTES) {
      pass.phase = "seal";
      pass.queue = pass.head.series;
      return;
    }
    pass.head.add(row.body);
    pass.taken = row.id;
    pass.bytes += row.body.length;
  }

  /** Seals at most one block's worth of one series; false when the pass has no rows left. */
  private sealSome(pass: Pass): boolean {
    if (pass.current === null) {
      const series = pass.queue.pop();
      if (series === undefined) {
        pass.phase = "trim";
        return false;
      }
      const row = this.series(series);
      if (row === null) return true;
      const rows = pass.head.rowsOf(series, row.sealed_seq, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      if (rows.length > 0) pass.current = { series, rows, at: 0 };
      return true;
    }
    const { series, rows, at } = pass.current;
    const row = this.series(series);
    // A series deleted since the last slice: its rows leave with the log.
    const taken = row === null ? rows.length : this.sealRows(pass.head, series, row, rows, at);
    pass.current.at += taken;
    if (pass.current.at >= rows.length) pass.current = null;
    return true;
  }

  private series(id: number): SeriesRow | null {
    return this.db
      .query<SeriesRow, [number]>("SELECT cur_time, last_arrival, sealed_seq, last_block FROM series WHERE id = ?")
      .get(id);
  }

  /** Moves rows from `at` on into the newest block, or a new one when that is full. Returns how many. */
  private sealRows(head: Head, series: number, row: SeriesRow, rows: readonly number[], at: number): number {
    const open = row.last_block === null ? null : this.openBlock(row.last_block);
    const room = BLOCK_ROWS - (open?.points.times.length ?? 0);
    const part = rows.slice(at, at + room);
    const points: Points = { times: [], values: [] };
    let time = row.cur_time;
    let value: Value | null = null;
    let arrival = row.last_arrival;
    for (const r of part) {
      const t = head.timeOf(r);
      const v = head.valueOf(r);
      points.times.push(t);
      points.values.push(v);
      const explicit = head.isExplicit(r);
      if (!explicit && t > arrival) arrival = t;
      if (becomesCurrent(explicit, t, time)) {
        time = t;
        value = v;
      }
    }
    const block = this.writeBlock(
      series,
      open?.id ?? null,
      mergePoints(open?.points ?? { times: [], values: [] }, points),
    );
    const sealed = head.seqOf(part[part.length - 1] ?? 0);
    this.db
      .query(
        "UPDATE series SET cur_time = ?, cur_value = coalesce(?, cur_value), last_arrival = ?, sealed_seq = ?, " +
          "last_block = ? WHERE id = ?",
      )
      .run(time, value === null ? null : encodeValue(value), arrival, sealed, block, series);
    return part.length;
  }

  /** The series' newest block while it has room; a damaged one is left alone and a new one begun. */
  private openBlock(id: number): { id: number; points: Points } | null {
    const row = this.db
      .query<{ n: number; body: Uint8Array }, [number]>("SELECT n, body FROM block WHERE id = ?")
      .get(id);
    if (row === null || row.n >= BLOCK_ROWS) return null;
    try {
      return { id, points: decodeBlock(row.body) };
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  private writeBlock(series: number, id: number | null, points: Points): number {
    const { times } = points;
    const t0 = times[0] ?? 0;
    const t1 = times[times.length - 1] ?? 0;
    const body = encodeBlock(points);
    if (id !== null) {
      this.db
        .query("UPDATE block SET t0 = ?, t1 = ?, n = ?, body = ? WHERE id = ?")
        .run(t0, t1, times.length, body, id);
      return id;
    }
    const done = this.db
      .query("INSERT INTO block (series, t0, t1, n, body) VALUES (?, ?, ?, ?, ?)")
      .run(series, t0, t1, times.length, body);
    return Number(done.lastInsertRowid);
  }

  private deleteSome(pass: Pass): void {
    // SQLite starts row ids again in an empty table; the last row stays and the next number is kept besides.
    this.db
      .query("UPDATE meta SET next_seq = max(next_seq, (SELECT id + count FROM log ORDER BY id DESC LIMIT 1))")
      .run();
    const gone = this.db
      .query("DELETE FROM log WHERE id IN (SELECT id FROM log WHERE id <= ? ORDER BY id LIMIT ?)")
      .run(pass.taken, TRIM_RECORDS).changes;
    if (gone < TRIM_RECORDS) this.pass = null;
  }
}
