import { type MigrationProvider, Migrator, sql } from "kysely";
import { Refusal } from "../../../base/errors.ts";
import { FLEET_MIGRATIONS } from "./migrations.ts";
import type { FleetDb } from "./schema.ts";

/**
 * Brings the file to the newest schema, in one transaction.
 * @param migrations other steps than the program's own; tests give newer ones
 * @param schema of a database that has several; undefined: it has one
 * @throws Refusal newer_store when a newer program wrote the file, damaged_store when a step is missing between others;
 * nothing is changed then
 */
export async function migrate(
  db: FleetDb,
  path: string,
  migrations = FLEET_MIGRATIONS,
  schema?: string,
): Promise<void> {
  const provider: MigrationProvider = { getMigrations: async () => ({ ...migrations }) };
  const steps = Object.keys(migrations).sort();
  const applied = await appliedMigrations(db, schema);
  for (const name of applied) {
    if (steps.includes(name)) continue;
    throw new Refusal(
      "newer_store",
      `${path} was written by a newer version of this program (it has the schema step "${name}", which this version ` +
        "does not know). Nothing was changed. Start the newer version, or restore a backup made with this one.",
    );
  }
  const missing = applied.findIndex((name, i) => name !== steps[i]);
  if (missing >= 0)
    throw new Refusal(
      "damaged_store",
      `${path} has the schema step "${applied[missing]}" without "${steps[missing]}" before it. Nothing was changed. ` +
        "Restore a backup, or move the file away.",
    );
  if (applied.length === steps.length) return;
  // The library would sort the steps that the file has by when they were applied, and refuse the file for ever when the clock
  // stood wrong at one of them. Their names are the order; it was checked above.
  const inSchema = schema === undefined ? {} : { migrationTableSchema: schema };
  const { error } = await new Migrator({ db, provider, allowUnorderedMigrations: true, ...inSchema }).migrateToLatest();
  if (error) throw error;
}

/** The steps that the file says it has; none for a new file. */
async function appliedMigrations(db: FleetDb, schema?: string): Promise<string[]> {
  if (!(await hasSteps(db, schema))) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((r) => r.name);
}
async function hasSteps(db: FleetDb, schema?: string): Promise<boolean> {
  if (schema === undefined) {
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
    return tables.some((t) => t.name === "kysely_migration");
  }
  // all tables of all schemas with all their columns would be a long question
  const { rows } = await sql<{ there: unknown }>`select to_regclass('kysely_migration') as there`.execute(db);
  return rows[0]?.there !== null;
}
