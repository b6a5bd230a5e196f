import { constants, Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Refusal } from "../../base/errors.ts";
import { sqliteCode } from "./data/files.ts";

/**
 * Opens a database to be read as it is now: a read transaction has begun. Also where no file can be made beside it, as
 * on a file system that can only be read; then nobody can be writing it.
 * @throws SQLite's errors; Refusal storage_unavailable: it has a write-ahead log that cannot be read there
 */
export function openFrozen(path: string): Database {
  try {
    return frozen(new Database(path, { readonly: true }));
  } catch (error) {
    if (sqliteCode(error) !== "SQLITE_CANTOPEN" || !existsSync(path)) throw error;
    if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0)
      throw new Refusal(
        "storage_unavailable",
        `${path} has a write-ahead log, which cannot be read where no files can be made. Copy the folder to another place first.`,
      );
    const uri = `${pathToFileURL(resolve(path)).href}?immutable=1`;
    return frozen(new Database(uri, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI));
  }
}

function frozen(db: Database): Database {
  try {
    db.run("PRAGMA busy_timeout = 5000");
    db.run("PRAGMA cell_size_check = ON");
    db.run("BEGIN");
    db.query("SELECT count(*) FROM sqlite_schema").get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
