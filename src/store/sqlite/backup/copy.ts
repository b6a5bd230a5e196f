import { Database, type SQLQueryBindings } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import type { Work } from "../../work.ts";

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

/** A count of pages, or another number that a pragma answers. */
export function pragma(db: Database, name: string): number {
  const statement = db.prepare<Record<string, number>, []>(`PRAGMA ${name}`);
  try {
    return Object.values(statement.get() ?? {})[0] ?? 0;
  } finally {
    statement.finalize();
  }
}

/**
 * Copies what a connection shows into a new file, table by table, whatever tables there are: compact, and without a
 * write-ahead log. The connection should be in a read transaction. Not durable when it resolves.
 *
 * VACUUM INTO would do the same in one statement, and could not be stopped or tell how far it is.
 * @throws SQLite's errors: the source is damaged, the disk is full
 */
export async function copyDatabase(from: Database, path: string, phase: string, work: Work): Promise<void> {
  closeSync(openSync(path, "wx", 0o600));
  const to = new Database(path, { readwrite: true });
  try {
    to.run("PRAGMA page_size = 4096");
    to.run("PRAGMA journal_mode = OFF"); // a copy that breaks off is thrown away
    to.run("PRAGMA synchronous = OFF");
    to.run("BEGIN");
    const parts = from.query<SchemaRow, []>("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL").all();
    const pages = Math.max(1, pragma(from, "page_count") - pragma(from, "freelist_count"));
    const tables = parts.filter(({ type, name }) => type === "table" && !name.startsWith("sqlite_"));
    for (const { sql } of tables) to.run(sql);
    for (const { name } of tables)
      await copyTable(from, to, name, work, () => work.tell(phase, pragma(to, "page_count") / pages));
    // made by the first table with AUTOINCREMENT, and filled by its rows; numbers of rows that are gone count, too
    if (parts.some(({ name }) => name === "sqlite_sequence")) {
      to.run("DELETE FROM sqlite_sequence");
      await copyTable(from, to, "sqlite_sequence", work, async () => {});
    }
    for (const { type, sql } of parts) if (type !== "table") to.run(sql);
    for (const name of ["application_id", "user_version"]) to.run(`PRAGMA ${name} = ${pragma(from, name)}`);
    to.run("COMMIT");
  } finally {
    to.close();
  }
}

async function copyTable(
  from: Database,
  to: Database,
  table: string,
  work: Work,
  tell: () => Promise<void>,
): Promise<void> {
  const read = from.prepare<Record<string, SQLQueryBindings>, []>(`SELECT * FROM "${table}"`);
  const marks = read.columnNames.map(() => "?").join(", ");
  const insert = to.prepare(`INSERT INTO "${table}" VALUES (${marks})`);
  try {
    for (const row of read.iterate()) {
      insert.run(...Object.values(row));
      if (work.due) await tell();
    }
  } finally {
    insert.finalize();
    read.finalize();
  }
}
