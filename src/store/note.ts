import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../base/errors.ts";

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

/**
 * What the settings say of the store is noted, before anything is done with the folder, by a server and by commands alike.
 * @throws Refusal invalid_config: the folder has data of its own
 */
export function takeNote(folder: string, address: string): void {
  if (notedStore(folder) === address) return;
  if (existsSync(join(folder, "fleet.db")))
    throw new Refusal(
      "invalid_config",
      `--store: ${folder} has data of its own (fleet.db). Move it with "fieldcast migrate --to postgres://…", or name another --data`,
    );
  noteStore(folder, address);
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

/** By which a folder is known to a store that several may have. */
const NODE = "node";

/** The identity of a folder as a node: 16 digits and letters a-f, made when there is none. A copy of a folder must not have it. */
export function nodeIdentity(folder: string): string {
  const path = join(folder, NODE);
  const known = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  if (known !== "") return known;
  const made = randomBytes(8).toString("hex");
  writeFileSync(path, `${made}\n`, { mode: 0o600 });
  return made;
}
