import type { Value } from "../../../measure/types.ts";
import { type Columns, mergeColumns } from "../../sqlite/data/block/columns.ts";
import type { PointCopy } from "../../sqlite/data/copy.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import type { Due } from "./due.ts";
import { listed, put } from "./stamps.ts";
import type { PointTable } from "./table.ts";

/** Current values of one statement. */
const MOST = 5000;
const PUT = put("current_point", "series");

/**
 * The copy of what is sealed that people read with SQL. What a transaction brings is gathered, and written at its end: some
 * questions for all series instead of some for each.
 */
export class PeopleCopy implements PointCopy {
  private points = new Map<number, Columns[]>();
  private currents = new Map<number, { readonly series: number; readonly time: number; readonly value: Value }>();

  constructor(
    private readonly db: Sql,
    private readonly table: PointTable,
    readonly due: Due,
  ) {}

  append(series: number, points: Columns): void {
    const some = this.due.portion(series, points);
    if (some.times.length === 0) return;
    const list = this.points.get(series);
    if (list === undefined) this.points.set(series, [some]);
    else list.push(some);
  }
  /** Points that are newer in time than all of a series that is there. */
  fill(series: number, points: Columns): void {
    this.points.set(series, [points]);
  }
  drop(series: number, from: number, to: number): void {
    this.flush();
    this.table.drop(series, from, to);
  }
  bury(series: number): void {
    this.points.delete(series);
    this.currents.delete(series);
    this.table.remove(series);
    this.db.query("DELETE FROM current_point WHERE series = $1").run(series);
    this.due.write(series, null);
  }
  current(series: number, time: number, value: Value): void {
    this.currents.set(series, { series, time, value });
  }

  /** Before the transaction is committed. */
  flush(): void {
    const { points } = this;
    const currents = [...this.currents.values()];
    this.forget();
    if (points.size > 0) this.table.add(new Map([...points].map(([series, some]) => [series, mergeColumns(some)])));
    for (let at = 0; at < currents.length; at += MOST) this.db.query(PUT).run(...listed(currents.slice(at, at + MOST)));
  }
  /** The transaction was undone. */
  forget(): void {
    this.points = new Map();
    this.currents = new Map();
  }
}
