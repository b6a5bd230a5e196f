import { Database, SQLiteError } from "bun:sqlite";
import { chmodSync, closeSync, openSync } from "node:fs";
import { Kysely, sql } from "kysely";
import type { TokenUse } from "../../../auth/uses.ts";
import { errorText, Refusal } from "../../../base/errors.ts";
import type { Micros } from "../../../base/types.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetChange, FleetKind } from "../../../fleet/types.ts";
import type { AuditQuery, FleetDraft, FleetStore, StoredAudit, TokenUseStore } from "../../ports.ts";
import { walProblem } from "../check/wal.ts";
import { SqliteAccountStore } from "./accounts.ts";
import { insertAudit, selectAudit, trimAudit } from "./audit.ts";
import { FleetDialect } from "./dialect.ts";
import { load } from "./load.ts";
import { migrate } from "./migrations.ts";
import { kindsToCreate, Resolver } from "./resolve.ts";
import type { FleetDb, Schema } from "./schema.ts";
import { nextUid } from "./uids.ts";
import { putUses, selectUses } from "./uses.ts";
import { TABLE_OF, write } from "./write.ts";

/** Fleet metadata and accounts in one SQLite file (WAL, fsync at every commit, mode 0600). */
export class SqliteFleetStore implements FleetStore, TokenUseStore {
  private db: FleetDb | null = null;
  /** How people sign in; for as long as this is open. */
  readonly accounts = new SqliteAccountStore(() => this.opened());

  /** @param path of the file, usually fleet.db in the data folder, which must exist */
  constructor(private readonly path: string) {}

  /**
   * Opens or creates the file, checks and migrates it.
   * @returns every row as a put, parents first
   * @throws Refusal damaged_store, newer_store: nothing was written; storage_unavailable: the file cannot be opened
   */
  async open(): Promise<readonly FleetChange[]> {
    let file: Database | null = null;
    try {
      // SQLite would leave out what is behind a damaged frame, and then throw the log away.
      const lost = walProblem(this.path);
      if (lost !== null) throw new RangeError(lost);
      // Made by us and not by SQLite, which would make it readable for all; -wal and -shm inherit the mode.
      closeSync(openSync(this.path, "a", 0o600));
      chmodSync(this.path, 0o600);
      file = new Database(this.path, { create: true, strict: true });
      check(file);
      file.run("PRAGMA journal_mode = WAL");
      file.run("PRAGMA synchronous = FULL");
      file.run("PRAGMA foreign_keys = ON");
      file.run("PRAGMA busy_timeout = 5000");
      const db: FleetDb = new Kysely<Schema>({ dialect: new FleetDialect(file) });
      await migrate(db, this.path);
      const rows = await load(db);
      this.db = db;
      return rows;
    } catch (error) {
      file?.close();
      throw this.opening(error);
    }
  }

  /**
   * Durable when it resolves; on rejection nothing of it is in the file.
   * @throws Refusal invalid_fleet: something that must be unique is there already; not_found: a row to be changed is
   * gone; storage_unavailable: the disk is full, say
   */
  async commit(
    drafts: readonly FleetDraft[],
    audit: (changes: readonly FleetChange[]) => readonly AuditEntry[] = () => [],
  ): Promise<readonly FleetChange[]> {
    const db = this.opened();
    if (drafts.length === 0) return [];
    try {
      return await db.transaction().execute(async (trx) => {
        const firstFree = new Map<FleetKind, number>();
        for (const kind of kindsToCreate(drafts)) firstFree.set(kind, await nextUid(trx, TABLE_OF[kind]));
        const resolver = new Resolver(firstFree);
        const changes = resolver.resolve(drafts);
        await write(trx, changes, resolver);
        await insertAudit(trx, audit(changes));
        return changes;
      });
    } catch (error) {
      throw this.committing(error);
    }
  }

  /** The first of the uids that new rows of a kind will get: every row there ever was has a lower one. */
  async firstFree(kind: FleetKind): Promise<number> {
    return this.opened()
      .transaction()
      .execute((trx) => nextUid(trx, TABLE_OF[kind]));
  }

  /** @throws Refusal storage_unavailable, as those below */
  async addAudit(entries: readonly AuditEntry[]): Promise<void> {
    const db = this.opened();
    await this.tried(() => db.transaction().execute((trx) => insertAudit(trx, entries)));
  }
  async readAudit(query: AuditQuery): Promise<readonly StoredAudit[]> {
    const db = this.opened();
    return this.tried(() => selectAudit(db, query));
  }
  async trimAudit(before: Micros, most: number): Promise<number> {
    const db = this.opened();
    return this.tried(() => trimAudit(db, before, most));
  }
  async readUses(): Promise<readonly TokenUse[]> {
    const db = this.opened();
    return this.tried(() => selectUses(db));
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
      throw this.committing(error);
    }
  }

  async close(): Promise<void> {
    await this.db?.destroy();
    this.db = null;
  }

  private opened(): FleetDb {
    if (!this.db) throw new Refusal("storage_unavailable", "The fleet store is not open.");
    return this.db;
  }
  private opening(error: unknown): unknown {
    if (error instanceof Refusal) return error;
    if (error instanceof RangeError || isDamage(error)) {
      return new Refusal(
        "damaged_store",
        `${this.path} is damaged (${messageOf(error)}). Nothing in it was changed. Keep a copy of it, then put back a ` +
          "backup; or move it and data.db away to start with an empty instance.",
      );
    }
    const hint = isFull(error) ? " Make room in the data folder's file system: it seems to be full." : "";
    return new Refusal("storage_unavailable", `${this.path} cannot be opened: ${messageOf(error)}.${hint}`);
  }
  private committing(error: unknown): unknown {
    if (error instanceof Refusal || !(error instanceof SQLiteError)) return error;
    const code = error.code ?? "";
    if (code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY") {
      return new Refusal("invalid_fleet", `${alreadyThere(error.message)} Nothing was changed.`);
    }
    if (code === "SQLITE_CONSTRAINT_FOREIGNKEY") {
      return new Refusal("not_found", "Something that this refers to is no longer there. Nothing was changed.");
    }
    return new Refusal("storage_unavailable", `${this.path} cannot be written: ${error.message}. Nothing was changed.`);
  }
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

function isDamage(error: unknown): boolean {
  if (!(error instanceof SQLiteError)) return false;
  const code = error.code ?? "";
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" || code === "SQLITE_ERROR";
}
/** A full disk is told by SQLITE_FULL, or while a file of shared memory is made, by this I/O error. */
function isFull(error: unknown): boolean {
  const code = error instanceof SQLiteError ? (error.code ?? "") : "";
  return code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE" || code === "SQLITE_IOERR_WRITE";
}
function messageOf(error: unknown): string {
  // SQLite's check tells what it found in several lines
  return errorText(error).trim().replaceAll(/\s+/g, " ");
}

/** What a violated constraint means. SQLite names its columns: "UNIQUE constraint failed: product.slug". */
function alreadyThere(message: string): string {
  const means: readonly (readonly [string, string])[] = [
    ["device_address.", "Two devices of a product would have the same id or serial."],
    ["workspace.slug", "A workspace with this slug exists already."],
    ["product.slug", "A product with this slug exists already in this instance."],
    ["field.", "A field with this identifier exists already in the product."],
    ["account.", "A user with this e-mail address exists already."],
    ["membership.", "The user is a member of this workspace already."],
    ["api_user.", "An API user with this name exists already in the workspace."],
    ["token.", "This token is in use already."],
  ];
  for (const [column, text] of means) if (message.includes(column)) return text;
  return "Something that must be unique is there already.";
}
