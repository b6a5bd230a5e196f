import { dropChunks } from "./chunks.ts";
import type { Rollup } from "../../ports.ts";
import type { BlockTables } from "./blocks.ts";
import { Drop } from "./drop.ts";
import { DOOMED_SERIES, DOOMED_SESSION } from "./ops.ts";
import type { Purge } from "./purge.ts";
import { Roller } from "./roller.ts";
import { Rollups } from "./rollup.ts";
import { Tail } from "./tail.ts";
import type { Sql } from "./sql.ts";

const BURY_ROWS = 64;

interface Retain {
  readonly id: number;
  readonly before: number;
  readonly series: Uint32Array;
  /** The one after that which is being worked on. */
  at: number;
  readonly rollups: readonly Rollup[];
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
  private roller: Roller | null = null;
  /** What the log holds beside, while there are rollups to be made. */
  private tail: Tail | null = null;
  /** A series whose rollups are all to go. */
  private pruned: number | null = null;
  private readonly rollups: Rollups;

  constructor(
    private readonly tables: BlockTables,
    private readonly db: Sql,
  ) {
    this.rollups = new Rollups(db);
  }

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
    [this.roller, this.tail, this.pruned] = [null, null, null];
  }

  /** One step, inside a transaction; false when nothing is left. */
  step(): boolean {
    if (this.drop !== null) {
      if (this.drop.step()) return true;
      this.drop = null;
      return true;
    }
    const { purge } = this;
    if (purge !== null) {
      if (this.rollups.remove(purge.series, purge.t0, purge.t1)) return true;
      this.db.query("UPDATE purge SET swept = 1 WHERE id = ?").run(purge.id);
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
    this.drop = new Drop(this.tables, series, t0, t1);
    return true;
  }

  private retainNext(): boolean {
    this.retain ??= this.nextRetain();
    const { retain } = this;
    if (retain === null) return false;
    const { roller, pruned } = this;
    if (roller !== null && (this.tail?.read() === true || this.guarded(() => roller.step()))) return true;
    this.roller = null;
    if (pruned !== null && this.rollups.prune(pruned, [])) return true;
    this.pruned = null;
    const series = retain.series[retain.at++];
    if (series === undefined) {
      this.db.query("DELETE FROM retain WHERE id = ?").run(retain.id);
      this.retain = null;
      this.tail = null;
    } else if (retain.rollups.length > 0 && this.tables.hasRollups(series)) {
      this.tail ??= new Tail(this.db);
      this.roller = new Roller(this.tables, series, retain.before, this.tail, retain.rollups);
    } else {
      this.pruned = series;
      this.tables.forgetRolledTo(series);
      this.drop = new Drop(this.tables, series, Number.MIN_SAFE_INTEGER, retain.before);
    }
    return true;
  }
  /** What a step did is undone when it meets a damaged rollup, and the series is passed over. */
  private guarded(step: () => boolean): boolean {
    this.db.run("SAVEPOINT step");
    let more = false;
    try {
      more = step();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.db.run("ROLLBACK TO step");
    }
    this.db.run("RELEASE step");
    return more;
  }
  private nextRetain(): Retain | null {
    const row = this.db
      .query<{ id: number; before: number; series: Uint8Array; rollups: string }, []>(
        "SELECT * FROM retain ORDER BY id LIMIT 1",
      )
      .get();
    if (row === null) return null;
    const series = new Uint32Array(row.series.slice().buffer);
    const rollups = JSON.parse(row.rollups) as Rollup[]; // only applyOp writes this column
    return { id: row.id, before: row.before, series, at: 0, rollups };
  }

  private buryNext(): boolean {
    const next = this.db.query<{ kind: number; owner: number }, []>("SELECT kind, owner FROM doomed LIMIT 1").get();
    if (next === null) return false;
    const { kind, owner } = next;
    let left = 0;
    if (kind === DOOMED_SERIES) {
      for (const table of ["part", "block", "rollup"])
        left += this.db
          .query(`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE series = ? LIMIT ?)`)
          .run(owner, BURY_ROWS).changes;
      this.tables.copy.bury(owner);
      this.db.query("DELETE FROM purge WHERE series = ?").run(owner);
    } else if (kind === DOOMED_SESSION) {
      const some = "id IN (SELECT id FROM queue_chunk WHERE session = ? ORDER BY id LIMIT ?)";
      left = dropChunks(this.db, some, owner, BURY_ROWS);
    }
    if (left < BURY_ROWS) this.db.query("DELETE FROM doomed WHERE kind = ? AND owner = ?").run(kind, owner);
    return true;
  }
}
