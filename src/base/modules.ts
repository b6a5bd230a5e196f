/** Where modules of this program are that run in a thread or a process of their own: beside the others, or in the one executable (`npm run build`). */

/** They are entries of the executable, so it has a file of its own for each. */
export const OWN_MODULES = [
  "store/sqlite/data/worker",
  "store/sqlite/data/reader",
  "store/sqlite/fleet/worker",
  "store/sqlite/backup/worker",
  "store/postgres/fleet/worker",
  "store/postgres/data/bridge",
  "store/postgres/data/commits",
  "store/postgres/data/reader",
  "store/postgres/data/work",
  "fleet/yaml/worker",
] as const;
type OwnModule = (typeof OWN_MODULES)[number];

/** Where the executable has its files, which stand on no disk. */
const INSIDE = "/$bunfs/root/";
/** Whether this is the executable. */
export const STANDALONE = import.meta.path.startsWith(INSIDE);
/** What the executable is called with to be the process in which scripts of users run. */
export const SCRIPTS = "run-scripts";

/** For `new Worker`. @param name relative to `src`, without an ending */
export function moduleUrl(name: OwnModule): URL {
  return STANDALONE ? new URL(`file://${INSIDE}${name}.js`) : new URL(`../${name}.ts`, import.meta.url);
}

/** The command that begins the process in which scripts of users run; its last argument is the limits. */
export function scriptsCommand(): readonly string[] {
  return [process.execPath, STANDALONE ? SCRIPTS : new URL("../decoders/sandbox/process.ts", import.meta.url).pathname];
}
