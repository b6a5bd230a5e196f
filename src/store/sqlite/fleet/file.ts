import { Database } from "bun:sqlite";
import { chmodSync, closeSync, openSync } from "node:fs";
import { Kysely, sql } from "kysely";
import type { TokenUse } from "../../../auth/uses.ts";
import { Refusal } from "../../../base/errors.ts";
import type { Micros } from "../../../base/types.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetKind } from "../../../fleet/types.ts";
import type { AuditQuery, StoredAudit } from "../../ports.ts";
import { walProblem } from "../check/wal.ts";
import { changeAccounts, SqliteAccountStore } from "./accounts.ts";
import { insertAudit, selectAudit, spanOfAudit, trimAudit } from "./audit.ts";
import type { FleetCommit, FleetDesk, FleetRead } from "./desk.ts";
import { FleetDialect } from "./dialect.ts";
import { committing, opening } from "./failures.ts";
import { load } from "./load.ts";
import { migrate } from "./migrate.ts";
import type { FleetDb, Schema } from "./schema.ts";
import { firstFreeUids } from "./uids.ts";
import { putUses, selectUses } from "./uses.ts";
import { write } from "./write.ts";

/** One SQLite file (WAL, fsync at every commit, mode 0600) with fleet metadata and accounts, in the thread that calls it. */
export class FleetFile implements FleetDesk {
  private db: FleetDb | null = null;
  readonly accounts = new SqliteAccountStore(() => this.opened());

  /** @param path of the file, usually fleet.db in the data folder, which must exist */
  constructor(private readonly path: string) {}

  /**
   * Opens or creates the file, checks and migrates it, and reads all of it.
   * @throws Refusal damaged_store, newer_store: nothing was written; storage_unavailable: the file cannot be opened
   */
  async read(): Promise<FleetRead> {
    try {
      // SQLite would leave out what is behind a damaged frame, and then throw the log away.
      const lost = walProblem(this.path);
      if (lost !== null) throw new RangeError(lost);
      // Made by us and not by SQLite, which would make it readable for all; -wal and -shm inherit the mode.
      closeSync(openSync(this.path, "a", 0o600));
      chmodSync(this.path, 0o600);
    } catch (error) {
      throw opening(this.path, error);
    }
    return this.opens(async (file) => {
      check(file);
      const db = using(file);
      await migrate(db, this.path);
      const read = { rows: await load(db), firstFree: await firstFreeUids(db) };
      this.db = db;
      return read;
    });
  }
  /** Opens the file as it is: somebody has called `read`, and has it open still. */
  open(): Promise<void> {
    return this.opens(async (file) => {
      this.db = using(file);
    });
  }
  private async opens<T>(work: (file: Database) => Promise<T>): Promise<T> {
    let file: Database | null = null;
    try {
      file = new Database(this.path, { create: true, strict: true });
      return await work(file);
    } catch (error) {
      file?.close();
      throw opening(this.path, error);
    }
  }

  /**
   * Durable when it resolves; on rejection nothing of it is in the file.
   * @throws Refusal invalid_fleet: something that must be unique is there already; not_found: a row to be changed is
   * gone; link_over; storage_unavailable: the disk is full, say
   */
  async commit({ changes, created, accounts, audit }: FleetCommit): Promise<void> {
    const given = new Map(created.map((some) => [some.kind, some]));
    const isNew = (kind: FleetKind, uid: number) => {
      const some = given.get(kind);
      return some !== undefined && uid >= some.from && uid < some.to;
    };
    await this.tried(() =>
      this.opened()
        .transaction()
        .execute(async (trx) => {
          await write(trx, changes, { has: isNew });
          await changeAccounts(trx, accounts);
          await insertAudit(trx, audit);
        }),
    );
  }

  /** @throws Refusal storage_unavailable, as those below */
  async addAudit(entries: readonly AuditEntry[]): Promise<void> {
    const db = this.opened();
    await this.tried(() => db.transaction().execute((trx) => insertAudit(trx, entries)));
  }
  async readAudit(query: AuditQuery): Promise<readonly StoredAudit[]> {
    return this.tried(() => selectAudit(this.opened(), query));
  }
  async auditSpan(): Promise<{ readonly first: number; readonly last: number }> {
    return this.tried(() => spanOfAudit(this.opened()));
  }
  async trimAudit(before: Micros, most: number): Promise<number> {
    return this.tried(() => trimAudit(this.opened(), before, most));
  }
  async readUses(): Promise<readonly TokenUse[]> {
    return this.tried(() => selectUses(this.opened()));
  }
  async keepUses(uses: readonly TokenUse[]): Promise<void> {
    const db = this.opened();
    await this.tried(() => putUses(db, uses));
  }
  /**
   * Whether this file ever had a data.db beside it, as `setPaired` noted. It stands in the file's header, so it goes where the file
   * goes, also into a backup.
   */
  async isPaired(): Promise<boolean> {
    const { rows } = await sql<{ user_version: number }>`pragma user_version`.execute(this.opened());
    return (rows[0]?.user_version ?? 0) > 0;
  }
  async setPaired(): Promise<void> {
    const db = this.opened();
    if (!(await this.isPaired())) await this.tried(() => sql`pragma user_version = 1`.execute(db));
  }
  private async tried<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw committing(this.path, error);
    }
  }

  async close(): Promise<void> {
    const { db } = this;
    this.db = null;
    await db?.destroy();
  }

  private opened(): FleetDb {
    if (!this.db) throw notOpen();
    return this.db;
  }
}

export function notOpen(): Refusal {
  return new Refusal("storage_unavailable", "The fleet store is not open.");
}

function using(file: Database): FleetDb {
  file.run("PRAGMA journal_mode = WAL");
  file.run("PRAGMA synchronous = FULL");
  file.run("PRAGMA foreign_keys = ON");
  file.run("PRAGMA busy_timeout = 5000");
  return new Kysely<Schema>({ dialect: new FleetDialect(file) });
}

/** Reads every page's structure before anything is written. @throws RangeError, SQLiteError */
function check(file: Database): void {
  const statement = file.prepare<{ quick_check: string }, []>("PRAGMA quick_check(1)");
  try {
    const found = statement.get()?.quick_check;
    if (found !== "ok") throw new RangeError(found ?? "it cannot be checked");
  } finally {
    statement.finalize();
  }
}
