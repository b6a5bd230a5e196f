import { NO_COPY, type PointCopy } from "../../sqlite/data/copy.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import { mustBeOurs } from "../data/ours.ts";
import type { NodeKey } from "../data/protocol.ts";
import { Fill } from "./fill.ts";
import type { SqlMode } from "./objects.ts";
import { openCopy } from "./open.ts";
import type { PeopleCopy } from "./people.ts";

/** The copy for SQL as the worker in the background keeps it. Everything that is sealed goes through its transactions. */
export class People {
  private opened: PeopleCopy | null = null;
  private fill: Fill | null = null;
  /** The fleet has no tables yet. */
  waits = false;

  /** @param wish see openCopy; key: for which node it works @throws SyncError */
  constructor(
    private readonly db: Sql,
    private readonly wish: { readonly key?: NodeKey; readonly schema: string; readonly sql: SqlMode | null },
  ) {
    this.look();
  }
  private look(): void {
    const made = openCopy(this.db, this.wish.schema, this.wish.sql, this.transaction);
    this.waits = made === "later";
    if (typeof made === "string") return;
    this.opened = made;
    this.fill = new Fill(this.db, made, this.transaction);
  }

  readonly copy: PointCopy = {
    append: (...given) => (this.opened ?? NO_COPY).append(...given),
    drop: (...given) => (this.opened ?? NO_COPY).drop(...given),
    bury: (...given) => (this.opened ?? NO_COPY).bury(...given),
    current: (...given) => (this.opened ?? NO_COPY).current(...given),
  };

  /** What is done in one is on the standby with the next commit at the latest, whose place in the write-ahead log is behind it. */
  readonly transaction = (work: () => void): void => {
    this.db.query("BEGIN").run();
    try {
      if (this.wish.key !== undefined) mustBeOurs(this.db, this.wish.key);
      work();
      this.opened?.flush();
      this.db.query("COMMIT").run();
    } catch (error) {
      this.opened?.forget();
      if (this.db.inTransaction) this.db.query("ROLLBACK").run();
      throw error;
    }
  };

  /** Fills in for about `budget` ms; false when nothing is left to do. */
  step(budget: number): boolean {
    if (this.waits) this.look();
    return this.fill?.step(budget) ?? false;
  }
}
