import { Database } from "bun:sqlite";
import { chmodSync, closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { errorText, Refusal } from "../../base/errors.ts";
import type { StoreLock } from "../ports.ts";
import { sqliteCode } from "./data/files.ts";

/**
 * Takes the data folder for this process: one server, or one command that works without a server. The system gives it back when
 * the process dies, however it dies; nothing has to be cleaned up. (A transaction that holds a tiny SQLite file: the
 * platform has no file locks of its own.)
 *
 * @param folder the data folder, which must exist
 * @returns null when another process holds it
 * @throws Refusal storage_unavailable when the folder cannot be written
 */
export function acquireLock(folder: string): StoreLock | null {
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
    noteHolder(folder);
    return held(db, folder);
  } catch (error) {
    db?.close();
    if (sqliteCode(error).startsWith("SQLITE_BUSY")) return null;
    const why = errorText(error);
    throw new Refusal("storage_unavailable", `${path} cannot be locked: ${why}.`);
  }
}

/** Who holds a lock, as the file beside it says. */
const HOLDER = "lock.json";

/** For people, so it may fail: the lock itself is what counts. */
function noteHolder(folder: string): void {
  const path = join(folder, HOLDER);
  const draft = `${path}.new`;
  try {
    const command = process.argv.slice(2, 3).join(" ");
    const holder = { pid: process.pid, host: hostname(), command, since: new Date().toISOString() };
    writeFileSync(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  } catch {
    rmSync(draft, { force: true });
  }
}

/**
 * Who holds the lock of a folder, in words for the middle of a sentence: ` (process 123, "fieldcast serve", since …)`. Empty where
 * nobody can tell.
 */
export function holderOf(folder: string): string {
  try {
    const holder: unknown = JSON.parse(readFileSync(join(folder, HOLDER), "utf8"));
    if (typeof holder !== "object" || holder === null || !("pid" in holder) || !Number.isInteger(holder.pid)) return "";
    const { pid, host, command, since } = holder as Readonly<Record<string, unknown>>; // each is looked at below
    const elsewhere = typeof host === "string" && host !== hostname() ? ` on ${plain(host)}` : "";
    const what = typeof command === "string" && command !== "" ? `, "fieldcast ${plain(command)}"` : "";
    const from = typeof since === "string" ? `, since ${plain(since.slice(0, 19))}Z` : "";
    return ` (process ${pid}${elsewhere}${what}${from})`;
  } catch {
    return "";
  }
}
/** A file's text as it can be shown. */
function plain(text: string): string {
  return text.replaceAll(/[^\w.:-]/g, "?");
}

function held(db: Database, folder: string): StoreLock {
  let open = true;
  return {
    release: () => {
      if (!open) return;
      open = false;
      rmSync(join(folder, HOLDER), { force: true });
      db.close();
    },
  };
}
