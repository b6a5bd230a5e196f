import { mkdirSync } from "node:fs";
import { errorText, Refusal } from "../base/errors.ts";
import { notedStore, takeNote } from "../store/note.ts";
import { lockOfFolder, lockOfStore, maintenanceOf } from "../store/open.ts";
import type { StoreLock } from "../store/ports.ts";

/** Makes the folder when it is not there, and notes the store in it. @param store what --store says. @throws Refusal invalid_config */
function makeFolder(folder: string, store: string | null): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "EEXIST" ? "it is a file" : errorText(error);
    throw new Refusal("invalid_config", `--data ${folder}: the folder cannot be made: ${why}`);
  }
  // before the lock, which is that of the store as well: whoever has it has noted the same
  if (store !== null) takeNote(folder, store);
}

/**
 * Takes the data folder and its store, and makes it when it is not there. @param store what --store says
 * @param shared other servers share the store @throws Refusal invalid_config
 */
export async function lockOf(
  folder: string,
  store: string | null,
  undo: (() => unknown)[],
  shared = false,
): Promise<StoreLock> {
  if (shared) return lockStoreToo(folder, await lockFolder(folder, store), undo, true);
  makeFolder(folder, store);
  const lock = await maintenanceOf(folder).lock();
  if (!lock) throw await used(folder);
  undo.push(() => lock.release());
  return lock;
}
/** The same without its store, for a server that waits for it. */
export async function lockFolder(folder: string, store: string | null): Promise<StoreLock> {
  makeFolder(folder, store);
  const lock = await lockOfFolder(folder);
  if (!lock) throw await used(folder);
  return lock;
}
/** And then the store: it was taken from who had it, whose connection may take a moment to end. */
export async function lockStoreToo(
  folder: string,
  held: StoreLock,
  undo: (() => unknown)[],
  shared = false,
): Promise<StoreLock> {
  for (let tried = 0; ; tried++) {
    const lock = await lockOfStore(folder, shared);
    if (lock !== null) {
      undo.push(() => lock.release());
      return {
        release() {
          lock.release();
          held.release();
        },
      };
    }
    if (tried === TRIES) {
      const error = await used(folder);
      held.release();
      throw error;
    }
    await Bun.sleep(TRY_MS);
  }
}
const TRIES = 20;
const TRY_MS = 250;

async function used(folder: string): Promise<Refusal> {
  const what = notedStore(folder) === null ? "this folder" : "this folder or its store";
  const holder = await maintenanceOf(folder).holder();
  return new Refusal("invalid_config", `--data ${folder}: another fieldcast uses ${what}${holder}`);
}
