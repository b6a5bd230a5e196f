import { type Columns, valueAt } from "../../sqlite/data/block/columns.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import { listed, put, stamp } from "./stamps.ts";
import type { PointTable } from "./table.ts";

/** Points of one statement. */
const MOST = 20_000;
const PUT = put("point_row", "series, time");

/** A row for each point. */
export class PointRows implements PointTable {
  constructor(private readonly db: Sql) {}

  add(points: ReadonlyMap<number, Columns>): void {
    let some: { series: number; time: number; value: ReturnType<typeof valueAt> }[] = [];
    const flush = (): void => {
      if (some.length > 0) this.db.query(PUT).run(...listed(some));
      some = [];
    };
    for (const [series, c] of points)
      for (let i = 0; i < c.times.length; i++) {
        some.push({ series, time: c.times[i] ?? 0, value: valueAt(c, i) });
        if (some.length >= MOST) flush();
      }
    flush();
  }
  drop(series: number, from: number, to: number): void {
    const range = `time >= ${stamp("$2::bigint")} AND time < ${stamp("$3::bigint")}`;
    this.db.query(`DELETE FROM point_row WHERE series = $1 AND ${range}`).run(series, from, to);
  }
  remove(series: number): void {
    this.db.query("DELETE FROM point_row WHERE series = $1").run(series);
  }
}
