import type { Database } from "bun:sqlite";

/** A table that is moved: it has the same name and columns on both sides. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Whether its rows have numbers by which one can go on; the others are small. */
  readonly numbered: boolean;
}

/** What one side keeps in another form (ends.ts), or has no use for on the other. */
const APART = new Set(["meta", "kysely_migration", "kysely_migration_lock"]);

/** The tables of a file, each after those that its rows refer to. */
export function tablesOf(file: Database): Table[] {
  const names = file
    .query<{ name: string; sql: string }, []>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
    .filter(({ name }) => !APART.has(name));
  const parents = new Map(
    names.map(({ name }) => [
      name,
      file
        .query<{ table: string }, []>(`PRAGMA foreign_key_list("${name}")`)
        .all()
        .map(({ table }) => table),
    ]),
  );
  const ordered: Table[] = [];
  const done = new Set<string>();
  const visit = (name: string, sql: string): void => {
    if (done.has(name)) return;
    done.add(name);
    for (const parent of parents.get(name) ?? []) {
      const other = names.find((one) => one.name === parent);
      if (other !== undefined) visit(other.name, other.sql);
    }
    const columns = file
      .query<{ name: string }, []>(`PRAGMA table_info("${name}")`)
      .all()
      .map((column) => column.name);
    ordered.push({ name, columns, numbered: !/WITHOUT ROWID/i.test(sql) });
  };
  for (const { name, sql } of names) visit(name, sql);
  return ordered;
}

/** Identifiers of a list for a statement. */
export function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(", ");
}
