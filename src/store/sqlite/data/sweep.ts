import type { Database } from "bun:sqlite";
import { without } from "./block/columns.ts";
import type { BlockTables, Stretch, Table } from "./blocks.ts";
import { sound } from "./compact.ts";
import { DOOMED_SERIES, DOOMED_SESSION } from "./ops.ts";
import type { Purge } from "./purge.ts";

const BURY_ROWS = 64;

/** Points of one series that are to leave its parts and blocks. */
interface Drop {
  readonly series: number;
  readonly from: number;
  readonly to: number;
  readonly counter: boolean;
  readonly left: (readonly [Table, Stretch])[];
}
interface Retain {
  readonly id: number;
  readonly before: number;
  readonly series: Uint32Array;
  at: number;
}

/**
 * Takes out of parts and blocks what was deleted or is too old, and the rest of deleted series and sessions, in small steps.
 * What it has to do is in the file; its memory may be thrown away at any time.
 */
export class Sweeper {
  private more = true;
  private purge: Purge | null = null;
  private retain: Retain | null = null;
  private drop: Drop | null = null;

  constructor(
    private readonly tables: BlockTables,
    private readonly db: Database,
  ) {}

  /** There may be something to do. */
  get pending(): boolean {
    return this.more;
  }
  /** Looks at the file anew. */
  due(): void {
    this.more = true;
    this.purge = null;
    this.retain = null;
    this.drop = null;
  }

  /** One step, inside a transaction; false when nothing is left. */
  step(): boolean {
    if (this.drop !== null) {
      if (this.dropNext(this.drop)) return true;
      this.drop = null;
      if (this.purge !== null) this.db.query("UPDATE purge SET swept = 1 WHERE id = ?").run(this.purge.id);
      this.purge = null;
      return true;
    }
    if (this.buryNext() || this.beginPurge() || this.retainNext()) return true;
    this.more = false;
    return false;
  }

  private beginPurge(): boolean {
    this.purge = this.db.query<Purge, []>("SELECT * FROM purge WHERE swept = 0 ORDER BY id LIMIT 1").get();
    if (this.purge === null) return false;
    const { series, t0, t1 } = this.purge;
    this.drop = this.dropOf(series, t0, t1);
    return true;
  }

  private retainNext(): boolean {
    this.retain ??= this.nextRetain();
    const { retain } = this;
    if (retain === null) return false;
    const series = retain.series[retain.at++];
    if (series === undefined) {
      this.db.query("DELETE FROM retain WHERE id = ?").run(retain.id);
      this.retain = null;
    } else this.drop = this.dropOf(series, Number.MIN_SAFE_INTEGER, retain.before);
    return true;
  }
  private nextRetain(): Retain | null {
    const row = this.db
      .query<{ id: number; before: number; series: Uint8Array }, []>("SELECT * FROM retain ORDER BY id LIMIT 1")
      .get();
    if (row === null) return null;
    const series = new Uint32Array(row.series.slice().buffer);
    return { id: row.id, before: row.before, series, at: 0 };
  }

  private dropOf(series: number, from: number, to: number): Drop {
    const found = (table: Table): (readonly [Table, Stretch])[] =>
      this.tables.overlapping(table, series, from, to).map((one) => [table, one] as const);
    const left = [...found("part"), ...found("block")];
    return { series, from, to, counter: left.length > 0 && this.tables.isCounter(series), left };
  }

  /** Whole stretches go unread, of others a part; one that is damaged stays. False when none is left. */
  private dropNext(drop: Drop): boolean {
    const next = drop.left.pop();
    if (next === undefined) return false;
    const [table, { id, t0, t1 }] = next;
    if (t0 >= drop.from && t1 < drop.to) {
      this.tables.remove(table, id);
      return true;
    }
    const points = sound(() => this.tables.columns(table, id));
    if (points !== null) this.tables.replace(table, id, without(points, drop.from, drop.to), drop.counter);
    return true;
  }

  private buryNext(): boolean {
    const next = this.db.query<{ kind: number; owner: number }, []>("SELECT kind, owner FROM doomed LIMIT 1").get();
    if (next === null) return false;
    const { kind, owner } = next;
    let left = 0;
    if (kind === DOOMED_SERIES) {
      for (const table of ["part", "block"])
        left += this.db
          .query(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE series = ? LIMIT ?)`)
          .run(owner, BURY_ROWS).changes;
      this.db.query("DELETE FROM purge WHERE series = ?").run(owner);
    } else if (kind === DOOMED_SESSION) {
      left = this.db
        .query("DELETE FROM queue_chunk WHERE id IN (SELECT id FROM queue_chunk WHERE session = ? LIMIT ?)")
        .run(owner, BURY_ROWS).changes;
    }
    if (left < BURY_ROWS) this.db.query("DELETE FROM doomed WHERE kind = ? AND owner = ?").run(kind, owner);
    return true;
  }
}
