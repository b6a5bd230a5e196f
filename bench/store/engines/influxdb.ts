/** InfluxDB 1.x as Debian has it: line protocol over HTTP, flushed at every write, which is its default. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startProcess } from "../../servers/server.ts";
import { folderBytes, writtenBytes } from "../disk.ts";
import type { Backend, Bucketed, Engine, EngineKind, Place } from "../engine.ts";
import { kindOf, type Rows, TEXTS } from "../rows.ts";

const FIELDS = { number: "v", boolean: "b", text: "t" } as const;
/** How long the folder must stand still, and how long that is waited for, in ms. */
const STILL_MS = 3_000;
const SETTLE_MS = 90_000;

/** What `/query` answers, as far as it is looked at. */
interface Reply {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values: readonly (readonly (number | null)[])[] }[];
  }[];
}

class InfluxEngine implements Engine {
  private readonly url: string;
  constructor(private readonly place: Place) {
    this.url = `http://127.0.0.1:${place.port}`;
  }

  prepare(rows: Rows, from: number, to: number): () => Promise<void> {
    const body = lines(rows, from, to);
    return async () => {
      const response = await fetch(`${this.url}/write?db=bench&precision=u`, { method: "POST", body });
      if (response.status !== 204) throw new Error(`InfluxDB: ${response.status} ${await response.text()}`);
    };
  }

  /** Its compactions cannot be waited for: until the folder stands still. */
  async settle(): Promise<void> {
    const end = performance.now() + SETTLE_MS;
    let bytes = -1;
    for (let since = performance.now(); performance.now() < end && performance.now() - since < STILL_MS; ) {
      await Bun.sleep(250);
      const now = folderBytes(this.place.folder);
      if (now !== bytes) since = performance.now();
      bytes = now;
    }
  }

  async ask(sql: string): Promise<Reply["results"][number]> {
    const parameters = new URLSearchParams({ db: "bench", epoch: "u", q: sql });
    const response = await fetch(`${this.url}/query`, { method: "POST", body: parameters });
    const { results } = (await response.json()) as Reply; // the form that its documentation shows
    const [result] = results;
    if (!result || result.error !== undefined) throw new Error(`InfluxDB: ${result?.error}`);
    return result;
  }

  async points(series: number, from: number, to: number): Promise<number> {
    const field = FIELDS[kindOf(series)];
    const found = await this.ask(`SELECT ${field} FROM m WHERE s = '${series}' AND time >= ${from}u AND time < ${to}u`);
    return found.series?.[0]?.values.length ?? 0;
  }

  /** As CSV, which it writes fastest; every line of a point begins with the measurement's name. */
  async pointsOfAll(_count: number, from: number, to: number): Promise<number> {
    const q = `SELECT v, b, t FROM m WHERE time >= ${from}u AND time < ${to}u GROUP BY s`;
    const body = new URLSearchParams({ db: "bench", epoch: "u", chunked: "true", q });
    const response = await fetch(`${this.url}/query`, { method: "POST", body, headers: { accept: "application/csv" } });
    const text = Buffer.from(await response.arrayBuffer());
    let points = 0;
    for (let at = text.indexOf("\nm,"); at >= 0; at = text.indexOf("\nm,", at + 3)) points++;
    return points;
  }

  async buckets(series: number, from: number, width: number, buckets: number): Promise<Bucketed> {
    const range = `s = '${series}' AND time >= ${from}u AND time < ${from + width * buckets}u`;
    const { series: found } = await this.ask(
      `SELECT count(v), mean(v), min(v), max(v) FROM m WHERE ${range} GROUP BY time(${width}u, ${from % width}u) fill(none)`,
    );
    const values = found?.[0]?.values ?? [];
    return { buckets: values.length, points: values.reduce((sum, [, n]) => sum + (n ?? 0), 0) };
  }
  async last(_count: number): Promise<number> {
    const { series } = await this.ask("SELECT last(v), last(b), last(t) FROM m GROUP BY s");
    return series?.length ?? 0;
  }
  written(): number {
    return writtenBytes(this.place.pid);
  }
  async kept(): Promise<{ kept: number }> {
    return { kept: folderBytes(this.place.folder) };
  }
  async close(): Promise<void> {}
}

/** One line a row: measurement, tag, field and time. */
function lines(rows: Rows, from: number, to: number): string {
  let out = "";
  for (let i = from; i < to; i++) {
    const series = rows.series[i] ?? 0;
    const value = rows.value[i] ?? 0;
    const kind = kindOf(series);
    const field = kind === "number" ? value / 10 : kind === "boolean" ? value === 1 : `"${TEXTS[value] ?? ""}"`;
    out += `m,s=${series} ${FIELDS[kind]}=${field} ${rows.time[i] ?? 0}\n`;
  }
  return out;
}

function program(): string {
  const found = Bun.which("influxd");
  if (!found) throw new Error("InfluxDB is not installed (on Debian: apt install influxdb)");
  return found;
}

/** Its defaults, but that cold data are written out and compacted at once rather than after hours, so that it can be weighed. */
function config(folder: string, port: number, other: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${other}"
[meta]
dir = "${join(folder, "meta")}"
[data]
dir = "${join(folder, "data")}"
wal-dir = "${join(folder, "wal")}"
query-log-enabled = false
cache-snapshot-write-cold-duration = "2s"
compact-full-write-cold-duration = "2s"
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
max-body-size = 0
`;
}

async function start(folder: string): Promise<Backend> {
  const [port, other] = [await freePort(), await freePort()];
  const file = join(folder, "influxdb.conf");
  writeFileSync(file, config(folder, port, other));
  const { pid, stop } = await startProcess([program(), "run", "-config", file], folder, port);
  return { pid, port, stop };
}

async function open(place: Place): Promise<Engine> {
  const engine = new InfluxEngine(place);
  await engine.ask("CREATE DATABASE bench");
  return engine;
}

export const influxdb: EngineKind = {
  name: "InfluxDB",
  describe: () => {
    const version = Bun.spawnSync([program(), "version"]).stdout.toString();
    return `InfluxDB ${/v(\S+)/.exec(version)?.[1] ?? "of unknown version"}`;
  },
  start,
  open,
};
