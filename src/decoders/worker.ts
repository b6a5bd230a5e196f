import { outcomeOf } from "./outcome.ts";
import type { Call, Limits, Outcome, Script } from "./types.ts";
import { cpuMsOf, memoryOf } from "./usage.ts";

/** A call that waits for its answer. */
export interface Asked {
  readonly call: Call;
  readonly wanted: string;
  readonly tell: (outcome: Outcome) => void;
  /** How often a process has died while it was at work on this call. */
  deaths: number;
}

/** How many calls are in a process's input: enough that it never waits for the server, few enough that a death costs little. */
const AHEAD = 32;
/** A process that has not been given the time to work is waited for longer, but not for ever. */
const STARVED_MS = 5000;
/** CPU time to make a machine and a context for a script, beside its own. */
const SETUP_MS = 150;
/** As long as a process may take to come up, on a machine that is busy. */
const START_MS = 10_000;

/** What happens to a process, for the pool that it belongs to. */
interface WorkerEvents {
  /** It is gone: it was at work on `amid`, and `waiting` had not begun. */
  gone(amid: Asked | null, waiting: readonly Asked[], why: "killed" | "died"): void;
}

/**
 * One sandbox process, seen from the server. Its watchdog is `look`, to be called every few milliseconds while calls are
 * under way: loops inside the VM's own functions cannot be stopped from within it (and a thread that is in one goes on
 * after it was ended), so a process that does not answer is ended with SIGKILL.
 */
export class SandboxWorker {
  private readonly process: Bun.Subprocess<"pipe", "pipe", "inherit">;
  private readonly sent: Asked[] = [];
  private readonly waiting: Asked[] = [];
  private readonly known = new Set<string>();
  private held = "";
  private headSince: number;
  /** CPU time that the process had used when the watchdog saw the first call for the first time; null: it has not yet. */
  private headCpu: number | null = null;
  private feeding = false;
  private up = false;
  private ended: "killed" | "died" | null = null;
  private nextId = 1;
  private firstId = 1;

  constructor(
    command: readonly string[],
    private readonly limits: Limits,
    private readonly now: () => number,
    private readonly events: WorkerEvents,
  ) {
    this.process = Bun.spawn([...command, JSON.stringify(limits)], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
      cwd: "/",
      // results must not depend on where the server stands, and no secret of its environment is at hand
      env: { TZ: "UTC", LANG: "C.UTF-8" },
      onExit: () => this.exited(),
    });
    this.headSince = now();
    void this.listen();
  }

  get pid(): number {
    return this.process.pid;
  }
  /** How many calls it has, at work and waiting. */
  get load(): number {
    return this.sent.length + this.waiting.length;
  }

  ask(asked: Asked): void {
    this.waiting.push(asked);
    // what has nothing to do begins at once; for one that is at work, the calls of a turn are written together
    if (this.sent.length === 0) this.feed();
    else if (!this.feeding) {
      this.feeding = true;
      setImmediate(() => {
        this.feeding = false;
        if (this.ended === null) this.feed();
      });
    }
  }

  /** Ends it; what it has is handed back by `gone`. */
  stop(): void {
    this.end("died");
  }

  /** The watchdog: ends a process whose first call has had its time. */
  look(): void {
    if (this.sent.length === 0) return;
    // most calls are over before they are looked at: asking the system at the begin of each took a tenth of the server's time
    this.headCpu ??= cpuMsOf(this.pid) ?? 0;
    const wall = this.now() - this.headSince;
    if (wall < (this.up ? this.limits.wallMs : START_MS)) return;
    const cpu = cpuMsOf(this.pid);
    const starved = cpu !== null && cpu - this.headCpu < this.limits.cpuMs + SETUP_MS;
    if (!starved || wall > STARVED_MS) this.end(this.up ? "killed" : "died");
  }

  /** @returns the memory that the process holds, in bytes; 0 where the system does not tell */
  memory(): number {
    return memoryOf(this.pid);
  }

  private feed(): void {
    let lines = "";
    while (this.sent.length < AHEAD && this.waiting.length > 0) {
      const asked = this.waiting.shift() as Asked;
      if (this.sent.length === 0) this.headBegins();
      this.sent.push(asked);
      lines += this.linesOf(asked);
    }
    if (lines === "") return;
    void this.write(lines);
  }

  private async write(lines: string): Promise<void> {
    try {
      await Promise.all([this.process.stdin.write(lines), this.process.stdin.flush()]);
    } catch {
      // the process is gone: `exited` hands back what it was to get
    }
  }

  private linesOf({ call, wanted }: Asked): string {
    const fresh = !this.known.has(call.script.id);
    if (fresh) this.known.add(call.script.id);
    const header = JSON.stringify([this.nextId++, call.workspace, call.script.id, fresh]);
    return fresh ? `${header}\n${wanted}\n${JSON.stringify(call.script.code)}\n` : `${header}\n${wanted}\n`;
  }

  private async listen(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.process.stdout) {
        this.held += decoder.decode(chunk, { stream: true });
        const lines = this.held.split("\n");
        this.held = lines.pop() ?? "";
        for (const line of lines) this.answered(line);
        this.feed();
      }
    } catch {
      // the process is gone: `exited` says so
    }
  }

  private answered(line: string): void {
    if (this.ended !== null) return;
    const tab = line.indexOf("\t");
    const [id, ms, kind] = JSON.parse(line.slice(0, tab)) as [number, number, string];
    this.up = true;
    if (id === 0) return this.headBegins();
    if (id !== this.firstId) throw new Error(`the sandbox answered call ${id} where ${this.firstId} was next`);
    this.firstId++;
    const asked = this.sent.shift() as Asked;
    this.headBegins();
    if (kind === "unknown") {
      // it has forgotten the code, as it may after very many
      this.known.delete(asked.call.script.id);
      this.waiting.unshift(asked);
    } else asked.tell(outcomeOf(kind, line.slice(tab + 1), ms, this.limits, asked.call.script.code));
  }

  private headBegins(): void {
    this.headSince = this.now();
    this.headCpu = null;
  }

  private end(why: "killed" | "died"): void {
    if (this.ended === null) this.process.kill("SIGKILL");
    this.ended ??= why;
  }

  private exited(): void {
    const why = this.ended ?? "died";
    this.ended = why;
    const [amid = null, ...begun] = this.sent.splice(0);
    this.events.gone(amid, [...begun, ...this.waiting.splice(0)], why);
  }
}

/** @returns a script with the hash of its code as its name */
export function scriptOf(code: string): Script {
  return { id: new Bun.CryptoHasher("sha256").update(code).digest("hex").slice(0, 32), code };
}
