import { Database } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { errorText, Refusal } from "../../base/errors.ts";
import { sqliteCode } from "./data/files.ts";

export interface Lock {
  /** Others may take it from now on. May be called twice. */
  release(): void;
}

/**
 * Takes the data folder for this process: one server, or one command that works without a server. The system gives it back when
 * the process dies, however it dies; nothing has to be cleaned up. (A transaction that holds a tiny SQLite file: the
 * platform has no file locks of its own.)
 *
 * @param folder the data folder, which must exist
 * @returns null when another process holds it
 * @throws Refusal storage_unavailable when the folder cannot be written
 */
export function acquireLock(folder: string): Lock | null {
  const path = join(folder, "lock");
  let db: Database | null = null;
  try {
    // Only when it is new: POSIX drops all locks of a process on a file as soon as it closes any handle of it.
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
    db = new Database(path, { create: true });
    db.run("PRAGMA busy_timeout = 0");
    // No file beside it: a rollback journal left by a crash would be in the way of the next one.
    db.run("PRAGMA journal_mode = MEMORY");
    db.run("PRAGMA locking_mode = EXCLUSIVE");
    db.run("BEGIN EXCLUSIVE");
    return held(db);
  } catch (error) {
    db?.close();
    if (sqliteCode(error).startsWith("SQLITE_BUSY")) return null;
    const why = errorText(error);
    throw new Refusal("storage_unavailable", `${path} cannot be locked: ${why}.`);
  }
}

function held(db: Database): Lock {
  let open = true;
  return {
    release: () => {
      if (!open) return;
      open = false;
      db.close();
    },
  };
}
