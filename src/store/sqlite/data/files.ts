import { Database } from "bun:sqlite";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { errorText, Refusal } from "../../../base/errors.ts";
import { readWal, walProblem } from "../check/wal.ts";
import { APPLICATION_ID, configure, MIGRATIONS, migrate, schemaVersion } from "./schema.ts";

const BALLAST_BYTES = 16 * 1024 * 1024;
/** Files up to this size are checked page by page at the start; larger ones would delay it. */
const QUICK_CHECK_BYTES = 8 * 1024 * 1024;

export function dataPath(folder: string): string {
  return join(folder, "data.db");
}

/** The refusal to start on a file that is not sound. */
export function damaged(path: string, why: string): Refusal {
  // SQLite's check tells what it found in several lines
  const found = why.trim().replaceAll(/\s+/g, " ");
  return new Refusal(
    "damaged_store",
    `${path}: ${found}. Nothing was changed. Restore data.db from a backup (and remove data.db-wal and data.db-shm), ` +
      "or move the three files aside to start with an empty store.",
  );
}

/** Creates an empty data file under another name first, so that a crash never leaves half a file behind. */
export function createIfMissing(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = dataPath(folder);
  if (existsSync(path)) return;
  if (existsSync(`${path}-wal`)) throw damaged(path, "it is missing, but its data.db-wal is there");
  const draft = `${path}.new`;
  for (const end of ["", "-wal", "-shm"]) rmSync(draft + end, { force: true });
  // SQLite gives -wal and -shm the mode of the main file.
  closeSync(openSync(draft, "wx", 0o600));
  const db = new Database(draft, { readwrite: true });
  try {
    configure(db);
    db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
    migrate(db);
  } finally {
    db.close();
  }
  sync(draft);
  renameSync(draft, path);
  sync(folder);
}

