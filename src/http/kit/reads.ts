import { Refusal } from "../../base/errors.ts";
import type { Principal } from "../../auth/principal.ts";
import { allow } from "../api/allow.ts";
import { Zones } from "../../history/zones.ts";
import type { RequestPace } from "../api/pace.ts";
import type { HttpContext, HttpDeps } from "../deps.ts";

/** Questions that may wait for each one that is answered; what waits costs little. */
const WAITING = 8;

/**
 * How much one account may read at once. Its questions are answered some at a time, the others wait for their turn, and beyond
 * that they are refused: who draws a page of charts waits a little, and nobody keeps the server from its other work.
 */
export class Reads {
  /** What questions looked up of time zones. */
  readonly zones = new Zones();
  private readonly lines = new Map<string, Line>();

  /**
   * @param pace how often an account may ask; null: no limit
   */
  constructor(
    private readonly deps: Pick<HttpDeps, "limits" | "metrics" | "clock">,
    private readonly pace: RequestPace | null,
  ) {}

  /** Counts a question that costs little. @throws Refusal rate_limited */
  allow(c: HttpContext, { key }: Pick<Principal, "key">): void {
    allow({ deps: this.deps, pace: this.pace }, c, key);
  }

  /**
   * Does a part of the work for an account when it is its turn.
   * @throws Refusal rate_limited; what `work` throws
   */
  async within<T>({ key }: Pick<Principal, "key">, work: () => Promise<T>): Promise<T> {
    const most = this.deps.limits.maxReads;
    const line = this.lines.get(key) ?? { running: 0, waiting: [] };
    this.lines.set(key, line);
    if (line.running >= most) {
      if (line.waiting.length >= most * WAITING) throw this.full(most);
      await new Promise<void>((resolve) => line.waiting.push(resolve));
    } else line.running++;
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.running === 0) this.lines.delete(key);
    }
  }

  /** Parts of a stream, each made when it is its turn: a slow reader holds up no other question of its account. */
  async *parts<T>(principal: Pick<Principal, "key">, parts: AsyncGenerator<T>): AsyncGenerator<T> {
    try {
      for (;;) {
        const part = await this.within(principal, () => parts.next());
        if (part.done) return;
        yield part.value;
      }
    } finally {
      await parts.return(undefined);
    }
  }

  private full(most: number): Refusal {
    this.deps.metrics.requestLimited();
    return new Refusal(
      "rate_limited",
      `${most} questions of this account are being answered and ${most * WAITING} wait. Ask again when some are answered; ` +
        "--max-reads lets more be answered at the same time.",
    );
  }
}

interface Line {
  running: number;
  /** Each is let in in the place of one that ended. */
  readonly waiting: (() => void)[];
}
