import { Refusal } from "../../base/errors.ts";
import type { Everywhere, Seq } from "../ports.ts";
import type { FleetNode } from "../sqlite/fleet/desk.ts";
import { unavailable } from "./failures.ts";
import { Session } from "./session.ts";
import { targetOf } from "./url.ts";

interface EverywhereOptions {
  /** See targetOf. */
  readonly address: string;
  readonly node: FleetNode;
  /** ms between two looks, and after which nobody waits any more: a node that is gone is found out long before. */
  readonly lookMs?: number;
  readonly patienceMs?: number;
}

const LOOK_MS = 10;
const PATIENCE_MS = 30_000;

/** How far nodes are, by their rows of the table `node`. Whoever waits shares one question with the others that wait. */
export class PostgresEverywhere implements Everywhere {
  private readonly session: Session;
  private readonly waiting = new Set<{ seq: Seq; until: number; done: () => void; failed: (why: Refusal) => void }>();
  private looking = false;
  private telling = false;
  private told: Seq = 0;
  private reached: Seq = 0;
  private ended = false;

  constructor(private readonly options: EverywhereOptions) {
    // how far a node is need not outlive anything: what it says first on a new primary is true, too
    this.session = new Session(targetOf(options.address), {
      name: "everywhere",
      begin: ["SET synchronous_commit TO off"],
    });
  }

  applied(seq: Seq): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const until = performance.now() + (this.options.patienceMs ?? PATIENCE_MS);
    this.waiting.add({ seq, until, done: resolve, failed: reject });
    void this.look();
    return promise;
  }
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    while (this.waiting.size > 0) {
      const lowest = await this.lowest();
      const now = performance.now();
      for (const one of this.waiting) {
        if (one.seq > lowest && one.until > now && !this.ended) continue;
        this.waiting.delete(one);
        if (one.seq <= lowest) one.done();
        else one.failed(notEverywhere());
      }
      if (this.waiting.size > 0) await Bun.sleep(this.options.lookMs ?? LOOK_MS);
    }
    this.looking = false;
  }
  /** How far the last of the others is; a node that is about to take part (0) serves nobody yet. */
  private async lowest(): Promise<Seq> {
    const [self] = this.options.node;
    try {
      const { rows } = await this.session.query({ text: LOWEST, values: [self], name: "lowest" });
      const [lowest] = rows[0] ?? [];
      return lowest === null || lowest === undefined ? Number.POSITIVE_INFINITY : Number(lowest);
    } catch {
      return 0; // asked again
    }
  }

  async begin(seq: Seq): Promise<Seq> {
    try {
      // row 0 is before all, and a node that serves is not at 0
      await this.session.query({ text: TELL, values: [...this.options.node, Math.max(1, seq)] });
      const { rows } = await this.session.query({ text: "SELECT seq - 1 FROM head" });
      return Number(rows[0]?.[0] ?? 0);
    } catch (error) {
      throw unavailable(error);
    }
  }
  tell(seq: Seq): void {
    this.reached = Math.max(this.reached, seq);
    if (!this.telling) void this.say();
  }
  private async say(): Promise<void> {
    this.telling = true;
    const node = this.options.node;
    while (this.told < this.reached && !this.ended) {
      const seq = this.reached;
      try {
        await this.session.query({ text: TELL, values: [...node, seq], name: "tell" });
        this.told = seq;
      } catch {
        await Bun.sleep(RETRY_MS);
      }
    }
    this.telling = false;
  }
  async end(): Promise<void> {
    this.ended = true;
    await this.session.end();
  }
}

const RETRY_MS = 200;
const LOWEST = "SELECT min(applied) FROM node WHERE alive = 1 AND applied > 0 AND id <> $1";
const TELL = "UPDATE node SET applied = greatest(applied, $3) WHERE id = $1 AND epoch = $2 AND alive = 1";

function notEverywhere(): Refusal {
  return new Refusal(
    "not_everywhere",
    "It is stored, but not all nodes have said that they know of it; until then some may go on as before. Ask again to see what there is.",
    undefined,
    5,
  );
}
