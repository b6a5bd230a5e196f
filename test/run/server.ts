import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { checkFolder } from "../../src/store/sqlite/check/check.ts";
import { Work } from "../../src/store/work.ts";
import { FLEET } from "./fleet.ts";
import { steadyPort } from "./ports.ts";
import type { TestPostgres } from "./postgres.ts";
import { until, within } from "./until.ts";

const root = join(import.meta.dir, "..", "..");
const main = join(root, "src", "cli", "main.ts");
const LISTENERS = ["mqtt", "mqtts", "http", "https", "wss"] as const;
export type ListenerName = (typeof LISTENERS)[number];
type Ports = Record<ListenerName, number>;

interface StartOptions {
  /** Fleet file (YAML); the default fleet of ./fleet.ts when absent, none when null. */
  readonly fleet?: string | null;
  /** Further flags of `serve`; a listener's flag replaces the one of the harness. */
  readonly flags?: readonly string[];
  /** Data folder; one of its own when absent. A folder that is given is not removed. */
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The test is about the files of a data folder, whatever FIELDCAST_TEST_STORE says. */
  readonly store?: "folder";
  /** What is run, instead of the sources. */
  readonly program?: readonly string[];
}
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A server process and what tests need of it. */
export interface TestServer {
  readonly pid: number;
  readonly data: string;
  /** A folder for the test's own files; removed with the server. */
  readonly folder: string;
  readonly ports: Ports;
  readonly caFile: string;
  /** Where its data is because FIELDCAST_TEST_STORE says so; null: in the folder, or where a flag says. */
  readonly kept: { readonly postgres: TestPostgres; readonly schema: string } | null;
  /** Everything it has written to stdout and stderr, over all restarts. */
  log(): string;
  /** Sends SIGTERM; answers the exit code. The folder is removed by `remove`, or when the tests end. */
  stop(): Promise<number>;
  kill9(): Promise<void>;
  /** Starts it after `stop` or `kill9`, with the same folder, ports and flags. */
  start(): Promise<void>;
  /** Starts it again (ends it first if need be) with the same folder, ports and flags. */
  restart(): Promise<void>;
  /** An operation over the control socket (src/cli/operations.ts), as the commands use it. Rejects with its refusal. */
  operation(name: string, input?: object): Promise<unknown>;
  /** Applies a fleet file. */
  apply(yaml: string): Promise<void>;
  /** `fieldcast ARGS --data DIR`. */
  cli(...args: string[]): Promise<Run>;
  /** A request to the plain HTTP listener. */
  http(path: string, token?: string, init?: RequestInit): Promise<Response>;
  /** The rows stored of a device: `[{time, FIELD: value, …}]`. */
  history(token: string, device: string, fields?: string): Promise<Record<string, unknown>[]>;
  /** Sum of a metric's lines in /metrics; labels as they are printed: `reason="queue_full"`. */
  metric(name: string, labels?: string): Promise<number>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

interface Leftover {
  process: Subprocess | null;
  folder: string;
}
/** What is still there when the tests end is ended and removed, by its pid and its name. */
const leftovers = new Set<Leftover>();
process.on("exit", () => {
  for (const one of leftovers) {
    one.process?.kill("SIGKILL");
    rmSync(one.folder, { recursive: true, force: true });
  }
});

function environment(more: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("FIELDCAST_"));
  return { ...Object.fromEntries(own.map(([name, value]) => [name, value ?? ""])), NO_COLOR: "1", ...more };
}

/** Whether servers of tests have their data in PostgreSQL: `npm run test:postgres`; with `-- --cluster` as one of several nodes. */
export function overPostgres(): boolean {
  return process.env.FIELDCAST_TEST_STORE === "postgres" || isNode();
}
/** Whether they are nodes that share it. */
export function isNode(): boolean {
  return process.env.FIELDCAST_TEST_STORE === "cluster";
}

