import { existsSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../http/kit/static.ts";

/**
 * The files of the console as it was built: by their names below `/console/`, where they are read. The build of the executable puts a list of
 * the files in it in the place of this module.
 * @returns undefined: it was not built, and there is none
 */
export function consoleFiles(): ReadonlyMap<string, string> | undefined {
  const folder = join(import.meta.dir, "..", "..", "console", "dist");
  return existsSync(join(folder, "index.html")) ? filesBelow(folder) : undefined;
}
