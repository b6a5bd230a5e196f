import { type Kysely, PostgresAdapter } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration must not depend on today's schema types
export type AnyDb = Kysely<any>;

/** Begins the table of a kind: `uid` is never given again. */
export function table(db: AnyDb, name: string) {
  return db.schema.createTable(name).addColumn("uid", "integer", (c) => c.primaryKey().autoIncrement());
}

/** Whether a step is applied to a PostgreSQL: the schema builder knows what it needs, SQL of one's own may not. */
export function isPostgres(db: AnyDb): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
