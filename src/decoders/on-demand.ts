import type { Call, Outcome } from "./types.ts";

/** What of a sandbox is needed here; a Sandbox is one. */
interface Runs {
  call(call: Call): Promise<Outcome>;
  stop(): void;
}
type Later = (work: () => void, ms: number) => { readonly cancel: () => void };

/**
 * A sandbox that is there while it is used: it is made with the first call, and its processes end when nothing was asked of it for a
 * while. For what people try: a script that hangs there holds up no other.
 */
export class SandboxOnDemand {
  private sandbox: Runs | null = null;
  private running = 0;
  private ending: { readonly cancel: () => void } | null = null;
  private stopped = false;

  /** @param later runs something after a time, unless it is cancelled */
  constructor(
    private readonly make: () => Runs,
    private readonly idleMs: number,
    private readonly later: Later,
  ) {}

  /** As a Sandbox's. */
  async call(call: Call): Promise<Outcome> {
    if (this.stopped)
      return { ok: false, reason: "stopped", message: "the server is stopping", line: null, log: [], ms: 0 };
    this.ending?.cancel();
    this.ending = null;
    this.sandbox ??= this.make();
    this.running++;
    try {
      return await this.sandbox.call(call);
    } finally {
      this.running--;
      if (this.running === 0 && !this.stopped) this.ending = this.later(() => this.end(), this.idleMs);
    }
  }

  stop(): void {
    this.stopped = true;
    this.ending?.cancel();
    this.end();
  }
  private end(): void {
    this.ending = null;
    this.sandbox?.stop();
    this.sandbox = null;
  }
}
