import type { Database, SQLQueryBindings } from "bun:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";

/**
 * Kysely over bun:sqlite. Our own and not kysely-bun-sqlite, because that one leaves statements to the garbage
 * collector (the file then stays open after close), begins transactions without taking the write lock, and runs
 * migrations outside a transaction.
 */
export class FleetDialect implements Dialect {
  constructor(private readonly file: Database) {}

  createDriver(): Driver {
    return new FleetDriver(this.file);
  }
  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }
  createAdapter(): DialectAdapter {
    return new FleetAdapter();
  }
  // biome-ignore lint/suspicious/noExplicitAny: Kysely's interface hands over a database of any schema
  createIntrospector(db: Kysely<any>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }
}

class FleetAdapter extends SqliteAdapter {
  /** SQLite can undo CREATE TABLE: a migration is applied completely or not at all. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One connection, handed out to one user at a time. */
class FleetDriver implements Driver {
  private readonly connection: FleetConnection;
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly file: Database) {
    this.connection = new FleetConnection(file);
  }
  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.busy) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.busy = true;
    return this.connection;
  }
  async releaseConnection(): Promise<void> {
    const next = this.waiting.shift();
    if (next) next();
    else this.busy = false;
  }
  /** Takes the write lock at once: a transaction that reads first could otherwise fail when it comes to write. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite rolls back by itself on a full disk or an I/O error; a second rollback would hide the first error.
    if (this.file.inTransaction) await connection.executeQuery(CompiledQuery.raw("rollback"));
  }
  async destroy(): Promise<void> {
    this.file.close();
  }
}

class FleetConnection implements DatabaseConnection {
  constructor(private readonly file: Database) {}

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.file.prepare(query.sql);
    try {
      // Kysely types parameters as unknown; everything we bind is a string, a number or null.
      const parameters = query.parameters as SQLQueryBindings[];
      if (statement.columnNames.length > 0) return { rows: statement.all(...parameters) as R[] };
      const done = statement.run(...parameters);
      return { rows: [], insertId: BigInt(done.lastInsertRowid), numAffectedRows: BigInt(done.changes) };
    } finally {
      statement.finalize();
    }
  }
  // biome-ignore lint/correctness/useYield: the interface asks for a generator; nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("the fleet store reads whole results");
  }
}
