import { decodeValue } from "../../sqlite/data/block.ts";
import { type Columns, mergeColumns } from "../../sqlite/data/block/columns.ts";
import type { Packed } from "../../sqlite/data/block/packed.ts";
import { sound } from "../../sqlite/data/sound.ts";
import { Head } from "../../sqlite/data/head.ts";
import { SeriesView, type Sink } from "../../sqlite/data/scan.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import { END_OF_TIME } from "../../ports.ts";
import type { PeopleCopy } from "./people.ts";

/** Points that one step reads at least, where there are so many. */
const STEP = 16_384;

class Taken implements Sink {
  readonly pieces: Columns[] = [];
  private count = 0;
  get full(): boolean {
    return this.count >= STEP;
  }
  points(c: Columns): void {
    this.pieces.push(c);
    this.count += c.times.length;
  }
  block(block: Packed): void {
    this.points(block.columns());
  }
}

/**
 * Fills in what was sealed before SQL was switched on: a stretch of one series in each transaction. What is sealed meanwhile is written at once
 * where the series is filled already, and found by this where it is not.
 */
export class Fill {
  constructor(
    private readonly db: Sql,
    private readonly copy: PeopleCopy,
    private readonly transaction: (work: () => void) => void,
  ) {}

  /** Does some of it, for about `budget` ms; false when nothing is left. What is damaged is left out. */
  step(budget: number): boolean {
    const end = performance.now() + budget;
    while (performance.now() < end) {
      const next = this.copy.due.next;
      if (next === null) return false;
      const { series } = next;
      let upto: number | null = null;
      this.transaction(() => {
        upto = this.stretch(series, next.upto);
        this.copy.due.write(series, upto);
      });
      this.copy.due.written(series, upto);
    }
    return this.copy.due.next !== null;
  }

  /** Where to go on; null: the series is whole. */
  private stretch(series: number, from: number): number | null {
    if (from === Number.MIN_SAFE_INTEGER) this.current(series);
    const view = SeriesView.of(this.db, new Head(), series);
    if (view === null) return null;
    const taken = new Taken();
    const whole = sound(() => view.scan(from, END_OF_TIME, taken, () => false) === null);
    const points = mergeColumns(taken.pieces);
    const last = points.times[points.times.length - 1];
    if (last === undefined) return whole === null ? this.behindDamage(series, from) : null;
    this.copy.fill(series, points);
    return last + 1;
  }
  /** Behind a block that cannot be read. */
  private behindDamage(series: number, from: number): number | null {
    const next = this.db
      .query<{ t0: number }>("SELECT t0 FROM block WHERE series = ? AND t0 > ? ORDER BY t0 LIMIT 1")
      .get(series, from);
    return next === null ? null : next.t0;
  }
  private current(series: number): void {
    const row = this.db
      .query<{ cur_time: number | null; cur_value: Uint8Array | null }>(
        "SELECT cur_time, cur_value FROM series WHERE id = ?",
      )
      .get(series);
    if (row === null || row.cur_time === null || row.cur_value === null) return;
    const { cur_time: time, cur_value: body } = row;
    const value = sound(() => decodeValue(body));
    if (value !== null) this.copy.current(series, time, value);
  }
}
