import type { Metrics } from "../base/metrics.ts";
import type { Log } from "../base/types.ts";
import type { SeenEvent } from "../ingest/event-log.ts";
import type { ListenerName } from "../listen/plan.ts";
import type { RefusedStream } from "../listen/strangers.ts";

/** How often one cause of one address at one listener is told, ms. */
const TELL_MS = 60_000;
/** Different ones that are remembered; the others are counted by the metric alone. */
const MOST = 1000;

interface Told {
  readonly listener: ListenerName;
  readonly why: RefusedStream;
  readonly remote: string;
  readonly text: string;
  at: number;
  silent: number;
}

/** Who came to a listener and could not be served: told at once, then once a minute with how many there were. */
export class Strangers {
  private readonly told = new Map<string, Told>();

  /** @param tell for the inspector; @param now ms of a steady clock */
  constructor(
    private readonly metrics: Metrics,
    private readonly log: Log,
    private readonly tell: (event: SeenEvent) => void,
    private readonly now: () => number,
  ) {}

  refused(listener: ListenerName, why: RefusedStream, remote: string, text: string): void {
    this.metrics.connectionRefused(why);
    const message = `--${listener}: ${text}`;
    this.tell({ kind: "connection_refused", principal: "", remote, code: why, message });
    const key = `${listener} ${remote} ${text}`;
    const before = this.told.get(key);
    if (before !== undefined) {
      before.silent++;
      return;
    }
    if (this.told.size >= MOST) return;
    const one = { listener, why, remote, text, at: this.now(), silent: 0 };
    this.told.set(key, one);
    this.say(one, 1);
  }
  /** Call it about once a second. */
  tick(): void {
    const now = this.now();
    for (const [key, one] of this.told) {
      if (now - one.at < TELL_MS) continue;
      if (one.silent === 0) {
        this.told.delete(key);
        continue;
      }
      this.say(one, one.silent);
      one.silent = 0;
      one.at = now;
    }
  }
  private say({ listener, remote, text, why }: Told, times: number): void {
    const many = times === 1 ? {} : { times };
    this.log.info({ listener, remote, cause: text, ...many }, `closed a connection (${why.replace("_", " ")})`);
  }
}
