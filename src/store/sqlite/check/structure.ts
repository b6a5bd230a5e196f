import type { Database } from "bun:sqlite";
import { errorText } from "../../../base/errors.ts";
import type { Work } from "../../work.ts";
import { isDamage } from "./scan.ts";

/** A table: its name, and its primary key when it has no row ids. */
export interface Table {
  readonly name: string;
  readonly key: readonly string[] | null;
}

/** SQLite's own check of pages, indexes and column types. */
export async function checkStructure(
  db: Database,
  wrong: (text: string) => void,
  work: Work,
  phase: string,
): Promise<void> {
  await work.tell(phase, 0);
  const statement = () => db.prepare<{ integrity_check: string }, []>("PRAGMA integrity_check(100)");
  try {
    const check = statement();
    try {
      for (const { integrity_check: line } of check.all())
        if (line !== "ok") wrong(line.trim().replaceAll(/\s+/g, " "));
    } finally {
      check.finalize();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    wrong(errorText(error));
  }
  await work.tell(phase, 1);
}

/** The tables that the file says it has. */
export function tablesOf(db: Database, wrong: (text: string) => void): Table[] {
  try {
    const list = db.prepare<{ name: string; wr: number }, []>(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    const columns = db.prepare<{ name: string }, [string]>(
      "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
    );
    try {
      return list.all().map(({ name, wr }) => ({
        name,
        key: wr === 0 ? null : columns.all(name).map((column) => column.name),
      }));
    } finally {
      list.finalize();
      columns.finalize();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    wrong(`its tables cannot be listed: ${errorText(error)}`);
    return [];
  }
}
