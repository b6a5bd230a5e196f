import type { Database } from "bun:sqlite";
import { MIGRATIONS } from "./migrations.ts";

export { MIGRATIONS } from "./migrations.ts";

/** "FCDS" in the file's header: a data file of fieldcast. */
export const APPLICATION_ID = 0x46434453;

export function schemaVersion(db: Database): number {
  return db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;
}

/** Brings a file to the newest version; each step all or nothing. */
export function migrate(db: Database, steps: readonly string[] = MIGRATIONS): void {
  for (let version = schemaVersion(db); version < steps.length; version++) {
    db.transaction(() => {
      db.run(steps[version] ?? "");
      db.run(`PRAGMA user_version = ${version + 1}`);
    })();
  }
}

/** The writing connection's settings (docs/engine.md section 7). */
export function configure(db: Database): void {
  db.run("PRAGMA page_size = 4096");
  db.run("PRAGMA journal_mode = WAL");
  // NORMAL would not sync the WAL at a commit and so break the promise that an acknowledged value survives a power cut.
  db.run("PRAGMA synchronous = FULL");
  db.run("PRAGMA busy_timeout = 5000");
  db.run("PRAGMA wal_autocheckpoint = 1000");
  db.run("PRAGMA cache_size = -16384");
}
