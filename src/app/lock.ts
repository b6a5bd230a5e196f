import { mkdirSync } from "node:fs";
import { errorText, Refusal } from "../base/errors.ts";
import { notedStore, takeNote } from "../store/note.ts";
import { maintenanceOf } from "../store/open.ts";
import type { StoreLock } from "../store/ports.ts";

/** Takes the data folder, and makes it when it is not there. @param store what --store says. @throws Refusal invalid_config */
export async function lockOf(folder: string, store: string | null, undo: (() => unknown)[]): Promise<StoreLock> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "EEXIST" ? "it is a file" : errorText(error);
    throw new Refusal("invalid_config", `--data ${folder}: the folder cannot be made: ${why}`);
  }
  // before the lock, which is that of the store as well: whoever has it has noted the same
  if (store !== null) takeNote(folder, store);
  const maintenance = maintenanceOf(folder);
  const lock = await maintenance.lock();
  if (!lock) {
    const used = notedStore(folder) === null ? "this folder" : "this folder or its store";
    throw new Refusal(
      "invalid_config",
      `--data ${folder}: another fieldcast uses ${used}${await maintenance.holder()}`,
    );
  }
  undo.push(() => lock.release());
  return lock;
}
