import { Database } from "bun:sqlite";
import { closeSync, existsSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { headerProblem } from "../data/files.ts";

const PAGE = 4096;
/** SQLite's header: what a file of ours says in its first 100 bytes, where it is not as in every other file. */
const AT = { magic: 0, pageSize: 16, versions: 18, changes: 24, pages: 28, validFor: 92 } as const;

/**
 * Copies a file as far as it can be read: pages that the disk does not give are zeros in the copy.
 * @returns how many pages could not be read
 */
export function rescueFile(from: string, to: string): number {
  const source = openSync(from, "r");
  const target = openSync(to, "wx", 0o600);
  let unread = 0;
  try {
    const { size } = fstatSync(source);
    const page = new Uint8Array(PAGE);
    for (let at = 0; at < size; at += PAGE) {
      const length = Math.min(PAGE, size - at);
      page.fill(0);
      try {
        readSync(source, page, 0, length, at);
      } catch {
        unread++;
      }
      writeSync(target, page, 0, length, at);
    }
    return unread;
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

/**
 * Makes a copy fit to be opened: pages that are missing at its end become zeros, and a header that is damaged is written
 * anew. Null: it was fit; otherwise what was done.
 */
export function mendCopy(path: string): string | null {
  const problem = headerProblem(path);
  const fd = openSync(path, "r+");
  try {
    const { size } = fstatSync(fd);
    const header = Buffer.alloc(100);
    readSync(fd, header, 0, 100, 0);
    if (problem === null && size % PAGE === 0) return null;
    const isOurs =
      header.toString("latin1", AT.magic, 16) === "SQLite format 3\0" && header.readUInt16BE(AT.pageSize) === PAGE;
    const noted = isOurs ? header.readUInt32BE(AT.pages) : 0;
    // a count that is itself damaged must not make an enormous file
    const there = Math.ceil(size / PAGE);
    const pages = noted > there && noted <= there * 64 + 1024 ? noted : there;
    if (!isOurs) writeHeader(header, pages);
    writeSync(fd, header, 0, 100, 0);
    if (size < pages * PAGE) writeSync(fd, new Uint8Array(1), 0, 1, pages * PAGE - 1);
    return isOurs ? "its end is missing" : "its first bytes are damaged";
  } finally {
    closeSync(fd);
  }
}

export const USER_VERSION_AT = 60;

/** Writes the header of a file that the program makes into its first 100 bytes. */
export function writeHeader(header: Buffer, pages: number): void {
  const version = header.readUInt32BE(USER_VERSION_AT);
  header.fill(0, 0, 100);
  header.write("SQLite format 3\0", 0, "latin1");
  header.writeUInt16BE(PAGE, AT.pageSize);
  header.set([2, 2, 0, 64, 32, 32], AT.versions); // write-ahead log, and the payload fractions that are fixed
  header.writeUInt32BE(1, AT.changes);
  header.writeUInt32BE(pages, AT.pages);
  header.writeUInt32BE(4, 44); // schema format
  header.writeUInt32BE(1, 56); // UTF-8
  header.writeUInt32BE(version < 1000 ? version : 0, USER_VERSION_AT);
  header.writeUInt32BE(1, AT.validFor);
}

/** Opens a copy for reading, whatever is wrong with it; null: SQLite cannot read it at all. */
export function openCopy(path: string): Database | null {
  if (!existsSync(path)) return null;
  let db: Database | null = null;
  try {
    db = new Database(path, { readwrite: true });
    db.run("PRAGMA cell_size_check = ON");
    db.query("SELECT count(*) FROM sqlite_schema").get();
    return db;
  } catch {
    db?.close();
    return null;
  }
}
