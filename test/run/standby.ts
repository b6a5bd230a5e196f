import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { FLEET } from "./fleet.ts";
import { steadyPort } from "./ports.ts";
import { fieldcast, type Run } from "./server.ts";
import { until } from "./until.ts";

const root = join(import.meta.dir, "..", "..");
const main = join(root, "src", "cli", "main.ts");

/** What a server says of itself at `/healthz`, or that nobody answers. */
type Health = "ok" | "standby" | "unavailable" | "nobody";

/** One of several servers on a store, alone in its data folder: it stands by (`--standby on`), or is one of several nodes (`--cluster on`). */
export class StandbyServer {
  readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-standby-"));
  readonly ports = { mqtt: steadyPort(), http: steadyPort() };
  private child: Subprocess | null = null;
  private text = "";

  /** @param flags further ones of `serve` @param env its environment besides */
  constructor(
    private readonly store: string,
    private readonly flags: readonly string[] = [],
    private readonly as: "standby" | "cluster" = "standby",
    private readonly env: Readonly<Record<string, string>> = {},
    fleet = FLEET,
  ) {
    Bun.write(join(this.folder, "fleet.yaml"), fleet);
    servers.add(this);
  }
  get pid(): number {
    if (this.child === null) throw new Error("the server does not run");
    return this.child.pid;
  }
  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }
  /** Everything it has written. */
  log(): string {
    return this.text;
  }
  start(): void {
    const off = ["mqtts", "https", "wss"].flatMap((name) =>
      this.flags.includes(`--${name}`) ? [] : [`--${name}`, "off"],
    );
    const at = ["mqtt", "http"].flatMap((name) => [`--${name}`, `127.0.0.1:${this.ports[name as "mqtt" | "http"]}`]);
    const store = ["--data", join(this.folder, "data"), "--store", this.store, `--${this.as}`, "on"];
    const fleet = ["--apply", join(this.folder, "fleet.yaml")];
    const child = Bun.spawn([process.execPath, main, "serve", ...store, ...at, ...off, ...fleet, ...this.flags], {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", ...this.env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.child = child;
    void this.collect(child.stdout);
    void this.collect(child.stderr);
  }
  private async collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.text += text;
  }
  async health(): Promise<Health> {
    try {
      const signal = AbortSignal.timeout(1000);
      const answer = await fetch(`http://127.0.0.1:${this.ports.http}/healthz`, { signal, keepalive: false });
      return ((await answer.json()) as { status: Health }).status; // src/http/health.ts
    } catch {
      return "nobody";
    }
  }
  /** Waits until it says so. */
  async becomes(health: Health, ms = 30_000): Promise<void> {
    await until(
      `the server to be ${health}; it is not, and says:\n${this.text.slice(-2000)}`,
      async () => (await this.health()) === health,
      ms,
    );
  }
  http(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.ports.http}${path}`, {
      ...init,
      signal: AbortSignal.timeout(10_000),
      keepalive: false,
    });
  }
  /** `fieldcast ARGS --data DIR`. */
  cli(...args: string[]): Promise<Run> {
    return fieldcast([...args, "--data", join(this.folder, "data")]);
  }
  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL" | "SIGTERM"): void {
    process.kill(this.pid, signal);
  }
  /** @returns the exit code; -1: a signal ended it */
  async ended(): Promise<number> {
    return (await this.child?.exited) ?? -1;
  }
  async remove(): Promise<void> {
    if (this.isRunning) {
      this.signal("SIGCONT");
      this.signal("SIGKILL");
    }
    await this.child?.exited;
    servers.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
  }
  /** When the tests end. */
  leave(): void {
    if (this.isRunning) this.child?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const servers = new Set<StandbyServer>();
process.on("exit", () => {
  for (const one of servers) one.leave();
});
