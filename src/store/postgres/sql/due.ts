import { type Columns, within } from "../../sqlite/data/block/columns.ts";
import type { Sql } from "../../sqlite/data/sql.ts";

/** Series of which only the points before a time are there for SQL: the rest is filled in from what is stored. */
export class Due {
  private readonly upto = new Map<number, number>();

  constructor(private readonly db: Sql) {
    for (const { series, upto } of db.query<{ series: number; upto: number }>("SELECT series, upto FROM sql_due").all())
      this.upto.set(series, upto);
  }
  get size(): number {
    return this.upto.size;
  }
  /** The next one, and from which time on it is to be filled. */
  get next(): readonly [series: number, from: number] | null {
    for (const one of this.upto) return one;
    return null;
  }
  /** Those of a series' newly sealed points that filling in would pass over. */
  portion(series: number, points: Columns): Columns {
    const upto = this.upto.get(series);
    return upto === undefined ? points : within(points, Number.MIN_SAFE_INTEGER, upto);
  }
  /** In a transaction. @param upto null: all of it is there */
  write(series: number, upto: number | null): void {
    if (upto === null) this.db.query("DELETE FROM sql_due WHERE series = ?").run(series);
    else this.db.query("UPDATE sql_due SET upto = ? WHERE series = ?").run(upto, series);
  }
  /** It is committed. */
  written(series: number, upto: number | null): void {
    if (upto === null) this.upto.delete(series);
    else this.upto.set(series, upto);
  }
}
