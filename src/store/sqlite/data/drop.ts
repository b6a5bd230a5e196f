import { without } from "./block/columns.ts";
import type { BlockTables, Stretch, Table } from "./blocks.ts";
import { sound } from "./sound.ts";

/** Takes the points with from <= time < to of one series out of its parts and blocks, one of these a step. */
export class Drop {
  private readonly left: (readonly [Table, Stretch])[];
  private readonly counter: boolean;

  constructor(
    private readonly tables: BlockTables,
    private readonly series: number,
    private readonly from: number,
    private readonly to: number,
  ) {
    const found = (table: Table): (readonly [Table, Stretch])[] =>
      tables.overlapping(table, series, from, to).map((one) => [table, one] as const);
    this.left = [...found("part"), ...found("block")];
    this.counter = this.left.length > 0 && tables.isTotal(series);
  }

  /** Whole stretches go unread, of others a part; one that is damaged stays. False when none is left. */
  step(): boolean {
    const next = this.left.pop();
    if (next === undefined) return false;
    const [table, { id, t0, t1 }] = next;
    this.tables.copy.drop(this.series, Math.max(t0, this.from), Math.min(t1 + 1, this.to));
    if (t0 >= this.from && t1 < this.to) {
      this.tables.remove(table, id);
      return true;
    }
    const points = sound(() => this.tables.columns(table, id));
    if (points !== null) this.tables.replace(table, id, this.series, without(points, this.from, this.to), this.counter);
    return true;
  }
}
