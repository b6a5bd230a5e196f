import type { News } from "../store/ports.ts";
import { Told } from "../store/record.ts";

/** What became of a node. */
type Change =
  /** It takes part from here on; one that took part with an earlier epoch was gone in between. */
  | { readonly change: "up"; readonly node: number; readonly epoch: number; readonly before: number | null }
  /** It takes part no more: it was fenced in the transaction that says so, nothing of it follows in the log. */
  | { readonly change: "gone"; readonly node: number; readonly epoch: number };

/**
 * The nodes that take part, as of the last row of the log that had its turn: news of NodeUp and NodeGone in the order of the log, so all nodes
 * know the same at the same row. Pure: whoever hears the log feeds it.
 */
export class Members {
  private readonly epochs = new Map<number, number>();
  private readonly hearers: ((change: Change) => void)[] = [];

  /** @param self number of this node @param live those that took part as of the row from which the log is followed */
  constructor(
    readonly self: number,
    live: Iterable<readonly [node: number, epoch: number]> = [],
  ) {
    for (const [node, epoch] of live) this.epochs.set(node, epoch);
  }
  /** Epochs of the nodes that take part. */
  get live(): ReadonlyMap<number, number> {
    return this.epochs;
  }
  /** Their numbers, ascending. */
  get numbers(): number[] {
    return [...this.epochs.keys()].sort((a, b) => a - b);
  }
  /** Which of them does what only one may do: the one that takes part for longest, by its epoch; 0: nobody takes part. */
  get duty(): number {
    let [duty, lowest] = [0, Number.POSITIVE_INFINITY];
    for (const [node, epoch] of this.epochs) if (epoch < lowest) [duty, lowest] = [node, epoch];
    return duty;
  }
  /** Whether that is this node. */
  get hasDuty(): boolean {
    return this.duty === this.self;
  }
  /** Hears of each change when it is true. */
  onChange(hearer: (change: Change) => void): void {
    this.hearers.push(hearer);
  }

  /** A row of the log tells something; what is not about nodes is passed over. */
  heard({ what, numbers: [node = 0, epoch = 0] }: Pick<News, "what" | "numbers">): void {
    const before = this.epochs.get(node) ?? null;
    if (what === Told.NodeUp) {
      if (before === epoch) return;
      this.epochs.set(node, epoch);
      this.tell({ change: "up", node, epoch, before });
    } else if (what === Told.NodeGone && before === epoch) {
      this.epochs.delete(node);
      this.tell({ change: "gone", node, epoch });
    }
  }
  private tell(change: Change): void {
    for (const hear of this.hearers) hear(change);
  }
}
