import { type Columns, within } from "../../sqlite/data/block/columns.ts";
import type { Sql } from "../../sqlite/data/sql.ts";

/** Rows that are read at a time: there may be millions. */
const PIECE = 50_000;
interface Row {
  readonly series: number;
  readonly upto: number;
}

/**
 * Series of which only the points before a time are there for SQL: the rest is filled in from what is stored, one series after the other. All but
 * the first are due from the beginning of time, so a bit for each is enough.
 */
export class Due {
  private bits = new Uint8Array(0);
  /** The one that is being filled, and up to which time it is. */
  private first: Row | null = null;
  /** No series before this one is due. */
  private at = 0;

  constructor(private readonly db: Sql) {
    const some = db.query<Row>("SELECT series, upto FROM sql_due WHERE series > ? ORDER BY series LIMIT ?");
    for (let last = -1; ; ) {
      const rows = some.all(last, PIECE);
      for (const row of rows) this.note(row);
      last = rows.at(-1)?.series ?? last;
      if (rows.length < PIECE) break;
    }
  }
  private note(row: Row): void {
    const { series } = row;
    if (series >>> 3 >= this.bits.length) {
      const wider = new Uint8Array(2 * ((series >>> 3) + 1));
      wider.set(this.bits);
      this.bits = wider;
    }
    this.bits[series >>> 3] = (this.bits[series >>> 3] ?? 0) | (1 << (series & 7));
    if (row.upto !== Number.MIN_SAFE_INTEGER) this.first = row;
  }
  private has(series: number): boolean {
    return ((this.bits[series >>> 3] ?? 0) & (1 << (series & 7))) !== 0;
  }

  /** The next one, and from which time on it is to be filled; null: nothing is due. */
  get next(): Row | null {
    if (this.first !== null) return this.first;
    const end = this.bits.length * 8;
    while (this.at < end && !this.has(this.at)) this.at += this.bits[this.at >>> 3] === 0 ? 8 - (this.at & 7) : 1;
    return this.at < end ? { series: this.at, upto: Number.MIN_SAFE_INTEGER } : null;
  }
  /** Those of a series' newly sealed points that filling in would pass over. */
  portion(series: number, points: Columns): Columns {
    if (!this.has(series)) return points;
    return within(
      points,
      Number.MIN_SAFE_INTEGER,
      this.first?.series === series ? this.first.upto : Number.MIN_SAFE_INTEGER,
    );
  }
  /** In a transaction. @param upto null: all of it is there */
  write(series: number, upto: number | null): void {
    if (!this.has(series)) return;
    if (upto === null) this.db.query("DELETE FROM sql_due WHERE series = ?").run(series);
    else this.db.query("UPDATE sql_due SET upto = ? WHERE series = ?").run(upto, series);
  }
  /** It is committed. */
  written(series: number, upto: number | null): void {
    if (upto === null) this.bits[series >>> 3] = (this.bits[series >>> 3] ?? 0) & ~(1 << (series & 7));
    this.first = upto === null ? null : { series, upto };
  }
}
