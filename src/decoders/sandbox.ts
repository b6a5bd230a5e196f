import { scriptsCommand } from "../base/modules.ts";
import { type Call, type Failed, type Failure, LIMITS, type Limits, type Outcome } from "./types.ts";
import { type Asked, SandboxWorker } from "./worker.ts";

/** How many calls may wait in all; more is an answer, not memory. */
const MOST_WAITING = 10_000;
const LOOK_EVERY_MS = 20;
/** The size of a process is asked for less often than whether it is stuck. */
const LOOKS_A_MEMORY = 25;
/** A process that has grown beyond this is ended when it has nothing to do, or at twice this in any case. */
const MOST_MEMORY = 384 * 1024 * 1024;
const STRIKES = 2;
const STRIKES_MS = 60_000;
/** A process that comes to an end by itself again and again is not started in a loop. */
const AGAIN_AFTER_MS = 100;

interface SandboxOptions {
  /** The command that starts a sandbox process. */
  readonly command?: readonly string[];
  /** How many processes: a script that hangs holds up the others of its own for a quarter of a second. */
  readonly processes?: number;
  readonly limits?: Limits;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  /** A script was switched off: it brought its process down twice within a minute. */
  readonly onOff?: (call: Call) => void;
  /** A process was ended by the watchdog, or died. */
  readonly onDeath?: (why: "killed" | "died", amid: Call | null) => void;
}

/**
 * Runs the scripts of users in processes of their own: `call` gives what a script gave, or why it gave nothing, and never
 * throws. Calls of one script come to their ends in the order in which they were made. A script that has brought its
 * process down twice within a minute is off until `on` is called or its code changes; the calls that waited behind it go
 * on in a new process.
 */
export class Sandbox {
  private readonly workers: (SandboxWorker | null)[];
  private readonly strikes = new Map<string, number[]>();
  private readonly off = new Set<string>();
  private readonly limits: Limits;
  private readonly now: () => number;
  private readonly command: readonly string[];
  private waiting = 0;
  private timer: ReturnType<typeof setInterval> | null = null;
  private stopped = false;
  private looks = 0;

  constructor(private readonly options: SandboxOptions = {}) {
    this.limits = options.limits ?? LIMITS;
    this.now = options.now ?? (() => performance.now());
    this.command = options.command ?? scriptsCommand();
    this.workers = Array.from({ length: options.processes ?? 2 }, () => null);
  }

  /** Runs a script. */
  call(call: Call): Promise<Outcome> {
    const refused = this.refusal(call);
    if (refused !== null) return Promise.resolve(refused);
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.waiting++;
    const { kind, declared, input, globals } = call;
    const wanted = JSON.stringify({ kind, declared, input, globals });
    const tell = (outcome: Outcome) => {
      this.waiting--;
      resolve(outcome);
    };
    this.give({ call, wanted, tell, deaths: 0 });
    return promise;
  }

  /** Whether a script of a workspace is switched off. */
  isOff(workspace: string, script: string): boolean {
    return this.off.has(keyOf(workspace, script));
  }
  /** Switches a script on again. */
  on(workspace: string, script: string): void {
    this.off.delete(keyOf(workspace, script));
    this.strikes.delete(keyOf(workspace, script));
  }

  /** The ids of the processes that run now. */
  get pids(): readonly number[] {
    return this.workers.flatMap((worker) => (worker === null ? [] : [worker.pid]));
  }

  /** Ends every process; calls that wait are told `stopped`. */
  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    for (const worker of this.workers) worker?.stop();
  }

  private refusal({ workspace, script }: Call): Failed | null {
    if (this.stopped) return failed("stopped", "the server is stopping");
    if (this.isOff(workspace, script.id))
      return failed("off", "the script is switched off: it did not let itself be stopped, twice within a minute");
    if (this.waiting >= MOST_WAITING) return failed("busy", "too many calls wait for the sandbox");
    return null;
  }

  private give(asked: Asked): void {
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
    const at = Bun.hash.wyhash(keyOf(asked.call.workspace, asked.call.script.id));
    this.workerAt(Number(at % BigInt(this.workers.length))).ask(asked);
  }

  private workerAt(place: number): SandboxWorker {
    const known = this.workers[place];
    if (known !== undefined && known !== null) return known;
    const gone = (amid: Asked | null, waiting: readonly Asked[], why: "killed" | "died") => {
      if (this.workers[place] === worker) this.workers[place] = null;
      this.gone(amid, waiting, why);
    };
    const worker = new SandboxWorker(this.command, this.limits, this.now, { gone });
    this.workers[place] = worker;
    return worker;
  }

  private look(): void {
    for (const worker of this.workers) {
      if (worker === null) continue;
      worker.look();
      if (++this.looks % LOOKS_A_MEMORY > 0 && this.waiting > 0) continue;
      const memory = worker.memory();
      if (memory > MOST_MEMORY * 2 || (memory > MOST_MEMORY && worker.load === 0)) worker.stop();
    }
    if (this.waiting > 0 || this.timer === null) return;
    clearInterval(this.timer); // nothing is under way; `give` starts it again
    this.timer = null;
  }

  private gone(amid: Asked | null, waiting: readonly Asked[], why: "killed" | "died"): void {
    if (!this.stopped) this.options.onDeath?.(why, amid?.call ?? null);
    // the system may have ended it for the memory of others: its call gets another process before it is blamed
    const innocent = amid !== null && why === "died" && amid.deaths++ === 0 && !this.stopped;
    if (amid !== null && !innocent) this.blame(amid, why);
    const again = () => {
      for (const asked of innocent ? [amid, ...waiting] : waiting) {
        const refused = this.refusal(asked.call);
        if (refused !== null && refused.reason !== "busy") asked.tell(refused);
        else this.give(asked);
      }
    };
    if (why === "died" && !this.stopped && (innocent || waiting.length > 0)) setTimeout(again, AGAIN_AFTER_MS);
    else again();
  }

  /** The call that a process was ended for is not tried again: it would be the next one's end, too. */
  private blame({ call, tell }: Asked, why: "killed" | "died"): void {
    if (this.stopped) return tell(failed("stopped", "the server is stopping"));
    const key = keyOf(call.workspace, call.script.id);
    const since = this.now() - STRIKES_MS;
    const strikes = [...(this.strikes.get(key) ?? []).filter((at) => at > since), this.now()];
    this.strikes.set(key, strikes);
    const off = strikes.length >= STRIKES && !this.off.has(key);
    if (off) this.off.add(key);
    const { cpuMs } = this.limits;
    const what =
      why === "killed" ? `took longer than ${cpuMs} ms and could not be stopped` : "brought its process down";
    tell(failed("killed", `the script ${what}${off ? "; it is switched off now" : ""}`));
    if (off) this.options.onOff?.(call);
  }
}

function keyOf(workspace: string, script: string): string {
  return `${workspace}\n${script}`;
}

function failed(reason: Failure, message: string): Failed {
  return { ok: false, reason, message, line: null, log: [], ms: 0 };
}
