import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../run/have.ts";
import { steadyPort } from "../run/ports.ts";
import { until } from "../run/until.ts";

/** Debian's Mosquitto as a broker elsewhere: killed and started again with what it kept. */
export class Remote {
  readonly port = steadyPort();
  private readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-remote-"));
  private child: Bun.Subprocess | null = null;

  /** @param lines of its configuration, beside the listener and where it keeps what it keeps */
  constructor(
    private readonly lines: readonly string[] = [],
    private readonly listener: readonly string[] = [],
  ) {}
  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }
  async start(): Promise<this> {
    const path = program("mosquitto");
    if (path === null) throw new Error("mosquitto is not on this machine");
    mkdirSync(join(this.folder, "data"), { recursive: true });
    const config = [
      ...["persistence true", `persistence_location ${join(this.folder, "data")}/`],
      ...["max_queued_messages 0", "allow_anonymous true"],
      ...(process.getuid?.() === 0 ? ["user root"] : []),
      ...this.lines,
      `listener ${this.port} 127.0.0.1`,
      ...this.listener,
    ];
    const file = join(this.folder, "mosquitto.conf");
    writeFileSync(file, `${config.join("\n")}\n`);
    this.child = Bun.spawn([path, "-c", file], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
      timeout: 900_000,
      killSignal: "SIGKILL",
    });
    await until("mosquitto listens", () => reaches(this.port));
    return this;
  }
  /** Ends it in good order: what it has is kept. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    this.child?.kill(signal);
    await this.child?.exited;
    this.child = null;
  }
  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.folder, { recursive: true });
  }
}
function reaches(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** A line between us and a remote that can be cut, and can go mute while it stays open. */
export class Line {
  readonly port = steadyPort();
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isMute = false;
  /** Connections so far. */
  connections = 0;
  /** Hears of what goes to the remote, and may cut the line by answering true: then that is the last that passes. */
  onward: ((bytes: Uint8Array) => boolean) | null = null;
  back: ((bytes: Uint8Array) => boolean) | null = null;
  private readonly server;

  constructor(to: number) {
    this.server = createServer((near) => {
      this.connections++;
      const far = connect(to, "127.0.0.1");
      const pair = [near, far] as const;
      this.pairs.add(pair);
      const end = () => {
        this.pairs.delete(pair);
        near.destroy();
        far.destroy();
      };
      near.on("error", end).on("close", end);
      far.on("error", end).on("close", end);
      near.on("data", (bytes) => this.pass(far, Buffer.from(bytes), this.onward, end));
      far.on("data", (bytes) => this.pass(near, Buffer.from(bytes), this.back, end));
    });
  }
  private pass(to: Socket, bytes: Uint8Array, look: Line["onward"], end: () => void): void {
    if (this.isMute) return;
    const isLast = look?.(bytes) === true;
    to.write(bytes);
    if (isLast) setTimeout(end, 5);
  }
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.port, "127.0.0.1", resolve));
    return this;
  }
  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }
  cut(): void {
    for (const [near, far] of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }
  /** Nothing passes any more, and nobody is told. */
  mute(isMute: boolean): void {
    this.isMute = isMute;
  }
  stop(): void {
    this.cut();
    this.server.close();
  }
}
