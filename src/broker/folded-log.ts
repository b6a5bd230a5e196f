import type { Log } from "../base/types.ts";

/** How often the same address is told of for the same cause, µs. */
const FOLD_MICROS = 10_000_000;
/** Different (address, cause) remembered; what is more waits for the next window. */
const MOST = 1000;

interface Fold {
  /** µs of the steady clock when it was told last. */
  told: number;
  /** What the latest that was not told says, and how many there were. */
  last: { readonly facts: object; readonly message: string } | null;
  count: number;
}

/**
 * Log lines of what strangers can bring about as often as they like: the first of an address and a cause at once, then at most
 * one each ten seconds, with how many there were (`count`).
 */
export class FoldedLog {
  private readonly folds = new Map<string, Fold>();

  constructor(private readonly log: Pick<Log, "info">) {}

  /** @param facts of the line; @param now µs of the steady clock, as in `tick` */
  info(facts: { readonly remote: string }, cause: string, message: string, now: number): void {
    const key = `${facts.remote} ${cause}`;
    const known = this.folds.get(key);
    if (known) {
      known.last = { facts, message };
      known.count++;
    } else if (this.folds.size < MOST) {
      this.folds.set(key, { told: now, last: null, count: 0 });
      this.log.info(facts, message);
    }
  }
  /** About once a second: tells what was folded long enough, and forgets what was quiet. */
  tick(now: number): void {
    for (const [key, fold] of this.folds) {
      if (now - fold.told < FOLD_MICROS) continue;
      if (fold.last === null) {
        this.folds.delete(key);
        continue;
      }
      this.log.info({ ...fold.last.facts, count: fold.count }, fold.last.message);
      fold.told = now;
      fold.last = null;
      fold.count = 0;
    }
  }
}