function sync(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes sure that only the owner can read the files, also when they were copied here. */
export function protect(path: string): void {
  for (const end of ["", "-wal", "-shm"]) if (existsSync(path + end)) chmodSync(path + end, 0o600);
}

/** Looks at the first bytes without SQLite, which would take an empty file for a new one. Null: they are good. */
export function headerProblem(path: string): string | null {
  const head = Buffer.alloc(100);
  const fd = openSync(path, "r");
  let n = 0;
  try {
    n = readSync(fd, head, 0, 100, 0);
  } finally {
    closeSync(fd);
  }
  if (n < 100 || head.toString("latin1", 0, 16) !== "SQLite format 3\0") return "it is not a database file";
  const rawSize = head.readUInt16BE(16);
  const pageSize = rawSize === 1 ? 65536 : rawSize;
  const pages = head.readUInt32BE(28);
  // The page count is valid only while the two change counters agree.
  if (head.readUInt32BE(24) !== head.readUInt32BE(92)) return null;
  return endIsThere(path, pages, pageSize) ? null : "its end is missing";
}

/**
 * Whether a database has all its pages. A checkpoint copies them from the write-ahead log in the order of their
 * numbers, the first with the count of all before the last: where it was broken off by a kill, the file is shorter than
 * it says, and the log has what is not there yet.
 */
function endIsThere(path: string, pages: number, pageSize: number): boolean {
  const there = Math.floor(statSync(path).size / pageSize);
  if (there >= pages) return true;
  const held = readWal(`${path}-wal`)?.held;
  if (held !== undefined && allHeld(held, there + 1, pages)) return true;
  // a server may have ended its checkpoint meanwhile, and begun the log anew
  return Math.floor(statSync(path).size / pageSize) >= pages;
}
function allHeld(held: ReadonlySet<number>, first: number, last: number): boolean {
  for (let page = first; page <= last; page++) if (!held.has(page)) return false;
  return true;
}

/**
 * Opens the file read-only and checks it: cheaply when it is large. The connection changes nothing, not even a
 * write-ahead log left by a crash. @throws Refusal damaged_store
 */
export function inspect(path: string): Database {
  const problem = headerProblem(path);
  if (problem !== null) throw damaged(path, problem);
  const lost = walProblem(path);
  if (lost !== null) throw damaged(path, lost);
  const db = new Database(path, { readonly: true });
  try {
    db.run("PRAGMA busy_timeout = 5000");
    const id = db.query<{ application_id: number }, []>("PRAGMA application_id").get()?.application_id;
    if (id !== APPLICATION_ID) throw damaged(path, "it is a database of another program");
    const version = schemaVersion(db);
    if (version > MIGRATIONS.length) {
      throw new Refusal(
        "newer_store",
        `${path} was written by a newer fieldcast (schema ${version}, this one knows ${MIGRATIONS.length}). ` +
          "Nothing was changed. Start that version again, or restore a backup made before the update.",
      );
    }
    const bytes = statSync(path).size + (existsSync(`${path}-wal`) ? statSync(`${path}-wal`).size : 0);
    if (bytes <= QUICK_CHECK_BYTES) {
      const found = db.query<{ quick_check: string }, []>("PRAGMA quick_check(1)").get()?.quick_check;
      if (found !== "ok") throw damaged(path, `the check says: ${found}`);
    } else {
      db.query("SELECT count(*) FROM sqlite_schema").get();
    }
    return db;
  } catch (error) {
    db.close();
    throw asDamage(path, error);
  }
}

/** Whether the write-ahead log is there; call before `inspect`, and give the answer to `leaveNoTrace` when that failed. */
export function hasWal(path: string): boolean {
  return existsSync(`${path}-wal`);
}
/** Removes the empty files that reading made beside a file that was then refused. */
export function leaveNoTrace(path: string, hadWal: boolean): void {
  if (hadWal || !existsSync(`${path}-wal`) || statSync(`${path}-wal`).size > 0) return;
  for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
}

/** What an error while reading the file at the start means. */
export function asDamage(path: string, error: unknown): unknown {
  if (error instanceof Refusal) return error;
  const code = sqliteCode(error);
  if (
    error instanceof RangeError ||
    code.startsWith("SQLITE_CORRUPT") ||
    code === "SQLITE_NOTADB" ||
    code === "SQLITE_ERROR"
  )
    return damaged(path, (error as Error).message); // the branch above established that it is an Error
  return unavailable(error);
}

/** SQLite's own name of an error, e.g. SQLITE_IOERR_FSYNC; "" for other errors. */
export function sqliteCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** The refusal for a failed commit or read, saying what to do where that is known. */
export function unavailable(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = sqliteCode(error);
  const message = errorText(error);
  if (code === "SQLITE_FULL" || code === "ENOSPC")
    return new Refusal("storage_unavailable", "The disk is full: make room in the data folder's file system.");
  return new Refusal("storage_unavailable", `The store failed: ${message}${code ? ` (${code})` : ""}.`);
}

/** A file of zeros whose removal makes room on a full disk, so that deletes and checkpoints can go on (SQLite needs room to delete). */
export class Ballast {
  private readonly path: string;
  constructor(private readonly folder: string) {
    this.path = join(folder, "ballast");
  }
  get present(): boolean {
    return existsSync(this.path);
  }
  private free(): number {
    const fs = statfsSync(this.folder);
    return fs.bavail * fs.bsize;
  }
  /** There is room for ordinary commits without touching what the ballast left for deletes. */
  get roomy(): boolean {
    return this.present || this.free() > BALLAST_BYTES;
  }
  release(): void {
    rmSync(this.path, { force: true });
  }
  /** Writes it again when there is twice the room it takes; a sparse file would hold nothing free. */
  restore(): boolean {
    if (this.present) return true;
    if (this.free() < 2 * BALLAST_BYTES) return false;
    const draft = `${this.path}.new`;
    try {
      const fd = openSync(draft, "w", 0o600);
      try {
        const zeros = new Uint8Array(1 << 20);
        for (let n = 0; n < BALLAST_BYTES; ) n += writeSync(fd, zeros, 0, Math.min(zeros.length, BALLAST_BYTES - n));
      } finally {
        closeSync(fd);
      }
      renameSync(draft, this.path);
      return true;
    } catch {
      rmSync(draft, { force: true });
      return false;
    }
  }
}
