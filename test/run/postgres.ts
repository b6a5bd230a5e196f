import { afterAll } from "bun:test";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { postgresPrograms } from "./have.ts";
import { steadyPort } from "./ports.ts";
import { until } from "./until.ts";

/** A PostgreSQL of a test's own, on a socket in a temporary folder and on the loopback. */
export interface TestPostgres {
  readonly pid: number;
  readonly port: number;
  /** The folder that it listens in, and has its data below. */
  readonly folder: string;
  /** What --store takes: the database is `postgres`, over TCP unless it says `socket`. */
  address(schema: string, way?: "tcp" | "socket"): string;
  /** Runs statements as its superuser. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
  /** Leaves a transaction open in which a statement was done; the function undoes it. */
  hold(statement: string): Promise<() => Promise<void>>;
  /** Asks it to end, as an operator does (`fast`), or ends it where it stands. */
  stop(how?: "fast" | "kill"): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  shared_buffers: "16MB",
  max_connections: "60",
  autovacuum: "on",
  log_min_messages: "fatal",
};

/** PostgreSQL refuses to run as root; Debian's package made this user. It ends with the tests, however they end. */
function asPostgres(command: readonly string[]): string[] {
  const user = process.getuid?.() === 0 ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
  return ["setpriv", ...user, "--pdeathsig=QUIT", ...command];
}
function uidOfPostgres(): number {
  return Number(Bun.spawnSync(["id", "-u", "postgres"]).stdout.toString());
}

/** @param disk a folder that it has its tables in; its write-ahead log stays beside */
export function startPostgres(more: Readonly<Record<string, string>> = {}, disk?: string): Promise<TestPostgres> {
  return Postgres.begin(programsHere(), more, disk);
}
/** A copy of a running one that follows it from then on, as its standby under this name. @param port absent: one of its own @param disk see startPostgres */
export function startStandby(of: TestPostgres, name: string, port?: number, disk?: string): Promise<TestPostgres> {
  return Postgres.copy(programsHere(), of, name, port, disk);
}
function programsHere(): string {
  const programs = postgresPrograms();
  if (programs === null) throw new Error("there is no PostgreSQL here; ask have() first");
  return programs;
}

const running = new Set<Postgres>();
process.on("exit", () => {
  for (const one of running) one.leave();
});

class Postgres implements TestPostgres {
  readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-pg-"));
  private child: ReturnType<typeof Bun.spawn> | null = null;

  private constructor(
    private readonly programs: string,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly disk: string | undefined,
    readonly port = steadyPort(),
  ) {
    running.add(this);
    for (const folder of [this.folder, ...(disk === undefined ? [] : [disk])])
      if (process.getuid?.() === 0) chownSync(folder, uidOfPostgres(), -1);
  }
  static async begin(programs: string, more: Readonly<Record<string, string>>, disk?: string): Promise<Postgres> {
    const one = new Postgres(programs, { ...SETTINGS, ...more }, disk);
    const made = Bun.spawnSync(
      asPostgres([
        join(programs, "initdb"),
        ...[
          "--pgdata",
          one.data,
          "--username=postgres",
          "--auth=trust",
          "--encoding=UTF8",
          "--locale=C",
          "--no-sync",
          "--data-checksums",
          ...(disk === undefined ? [] : ["--waldir", join(one.folder, "wal")]),
        ],
      ]),
      { cwd: "/", stdout: "ignore", stderr: "pipe", env: {} },
    );
    if (made.exitCode !== 0) throw new Error(`initdb: ${made.stderr}`);
    await one.start();
    return one;
  }
  static async copy(programs: string, of: TestPostgres, name: string, port?: number, disk?: string): Promise<Postgres> {
    const one = new Postgres(programs, { ...SETTINGS, max_wal_senders: "10", wal_keep_size: "64MB" }, disk, port);
    const made = Bun.spawnSync(
      asPostgres([
        join(programs, "pg_basebackup"),
        ...["--pgdata", one.data, "--checkpoint=fast", "--no-sync", "--write-recovery-conf", "--wal-method=stream"],
        ...["--dbname", conninfo(of, name)],
        ...(disk === undefined ? [] : ["--waldir", join(one.folder, "wal")]),
      ]),
      { cwd: "/", stdout: "ignore", stderr: "pipe", env: {} },
    );
    if (made.exitCode !== 0) throw new Error(`pg_basebackup: ${made.stderr}`);
    await one.start();
    return one;
  }
  private get data(): string {
    return join(this.disk ?? this.folder, "data");
  }
  get pid(): number {
    if (this.child === null) throw new Error("PostgreSQL does not run");
    return this.child.pid;
  }
  address(schema: string, way: "tcp" | "socket" = "tcp"): string {
    return way === "tcp"
      ? `postgres://postgres@127.0.0.1:${this.port}/postgres?schema=${schema}`
      : `postgres://postgres@localhost/postgres?host=${this.folder}&port=${this.port}&schema=${schema}`;
  }

  async start(): Promise<void> {
    const settings = { ...this.settings, unix_socket_directories: this.folder, port: String(this.port) };
    this.child = Bun.spawn(
      asPostgres([
        join(this.programs, "postgres"),
        "-D",
        this.data,
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ]),
      { cwd: "/", stdin: "ignore", stdout: "ignore", stderr: "ignore", env: {} },
    );
    await until("PostgreSQL answers", () => this.answers());
  }
  private async answers(): Promise<boolean> {
    try {
      await this.sql("SELECT 1");
      return true;
    } catch {
      return false;
    }
  }
  private async client(): Promise<Client> {
    const client = new Client({ host: this.folder, port: this.port, user: "postgres", database: "postgres" });
    client.on("error", () => {});
    await client.connect();
    return client;
  }
  async hold(statement: string): Promise<() => Promise<void>> {
    const client = await this.client();
    await client.query(`BEGIN; ${statement}`);
    return () => client.end();
  }
  async sql(text: string): Promise<readonly Record<string, unknown>[]> {
    const client = await this.client();
    try {
      const { rows } = await client.query(text);
      return rows ?? [];
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  async stop(how: "fast" | "kill" = "fast"): Promise<void> {
    const { child } = this;
    this.child = null;
    child?.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    await child?.exited;
  }
  async remove(): Promise<void> {
    await this.stop("kill");
    running.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.data, { recursive: true, force: true });
  }
  /** When the tests end. */
  leave(): void {
    this.child?.kill("SIGQUIT");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Settings for tests that only need tables: nobody's power fails meanwhile. */
const QUICK = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/** One for all tests of a file that only need tables, each in a schema of its own; to be called where the file begins. */
export async function sharedPostgres(): Promise<TestPostgres> {
  const one = await startPostgres(QUICK);
  afterAll(() => one.remove());
  return one;
}

/** One for all servers of the process, which refuse one without fsync. */
let keeping: Promise<TestPostgres> | null = null;
export function keepingPostgres(): Promise<TestPostgres> {
  keeping ??= startPostgres({ max_connections: "400" });
  return keeping;
}

/** How a standby of this name finds whom it follows. */
export function conninfo({ folder, port }: Pick<TestPostgres, "folder" | "port">, name: string): string {
  return `host=${folder} port=${port} user=postgres application_name=${name}`;
}

let schemas = 0;
/** A name that no other test of this process has. */
export function newSchema(): string {
  return `t${process.pid}_${++schemas}`;
}
