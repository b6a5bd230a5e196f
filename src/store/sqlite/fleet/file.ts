import { Database } from "bun:sqlite";
import { chmodSync, closeSync, openSync } from "node:fs";
import { Kysely, sql } from "kysely";
import { walProblem } from "../check/wal.ts";
import type { FleetRead } from "./desk.ts";
import { FleetDialect } from "./dialect.ts";
import { committing, opening, signingIn } from "./failures.ts";
import { load } from "./load.ts";
import { migrate } from "./migrate.ts";
import type { FleetDb, Schema } from "./schema.ts";
import { FleetTables } from "./tables.ts";
import { firstFreeUids } from "./uids.ts";

/** One SQLite file (WAL, fsync at every commit, mode 0600) with fleet metadata and accounts, in the thread that calls it. */
export class FleetFile extends FleetTables {
  /** @param path of the file, usually fleet.db in the data folder, which must exist */
  constructor(private readonly path: string) {
    super();
  }

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
      const read = { rows: await load(db), firstFree: await firstFreeUids(db), rev: 0, secret: "" };
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
  protected override failing(error: unknown): unknown {
    return committing(this.path, error);
  }
  protected override accountsFailing(error: unknown): unknown {
    return signingIn(error);
  }
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
