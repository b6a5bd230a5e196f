import type { Database } from "bun:sqlite";
import { Sealer } from "./seal.ts";

/** The sealer of a file. */
export function sealerOf(db: Database): Sealer {
  // SQLite starts row ids again in an empty table: the last row stays, and the next number is kept besides
  const keep = "UPDATE meta SET next_seq = max(next_seq, (SELECT id + count FROM log ORDER BY id DESC LIMIT 1))";
  return new Sealer(
    db,
    (work) => slice(db, work),
    () => void db.query(keep).run(),
  );
}
/**
 * A slice does not wait for the disk: the next commit syncs the write-ahead log with all that is in it, in order, and a
 * power cut before that leaves the points where they were.
 */
function slice(db: Database, work: () => void): void {
  db.run("PRAGMA synchronous = NORMAL");
  try {
    db.query("BEGIN IMMEDIATE").run();
    work();
    db.query("COMMIT").run();
  } catch (error) {
    if (db.inTransaction) db.query("ROLLBACK").run();
    throw error;
  } finally {
    db.run("PRAGMA synchronous = FULL");
  }
}
