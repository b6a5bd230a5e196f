import { join } from "node:path";

const ROOT = join(import.meta.dir, "..", "..");

/** A program under test: its output grows while it runs. */
export class Running {
  out = "";
  err = "";
  private waiting: { text: string; resolve(): void; reject(error: Error): void }[] = [];
  readonly exited: Promise<number>;

  /** @param argv of fieldcast */
  constructor(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = Bun.spawn(["node", join(ROOT, "bin", "fieldcast"), ...argv], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    });
    const out = this.read(this.child.stdout, (text) => {
      this.out += text;
    });
    const err = this.read(this.child.stderr, (text) => {
      this.err += text;
    });
    this.exited = Promise.all([this.child.exited, out, err]).then(([code]) => {
      for (const { text, reject } of this.waiting)
        reject(new Error(`ended with ${code} before it said ${JSON.stringify(text)}:\n${this.out}${this.err}`));
      this.waiting = [];
      return code;
    });
  }
  private readonly child;

  private async read(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      add(decoder.decode(bytes, { stream: true }));
      this.waiting = this.waiting.filter(({ text, resolve }) => {
        if (!this.has(text)) return true;
        resolve();
        return false;
      });
    }
  }
  private has(text: string): boolean {
    return this.out.includes(text) || this.err.includes(text);
  }

  /** Resolves when the program has said this; rejects when it ends before. */
  async said(text: string): Promise<void> {
    if (this.has(text)) return;
    await new Promise<void>((resolve, reject) => this.waiting.push({ text, resolve, reject }));
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
  /** Ends it gracefully and answers the exit code. */
  async stop(): Promise<number> {
    this.signal("SIGTERM");
    return this.exited;
  }
}

/** Runs one command to its end. */
export async function fieldcast(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = new Running(argv, env);
  const code = await program.exited;
  return { code, out: program.out, err: program.err };
}

/** Every listener on loopback, on ports that the system chooses. */
export const LISTENERS = ["mqtt", "mqtts", "http", "https", "wss"].flatMap((name) => [`--${name}`, "127.0.0.1:0"]);

/** Starts a server and waits until it takes connections. */
export async function serve(data: string, ...flags: readonly string[]): Promise<Running> {
  const server = new Running(["serve", "--data", data, ...LISTENERS, ...flags]);
  await server.said("\nready in ");
  return server;
}

/** The personal token in a first start's banner. */
export function tokenIn(banner: string): string {
  return /^ {2}([0-9a-f]{40})$/m.exec(banner)?.[1] ?? "";
}
/** The address of a listener in a banner, e.g. `mqtt://127.0.0.1:1234`. */
export function urlIn(banner: string, scheme: string): string {
  return banner.split(/\s+/).find((word) => word.startsWith(`${scheme}://`)) ?? "";
}
