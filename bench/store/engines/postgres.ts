/** PostgreSQL as Debian has it: a cluster of its own, one table, rows by binary COPY, flushed at every commit. */
import { chmodSync, chownSync } from "node:fs";
import { dirname, join } from "node:path";
import { freePort, startProcess } from "../../servers/server.ts";
import { writtenBytes } from "../disk.ts";
import type { Backend, Bucketed, Engine, EngineKind, Place } from "../engine.ts";
import { kindOf, type Rows, TEXTS } from "../rows.ts";
import { PgClient } from "./pg-wire.ts";

const USER = "bench";
const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TABLE =
  "CREATE TABLE m (series integer NOT NULL, time bigint NOT NULL, num double precision, bool boolean, txt text, " +
  "PRIMARY KEY (series, time))";
const texts = TEXTS.map((text) => Buffer.from(text));
/** Of a row without its text: the count of columns and, of each, its length and value. */
const ROW_BYTES = 2 + 8 + 12 + 12 + 5 + 4;

class PostgresEngine implements Engine {
  constructor(
    private readonly client: PgClient,
    private readonly pid: number,
  ) {}

  prepare(rows: Rows, from: number, to: number): () => Promise<void> {
    const bytes = binaryRows(rows, from, to);
    return () => this.client.copy("COPY m FROM STDIN (FORMAT binary)", bytes);
  }
  async settle(): Promise<void> {
    await this.client.query("ANALYZE m");
    await this.client.query("CHECKPOINT");
  }
  async points(series: number, from: number, to: number): Promise<number> {
    const range = `series = ${series} AND time >= ${from} AND time < ${to}`;
    return (await this.client.query(`SELECT time, num, bool, txt FROM m WHERE ${range} ORDER BY time`)).rows;
  }
  async pointsOfAll(count: number, from: number, to: number): Promise<number> {
    const range = `series <= ${count} AND time >= ${from} AND time < ${to}`;
    return (await this.client.query(`SELECT series, time, num, bool, txt FROM m WHERE ${range}`)).rows;
  }
  async buckets(series: number, from: number, width: number, buckets: number): Promise<Bucketed> {
    const { rows, texts: found } = await this.client.query(
      `SELECT (time - ${from}) / ${width}, count(*), avg(num), min(num), max(num) FROM m ` +
        `WHERE series = ${series} AND time >= ${from} AND time < ${from + width * buckets} GROUP BY 1`,
      true,
    );
    return { buckets: rows, points: found.reduce((sum, [, n]) => sum + Number(n), 0) };
  }
  async last(count: number): Promise<number> {
    const newest = "SELECT time, num, bool, txt FROM m WHERE series = s ORDER BY time DESC LIMIT 1";
    return (await this.client.query(`SELECT s, l.* FROM generate_series(1, ${count}) AS s, LATERAL (${newest}) AS l`))
      .rows;
  }
  written(): number {
    return writtenBytes(this.pid);
  }
  async kept(): Promise<{ kept: number }> {
    const { texts: found } = await this.client.query("SELECT pg_total_relation_size('m')", true);
    await this.close();
    return { kept: Number(found[0]?.[0]) };
  }
  async close(): Promise<void> {
    this.client.close();
  }
}

/** Rows as a binary COPY has them. */
function binaryRows(rows: Rows, from: number, to: number): Uint8Array {
  let size = SIGNATURE.length + 2 + (to - from) * (ROW_BYTES + 8);
  for (let i = from; i < to; i++) {
    if (kindOf(rows.series[i] ?? 0) === "text") size += texts[rows.value[i] ?? 0]?.length ?? 0;
  }
  const out = Buffer.allocUnsafe(size);
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  let at = SIGNATURE.copy(out);
  const int32 = (value: number) => {
    view.setInt32(at, value);
    at += 4;
  };
  for (let i = from; i < to; i++) {
    const series = rows.series[i] ?? 0;
    const time = rows.time[i] ?? 0;
    const value = rows.value[i] ?? 0;
    const kind = kindOf(series);
    view.setInt16(at, 5);
    at += 2;
    int32(4);
    int32(series);
    int32(8);
    int32(Math.floor(time / 2 ** 32));
    view.setUint32(at, time % 2 ** 32);
    at += 4;
    int32(kind === "number" ? 8 : -1); // -1: NULL
    if (kind === "number") {
      view.setFloat64(at, value / 10);
      at += 8;
    }
    int32(kind === "boolean" ? 1 : -1);
    if (kind === "boolean") out[at++] = value;
    const text = kind === "text" ? texts[value] : undefined;
    int32(text?.length ?? -1);
    if (text !== undefined) at += text.copy(out, at);
  }
  view.setInt16(at, -1);
  return out.subarray(0, at + 2);
}

/** Where Debian puts the programs, the newest version first; they are on nobody's PATH. */
function program(name: string): string {
  const installed = [...new Bun.Glob(`/usr/lib/postgresql/*/bin/${name}`).scanSync({ absolute: true })];
  const newest = installed.sort((a, b) => versionOf(b) - versionOf(a))[0] ?? Bun.which(name);
  if (!newest) throw new Error("PostgreSQL is not installed (on Debian: apt install postgresql)");
  return newest;
}
const versionOf = (path: string) => Number(/postgresql\/([\d.]+)/.exec(path)?.[1] ?? 0);

/** PostgreSQL refuses to run as root: then it is another user's, to whom the folder is given. */
function otherUser(folder: string): string[] {
  if (process.getuid?.() !== 0) return [];
  const name = ["postgres", "nobody"].find((user) => idOf("-u", user) > 0) ?? "nobody";
  const [uid, gid] = [idOf("-u", name), idOf("-g", name)];
  chmodSync(dirname(folder), 0o711); // made for this run, and closed to others until now
  chownSync(folder, uid, gid);
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
}
function idOf(what: "-u" | "-g", user: string): number {
  return Number(Bun.spawnSync(["id", what, user]).stdout.toString().trim() || "0");
}

/** Common advice for a machine of its own; nothing of it weakens durability. */
const SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  shared_buffers: "1GB",
  max_wal_size: "4GB",
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
};

async function start(folder: string): Promise<Backend> {
  const as = otherUser(folder);
  const data = join(folder, "cluster");
  const init = [program("initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale"];
  const made = Bun.spawnSync([...as, ...init], { cwd: folder, stdout: "pipe", stderr: "pipe", timeout: 60_000 });
  if (!made.success) throw new Error(`initdb: ${made.stderr.toString().trim()}`);
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const command = [...as, program("postgres"), "-D", data, ...settings];
  const { pid, stop } = await startProcess(command, folder, port, (line) =>
    line.includes("ready to accept connections"),
  );
  return { pid, port, stop };
}

async function open({ port, pid }: Place): Promise<Engine> {
  const client = await PgClient.connect(port, USER, "postgres");
  await client.query(TABLE);
  return new PostgresEngine(client, pid);
}

export const postgres: EngineKind = {
  name: "PostgreSQL",
  describe: () => {
    const version = Bun.spawnSync([program("postgres"), "--version"]).stdout.toString();
    return `PostgreSQL ${/\) (\S+)/.exec(version)?.[1] ?? "of unknown version"}`;
  },
  start,
  open,
};
