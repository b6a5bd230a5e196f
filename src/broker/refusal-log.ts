import type { Log } from "../base/types.ts";
import { accountNameOf } from "../fleet/account-name.ts";
import type { Directory } from "../fleet/directory.ts";
import type { ToldRefusal } from "../ingest/refusals.ts";

/** How often the same account is told of for the same cause, µs. */
const FOLD_MICROS = 10_000_000;
/** Different (account, code) remembered; what is more waits for the next window. */
const MOST = 1000;

interface Fold {
  /** µs of the steady clock when it was told last. */
  told: number;
  /** The latest that was not told, and how many there were. */
  last: ToldRefusal | null;
  count: number;
}

/**
 * One line of the log for refused publishes: the first of an account and a code at once, then at most one each ten seconds that
 * says how many there were. Clients of MQTT 3.1.1 see no refusal, so whoever runs the server must.
 */
export class RefusalLog {
  private readonly folds = new Map<string, Fold>();

  /** @param nameOf of an account's key, for people */
  constructor(
    private readonly log: Pick<Log, "info">,
    private readonly nameOf: (key: string) => string,
  ) {}

  /** @param now µs of the steady clock, as in `tick` */
  seen(refusal: ToldRefusal, now: number): void {
    const key = `${refusal.principal} ${refusal.code}`;
    const known = this.folds.get(key);
    if (known) {
      known.last = refusal;
      known.count += refusal.count;
    } else if (this.folds.size < MOST) {
      this.folds.set(key, { told: now, last: null, count: 0 });
      this.tell(refusal, refusal.count);
    }
  }
  /** About once a second: tells what was folded long enough, and forgets what was quiet. */
  tick(now: number): void {
    for (const [key, fold] of this.folds) {
      if (now - fold.told < FOLD_MICROS) continue;
      if (fold.last === null) this.folds.delete(key);
      else {
        this.tell(fold.last, fold.count);
        fold.told = now;
        fold.last = null;
        fold.count = 0;
      }
    }
  }

  private tell({ principal, code, topic, message }: ToldRefusal, count: number): void {
    this.log.info(
      { account: this.nameOf(principal), code, topic, why: message, count },
      count === 1 ? "refused a publish" : "refused publishes, this is the latest of them",
    );
  }
}

/** One that calls accounts, and integrations of products, by what people call them. */
export function refusalLogOf(directory: Directory, log: Pick<Log, "info">): RefusalLog {
  return new RefusalLog(log, (key) => accountNameOf(directory, key));
}
