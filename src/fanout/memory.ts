import type { Metrics } from "../base/metrics.ts";
import { MessageQueue, type Meter } from "../session/queue.ts";
import type { Memory } from "./bounds.ts";
import { type Keeper, type QueueLimits, unsentBytes } from "./keeper.ts";

/**
 * What the queues of sessions have in memory. Each stored one has its share, and the rest goes to the store; those that are not
 * stored have nowhere else, so they are counted together: beyond the limit the oldest go of those for which the most wait.
 */
export class QueueMemory implements Memory, Meter {
  /** Bytes in the queues of those that are not stored. */
  bytes = 0;
  private readonly keepers = new Set<Keeper>();
  readonly total: number;
  private told = false;

  /** @param full is told when more is there than may be; again after half of that */
  constructor(
    limits: Pick<QueueLimits, "maxTotalQueuedBytes">,
    private readonly metrics: Pick<Metrics, "sessions">,
    private readonly full: (limit: number) => void,
  ) {
    this.total = limits.maxTotalQueuedBytes;
  }

  get sessions(): number {
    return this.metrics.sessions;
  }
  /** An empty queue; it is counted unless its keeper is stored. */
  queueFor(keeper: Keeper): MessageQueue {
    if (keeper.stored > 0) return new MessageQueue();
    this.keepers.add(keeper);
    return new MessageQueue(this);
  }
  /** The keeper is stored from now on, or its queue is no more. */
  leave(keeper: Keeper): void {
    if (this.keepers.delete(keeper)) keeper.queue?.uncounted();
  }
  /** Something was queued: drops what is beyond the limit, and a little more, so that it is not done for each message. */
  check(): void {
    const { total } = this;
    if (this.bytes <= total) {
      if (this.told && this.bytes < total / 2) this.told = false;
      return;
    }
    if (!this.told) this.full(total);
    this.told = true;
    const most = total - Math.floor(total / 64);
    while (this.bytes > most) {
      let largest = 0;
      for (const keeper of this.keepers) largest = Math.max(largest, unsentBytes(keeper));
      if (largest === 0) return; // all of it awaits an answer, which has a bound of its own
      for (const keeper of this.keepers) {
        if (this.bytes <= most) return;
        if (unsentBytes(keeper) >= largest / 2) keeper.dropOldest("memoryDropped");
      }
    }
  }
}
