import { BLOCK_ROWS, BLOCK_TEXT, decodeBlock, encodeBlock } from "./block.ts";
import { type Columns, sliceOf } from "./block/columns.ts";
import { type FieldTypeSpec, knownType } from "../../../measure/types.ts";
import { NO_COPY, type PointCopy } from "./copy.ts";
import type { Sql } from "./sql.ts";

/** One row of the table block or part. */
export interface Stretch {
  readonly id: number;
  readonly t0: number;
  readonly t1: number;
  readonly n: number;
}
/** A part, and how large its body is. */
export interface PartInfo extends Stretch {
  readonly bytes: number;
}
export type Table = "block" | "part";

/** The SQL of blocks and parts, and a copy that goes along with them, inside the caller's transaction. Bodies that are damaged throw RangeErrors. */
export class BlockTables {
  constructor(
    readonly db: Sql,
    readonly copy: PointCopy = NO_COPY,
  ) {}

  /** The parts of a series in the order written. */
  parts(series: number): PartInfo[] {
    return this.db
      .query<PartInfo, [number]>("SELECT id, t0, t1, n, length(body) AS bytes FROM part WHERE series = ? ORDER BY id")
      .all(series);
  }
  /** Series of which so many parts, points or bytes have gathered in parts. */
  gathered(parts: number, rows: number, bytes: number): number[] {
    const sql = "SELECT series FROM part GROUP BY series HAVING count(*) >= ? OR sum(n) >= ? OR sum(length(body)) >= ?";
    const found = this.db.query<{ series: number }, [number, number, number]>(sql).all(parts, rows, bytes);
    return found.map(({ series }) => series);
  }
  columns(table: Table, id: number): Columns | null {
    const row = this.db.query<{ body: Uint8Array }, [number]>(`SELECT body FROM ${table} WHERE id = ?`).get(id);
    return row === null ? null : decodeBlock(row.body);
  }
  /** End of the block with the latest start; -Infinity: there is none. */
  lastTime(series: number): number {
    const row = this.db
      .query<{ t1: number }, [number]>("SELECT t1 FROM block WHERE series = ? ORDER BY t0 DESC LIMIT 1")
      .get(series);
    return row?.t1 ?? Number.NEGATIVE_INFINITY;
  }
  /** The block with the latest start that is not after `time`. */
  blockAt(series: number, time: number): Stretch | null {
    return this.db
      .query<Stretch, [number, number]>(
        "SELECT id, t0, t1, n FROM block WHERE series = ? AND t0 <= ? ORDER BY t0 DESC, id DESC LIMIT 1",
      )
      .get(series, time);
  }
  /** Start of the first block after `time`; Infinity: there is none. */
  nextStart(series: number, time: number): number {
    const row = this.db
      .query<{ t0: number }, [number, number]>("SELECT t0 FROM block WHERE series = ? AND t0 > ? ORDER BY t0 LIMIT 1")
      .get(series, time);
    return row?.t0 ?? Number.POSITIVE_INFINITY;
  }
  /** The earliest of parts and blocks; null: there is none. */
  earliest(series: number): { t0: number; t1: number } | null {
    const first = (table: Table): { t0: number; t1: number } | null =>
      this.db
        .query<{ t0: number; t1: number }, [number]>(`SELECT t0, t1 FROM ${table} WHERE series = ? ORDER BY t0 LIMIT 1`)
        .get(series);
    const [part, block] = [first("part"), first("block")];
    if (part === null || block === null) return part ?? block;
    return part.t0 < block.t0 ? part : block;
  }
  /** What reaches into from <= time < to, by start. */
  overlapping(table: Table, series: number, from: number, to: number): Stretch[] {
    return this.db
      .query<Stretch, [number, number, number]>(
        `SELECT id, t0, t1, n FROM ${table} WHERE series = ? AND t0 < ? AND t1 >= ? ORDER BY t0`,
      )
      .all(series, to, from);
  }

  insert(table: Table, series: number, c: Columns, counter: boolean): void {
    if (c.times.length === 0) return;
    this.db
      .query(`INSERT INTO ${table} (series, t0, t1, n, body) VALUES (?, ?, ?, ?, ?)`)
      .run(series, ...rowOf(c, counter));
  }
  /**
   * Puts other points in the place of a row of a series, which goes when there are none. Its bytes go first: an UPDATE would take room
   * for the new ones before, and find none when the disk is full.
   */
  replace(table: Table, id: number, series: number, c: Columns, counter: boolean): void {
    this.remove(table, id);
    if (c.times.length === 0) return;
    this.db
      .query(`INSERT INTO ${table} (id, series, t0, t1, n, body) VALUES (?, ?, ?, ?, ?, ?)`)
      .run(id, series, ...rowOf(c, counter));
  }
  remove(table: Table, id: number): void {
    this.db.query(`DELETE FROM ${table} WHERE id = ?`).run(id);
  }
  /** Points before this time were rolled up; -Infinity: none. */
  rolledTo(series: number): number {
    const row = this.db
      .query<{ rolled_to: number | null }, [number]>("SELECT rolled_to FROM series WHERE id = ?")
      .get(series);
    return row?.rolled_to ?? Number.NEGATIVE_INFINITY;
  }
  /** Notes that points before a time were rolled up; it never falls. */
  setRolledTo(series: number, time: number): void {
    this.db.query("UPDATE series SET rolled_to = max(coalesce(rolled_to, ?), ?) WHERE id = ?").run(time, time, series);
  }
  /** No rollups are kept of a series any more. */
  forgetRolledTo(series: number): void {
    this.db.query("UPDATE series SET rolled_to = NULL WHERE id = ? AND rolled_to IS NOT NULL").run(series);
  }
  /** Whether its points are running totals, of which blocks note the increase. */
  isTotal(series: number): boolean {
    return this.typeOf(series)?.isTotal ?? false;
  }
  /** Whether figures of it can be kept. */
  hasRollups(series: number): boolean {
    return this.typeOf(series)?.hasRollups ?? false;
  }
  /** undefined: there is no such series, or what its row says is no type. */
  typeOf(series: number): FieldTypeSpec | undefined {
    const row = this.db.query<{ type: string }, [number]>("SELECT type FROM series WHERE id = ?").get(series);
    return row === null ? undefined : knownType(row.type);
  }
}

/** t0, t1, n and body of a row. */
function rowOf(c: Columns, counter: boolean): readonly [number, number, number, Uint8Array] {
  return [c.times[0] ?? 0, c.times.at(-1) ?? 0, c.times.length, encodeBlock(c, counter)];
}

/** Where a block of points from `low` on ends: full by rows, or by text. `high` behind the last point: it is not full. */
export function blockEnd(c: Columns, low: number): { high: number; full: boolean } {
  const most = Math.min(c.times.length, low + BLOCK_ROWS);
  if (!("odd" in c)) return { high: most, full: most === low + BLOCK_ROWS };
  let characters = 0;
  for (let i = low; i < most; i++) {
    const value = c.odd[i];
    characters += typeof value === "string" ? value.length : 0;
    if (characters > BLOCK_TEXT) return { high: Math.max(i, low + 1), full: true };
  }
  return { high: most, full: most === low + BLOCK_ROWS };
}
/** Points cut into what blocks may hold; the last piece may be short. */
export function cutIntoBlocks(c: Columns): Columns[] {
  const pieces: Columns[] = [];
  for (let low = 0; low < c.times.length; ) {
    const { high } = blockEnd(c, low);
    pieces.push(sliceOf(c, low, high));
    low = high;
  }
  return pieces;
}
