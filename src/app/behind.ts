import { Refusal } from "../base/errors.ts";
import type { Seq } from "../store/ports.ts";

/** Looks after which nobody waits any more: 5 s. */
const PATIENCE = 1000;
/** Anybody may ask, so so many may wait. */
const MOST = 1000;

interface Waiting {
  readonly seq: Seq;
  /** Looks that are left. */
  left: number;
  readonly done: () => void;
  readonly failed: (why: Refusal) => void;
}

/** Requests that wait until this node has applied the log up to a row; one look for all of them. */
export class Behind {
  private readonly waiting = new Set<Waiting>();

  /** @param applied up to where it has @param later calls back at the next look */
  constructor(
    private readonly applied: () => Seq,
    private readonly later: (fn: () => void) => void,
  ) {}

  /** @throws Refusal node_behind */
  reached(seq: Seq): Promise<void> {
    if (this.applied() >= seq) return Promise.resolve();
    if (this.waiting.size >= MOST) return Promise.reject(this.refusal());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.add({ seq, left: PATIENCE, done: resolve, failed: reject });
    if (this.waiting.size === 1) this.later(this.look);
    return promise;
  }
  private readonly look = (): void => {
    const applied = this.applied();
    for (const one of this.waiting) {
      const isThere = one.seq <= applied;
      if (!isThere && --one.left > 0) continue;
      this.waiting.delete(one);
      if (isThere) one.done();
      else one.failed(this.refusal());
    }
    if (this.waiting.size > 0) this.later(this.look);
  };
  private refusal(): Refusal {
    return new Refusal("node_behind", `This node has applied the log up to ${this.applied()}.`, undefined, 1);
  }
}
