import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort, startProcess } from "./server.ts";

/** Where Debian keeps the programs of PostgreSQL, by version. */
const PACKAGES = "/usr/lib/postgresql";

/** The folder of the newest one's programs, and its version. @throws Error it is not installed */
export function postgresPrograms(): { readonly folder: string; readonly version: string } {
  const versions = existsSync(PACKAGES) ? readdirSync(PACKAGES) : [];
  const [newest] = versions.sort((a, b) => Number(b) - Number(a));
  if (newest === undefined) throw new Error("PostgreSQL is not installed (on Debian: apt install postgresql)");
  return { folder: join(PACKAGES, newest, "bin"), version: newest };
}

/** PostgreSQL refuses to run as root; Debian's package made this user. */
function asPostgres(command: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [...command];
  return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", ...command];
}

interface RunningPostgres {
  /** What --store takes. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Root's folders of a run may be passed by the user of Debian's package. */
function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder, { mode: 0o700 });
  if (process.getuid?.() !== 0) return folder;
  for (const above of [parent, dirname(parent)]) chmodSync(above, 0o711);
  const id = Number(Bun.spawnSync(["id", "-u", "postgres"]).stdout.toString());
  chownSync(folder, id, -1);
  return folder;
}
function make(command: readonly string[]): void {
  const made = Bun.spawnSync(asPostgres(command), { cwd: "/", stdout: "ignore", stderr: "pipe", env: {} });
  if (made.exitCode !== 0) throw new Error(`${command[0]}: ${made.stderr}`);
}
async function start(folder: string, port: number, more: Readonly<Record<string, string>> = {}) {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    port: String(port),
    shared_buffers: "256MB",
    max_wal_size: "4GB",
    ...more,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = asPostgres([join(postgresPrograms().folder, "postgres"), "-D", folder, ...flags]);
  return startProcess(command, "/", port, (line) => line.includes("ready to accept"));
}

/** A PostgreSQL as the package sets it up, but for 256 MB of buffers and 4 GB between its checkpoints. */
export async function startPostgres(
  parent: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RunningPostgres & { readonly folder: string; readonly port: number }> {
  const folder = makeFolder(parent, "postgres");
  const port = await freePort();
  const how = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums"];
  make([join(postgresPrograms().folder, "initdb"), "--pgdata", folder, ...how]);
  const { stop } = await start(folder, port, more);
  return { folder, port, stop, address: `postgres://postgres@localhost/postgres?host=${folder}&port=${port}` };
}

/** One whose commits wait for one of two standbys, all on this machine and disk. */
export async function startReplicated(parent: string): Promise<RunningPostgres> {
  const servers: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const one of servers.reverse()) await one.stop();
  };
  try {
    const primary = await startPostgres(parent, { synchronous_standby_names: "ANY 1 (b, c)" });
    servers.push(primary);
    for (const name of ["b", "c"]) {
      const folder = makeFolder(parent, name);
      const from = `host=${primary.folder} port=${primary.port} user=postgres application_name=${name}`;
      const how = ["--checkpoint=fast", "--write-recovery-conf", "--wal-method=stream"];
      make([join(postgresPrograms().folder, "pg_basebackup"), "--pgdata", folder, "--dbname", from, ...how]);
      servers.push(await start(folder, await freePort()));
    }
    return { address: primary.address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
