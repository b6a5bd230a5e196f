import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A data folder whose data is in a PostgreSQL says so in the file `store`, so that every command that is given the folder finds it. It may
 * hold a password, and only its owner may read it, as all that is in the folder.
 */
const NOTE = "store";

/** The address of the PostgreSQL that has the data of a folder; null: its data is in the folder. */
export function notedStore(folder: string): string | null {
  const path = join(folder, NOTE);
  if (!existsSync(path)) return null;
  return readFileSync(path, "utf8").trim() || null;
}

/** @param address null: the data is in the folder from now on */
export function noteStore(folder: string, address: string | null): void {
  const path = join(folder, NOTE);
  if (address === null) {
    rmSync(path, { force: true });
    return;
  }
  const draft = `${path}.new`;
  writeFileSync(draft, `${address}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
