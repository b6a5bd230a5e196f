import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./have.ts";
import { steadyPort } from "./ports.ts";
import { until } from "./until.ts";

/** A nats-server of a test's own, on the loopback. */
export class NatsServer {
  readonly port = steadyPort();
  private readonly folder = mkdtempSync(join(tmpdir(), "fieldcast-nats-"));
  private child: ReturnType<typeof Bun.spawn> | null = null;

  /** @param config what its file says besides (authorization, tls, max_payload) */
  constructor(private readonly config = "") {
    running.add(this);
  }
  static async start(config?: string): Promise<NatsServer> {
    const one = new NatsServer(config);
    await one.start();
    return one;
  }
  async start(): Promise<void> {
    const file = join(this.folder, "nats.conf");
    writeFileSync(file, `host: "127.0.0.1"\nport: ${this.port}\n${this.config}\n`);
    const command = ["setpriv", "--pdeathsig=KILL", program("nats-server") ?? "nats-server", "--config", file];
    this.child = Bun.spawn(command, { cwd: "/", stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    await until("nats-server answers", async () => {
      try {
        const socket = await Bun.connect({ hostname: "127.0.0.1", port: this.port, socket: { data() {} } });
        socket.end();
        return true;
      } catch {
        return false;
      }
    });
  }
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.child?.kill(signal);
  }
  /** Ends it where it stands. */
  async kill(): Promise<void> {
    this.child?.kill("SIGKILL");
    await this.child?.exited;
    this.child = null;
  }
  async remove(): Promise<void> {
    await this.kill();
    running.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
  }
  /** When the tests end. */
  leave(): void {
    this.child?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
const running = new Set<NatsServer>();
process.on("exit", () => {
  for (const one of running) one.leave();
});
