import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/settings.ts";
import { notedStore } from "../store/note.ts";
import type { Maintenance } from "../store/ports.ts";
import { CommandError } from "./failure.ts";
import { shellWord } from "./text.ts";
import type { Io } from "./types.ts";

/**
 * The server's settings as far as another command knows them: `--data` and `--config` of its flags, the environment,
 * the settings file.
 * @throws Refusal invalid_config
 */
export function serverSettings(io: Io, flags: Readonly<Record<string, unknown>>): Config {
  const { data, config } = flags;
  return loadConfig({ data, config }, io.env, io.readFile, io.errTerminal);
}

/** Why there is nothing to work on in a data folder; null: there is. */
export function whyNoData(folder: string): string | null {
  try {
    if (notedStore(folder) !== null) return null;
    statSync(join(folder, "fleet.db"));
    return null;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOTDIR")
      return `${folder} is not a folder: name the server's folder with --data (of a backup, fieldcast restore makes one)`;
    if (code !== "ENOENT")
      return `the data folder ${folder} cannot be read by this user (${String(code)}): it belongs to the user of the server; run this as that user (sudo -u)`;
    return existsSync(folder)
      ? `there is no data in ${folder}: name the server's folder with --data, or start the server there first`
      : `there is no data in ${folder}, which does not exist: name the server's folder with --data, or start the server first`;
  }
}

/** Only a server upgrades what an older version wrote: it makes a backup first, and says what it does. @throws CommandError */
export function mustBeUpToDate(folder: string, maintenance: Pick<Maintenance, "upgrade">): void {
  if (maintenance.upgrade() === null) return;
  throw new CommandError(
    `an older version of fieldcast wrote ${folder}: start the server on it once (fieldcast serve --data ${shellWord(folder)}), which brings it up to date`,
  );
}
