import { SQLiteError } from "bun:sqlite";
import { errorText, Refusal } from "../../../base/errors.ts";
import { allKinds } from "../../../fleet/kinds.ts";

/** What an error says that came while the file was opened. */
export function opening(path: string, error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof RangeError || isDamage(error)) {
    return new Refusal(
      "damaged_store",
      `${path} is damaged (${messageOf(error)}). Nothing in it was changed. Keep a copy of it, then put back a ` +
        "backup; or move it and data.db away to start with an empty instance.",
    );
  }
  const hint = isFull(error) ? " Make room in the data folder's file system: it seems to be full." : "";
  return new Refusal("storage_unavailable", `${path} cannot be opened: ${messageOf(error)}.${hint}`);
}
/** What an error says that came while the file was read or written. */
export function committing(path: string, error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof SQLiteError)) return error;
  const code = error.code ?? "";
  if (code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY") {
    return new Refusal("invalid_fleet", `${alreadyThere(error.message)} Nothing was changed.`);
  }
  if (code === "SQLITE_CONSTRAINT_FOREIGNKEY") {
    return new Refusal("not_found", "Something that this refers to is no longer there. Nothing was changed.");
  }
  return new Refusal("storage_unavailable", `${path} cannot be written: ${error.message}. Nothing was changed.`);
}

function isDamage(error: unknown): boolean {
  if (!(error instanceof SQLiteError)) return false;
  const code = error.code ?? "";
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB" || code === "SQLITE_ERROR";
}
/** A full disk is told by SQLITE_FULL, or while a file of shared memory is made, by this I/O error. */
function isFull(error: unknown): boolean {
  const code = error instanceof SQLiteError ? (error.code ?? "") : "";
  return code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE" || code === "SQLITE_IOERR_WRITE";
}
function messageOf(error: unknown): string {
  // SQLite's check tells what it found in several lines
  return errorText(error).trim().replaceAll(/\s+/g, " ");
}

/** What a violated constraint means. SQLite names its columns: "UNIQUE constraint failed: product.slug". */
function alreadyThere(message: string): string {
  return takenIn(/ (\w+)\./.exec(message)?.[1] ?? "");
}
/** What it means that a row of a table would not be unique. */
export function takenIn(table: string): string {
  if (table === "device_address") return "Two devices of a product would have the same id or serial.";
  return allKinds().find((kind) => kind.table === table)?.taken ?? "Something that must be unique is there already.";
}
/** What an error says that came while it was read or written how people sign in. */
export function signingIn(error: unknown): unknown {
  if (error instanceof RangeError) return new Refusal("damaged_store", `fleet.db is damaged: ${error.message}.`);
  if (!(error instanceof SQLiteError)) return error;
  if (error.code?.startsWith("SQLITE_CORRUPT"))
    return new Refusal("damaged_store", `fleet.db is damaged: ${error.message}.`);
  if (error.code === "SQLITE_CONSTRAINT_FOREIGNKEY")
    return new Refusal("not_found", "The account or the workspace is no longer there. Nothing was changed.");
  return new Refusal("storage_unavailable", `fleet.db cannot be used: ${error.message}. Nothing was changed.`);
}