/** Runs the program to its end (bounded). */
export async function fieldcast(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = Bun.spawn([process.execPath, main, ...args], {
    cwd: root,
    env: environment(env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 40_000,
    killSignal: "SIGKILL",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, out, err };
}

/** A server process on free ports of the loopback, which it keeps over restarts; its end and its folder are the caller's (`remove`), at the latest the process's. */
export async function startServer(options: StartOptions = {}): Promise<TestServer> {
  const server = new Child(options);
  await server.start();
  return server;
}

class Child implements TestServer {
  readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-test-"));
  readonly data: string;
  ports: Ports = { mqtt: 0, mqtts: 0, http: 0, https: 0, wss: 0 };
  caFile = "";
  private text = "";
  private readonly leftover: Leftover = { process: null, folder: this.folder };

  constructor(private readonly options: StartOptions) {
    this.data = options.data ?? join(this.folder, "data");
    leftovers.add(this.leftover);
    if (options.fleet !== null) writeFileSync(this.fleetFile, options.fleet ?? FLEET);
    mkdirSync(this.folder, { recursive: true });
  }
  get pid(): number {
    return this.child.pid;
  }
  private get child(): Subprocess {
    const { process } = this.leftover;
    if (process === null) throw new Error("the server does not run");
    return process;
  }
  private get fleetFile(): string {
    return join(this.folder, "fleet.yaml");
  }
  log(): string {
    return this.text;
  }

  async start(): Promise<void> {
    const { flags = [], env = {}, fleet, program = [process.execPath, main] } = this.options;
    const listeners = LISTENERS.filter((listener) => !flags.includes(`--${listener}`));
    for (const listener of listeners) if (this.ports[listener] === 0) this.ports[listener] = steadyPort();
    const args = ["serve", "--data", this.data, ...listeners.flatMap((d) => [`--${d}`, `127.0.0.1:${this.ports[d]}`])];
    if (fleet !== null) args.push("--apply", this.fleetFile);
    args.push(...(await this.store(flags)));
    const child = Bun.spawn([...program, ...args, ...flags], {
      cwd: root,
      env: environment(env),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.leftover.process = child;
    const from = this.text.length;
    const { promise: ended, resolve: end } = Promise.withResolvers<"ended">();
    void Promise.all([this.collect(child.stdout), this.collect(child.stderr), child.exited]).then(() => end("ended"));
    const ready = until("the line ready", () => /^ready/m.test(this.text.slice(from)));
    const first = await Promise.race([ended, ready]).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    });
    if (first === "ended") throw new Error(`the server ended with ${child.exitCode}:\n${this.text.slice(from)}`);
    // the control operation `info` of src/cli/operations.ts
    const info = (await this.operation("info")) as {
      addresses: { name: ListenerName; port: number }[];
      caFile: string | null;
    };
    for (const { name, port } of info.addresses) this.ports[name] = port;
    this.caFile = info.caFile ?? "";
  }
  /** With FIELDCAST_TEST_STORE=postgres every server of a test has its data there, in a schema of its own. */
  private async store(flags: readonly string[]): Promise<readonly string[]> {
    if (!overPostgres() || flags.includes("--store") || this.options.store === "folder") return [];
    const { keepingPostgres, newSchema } = await import("./postgres.ts");
    this.kept ??= { postgres: await keepingPostgres(), schema: newSchema() };
    const store = ["--store", this.kept.postgres.address(this.kept.schema)];
    return isNode() ? [...store, "--cluster", "--unreplicated-ok", "on"] : store;
  }
  kept: TestServer["kept"] = null;
  private async collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.text += text;
  }

  async stop(): Promise<number> {
    const { process } = this.leftover;
    if (process === null) return -1;
    process.kill("SIGTERM");
    const code = await within("the end of the server", process.exited).catch((error: unknown) => {
      process.kill("SIGKILL");
      throw error;
    });
    this.leftover.process = null;
    await this.checkFolder();
    return code;
  }
  async kill9(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.exited;
    this.leftover.process = null;
    await this.checkFolder();
  }
  /**
   * Whatever a test made a server write, however it ended: `store check`, and with it every backup, must find it sound.
   */
  private async checkFolder(): Promise<void> {
    if (existsSync(join(this.data, "store"))) return; // it notes a PostgreSQL
    const before = new Set(readdirSync(this.data));
    const { damage } = await checkFolder(this.data, new Work());
    // SQLite makes files beside a database that is read, for which a full disk would have no room
    for (const name of readdirSync(this.data)) if (!before.has(name)) rmSync(join(this.data, name));
    if (damage.length > 0) throw new Error(`the server left a folder that is called damaged:\n${damage.join("\n")}`);
  }
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
    leftovers.delete(this.leftover);
  }

  async operation(name: string, input: object = {}): Promise<unknown> {
    const response = await fetch(`http://localhost/control/${name}`, {
      unix: join(this.data, "control.sock"),
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(30_000),
    });
    const body = (await response.json()) as { result?: unknown }; // src/http/instance/control.ts
    if (!response.ok) throw new Error(`${name}: ${JSON.stringify(body)}`);
    return body.result;
  }
  async apply(yaml: string): Promise<void> {
    await this.operation("apply", { text: yaml });
  }
  cli(...args: string[]): Promise<Run> {
    return fieldcast([...args, "--data", this.data]);
  }
  http(path: string, token?: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set("authorization", `Token ${token}`);
    const signal = AbortSignal.timeout(30_000);
    return fetch(`http://127.0.0.1:${this.ports.http}${path}`, { ...init, headers, signal });
  }
  async history(token: string, device: string, fields = ""): Promise<Record<string, unknown>[]> {
    const path = `/v1/devices/${device}/historic_data/?fields=${fields}&resolution=raw&timeframe_start=2000-01-01T00:00:00Z`;
    // who asks again and again until something is there comes to the rate of requests
    const response = await until("a turn", async () => {
      const answer = await this.http(path, token);
      return answer.status === 429 ? null : answer;
    });
    if (!response.ok) throw new Error(`history of ${device}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>[]; // section 3.2 of the REST API
  }
  async metric(name: string, labels = ""): Promise<number> {
    const page = await (await this.http("/metrics")).text();
    const lines = page.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.filter((l) => l.includes(labels)).reduce((sum, l) => sum + Number(l.slice(l.lastIndexOf(" "))), 0);
  }
}
