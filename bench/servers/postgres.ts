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

/** A PostgreSQL as the package sets it up, but for 256 MB of buffers and 4 GB between its checkpoints. */
export async function startPostgres(parent: string): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const { folder: programs } = postgresPrograms();
  const folder = join(parent, "postgres");
  mkdirSync(folder);
  if (process.getuid?.() === 0) {
    // the folders of a run are root's alone
    for (const above of [parent, dirname(parent)]) chmodSync(above, 0o711);
    const id = Number(Bun.spawnSync(["id", "-u", "postgres"]).stdout.toString());
    chownSync(folder, id, -1);
  }
  const made = Bun.spawnSync(
    asPostgres([
      join(programs, "initdb"),
      ...[
        "--pgdata",
        folder,
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--data-checksums",
      ],
    ]),
    { cwd: "/", stdout: "ignore", stderr: "pipe", env: {} },
  );
  if (made.exitCode !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    port: String(port),
    shared_buffers: "256MB",
    max_wal_size: "4GB",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = asPostgres([join(programs, "postgres"), "-D", folder, ...flags]);
  const child = await startProcess(command, "/", port, (line) => line.includes("ready to accept connections"));
  return { address: `postgres://postgres@localhost/postgres?host=${folder}&port=${port}`, stop: child.stop };
}
