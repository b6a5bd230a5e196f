import { Refusal } from "../base/errors.ts";
import { senderOf } from "../base/address.ts";
import type { Micros } from "../base/types.ts";
import { hashSecret } from "./secret.ts";

/** Failures that cost nothing, and the longest wait in seconds. */
interface Rule {
  readonly free: number;
  readonly longest: number;
}
/** One account from one address. */
const PAIR: Rule = { free: 5, longest: 900 };
/** One account from everywhere: shorter, so that strangers cannot lock its owner out. */
const ACCOUNT: Rule = { free: 20, longest: 60 };
/** One address, whatever it tries. */
const ADDRESS: Rule = { free: 30, longest: 900 };
/** After so long without a failure it is forgotten. */
const FORGET: Micros = 3600 * 1e6;
const MOST = 30_000;

interface Count {
  n: number;
  last: Micros;
}
interface Attempt {
  /** The password was right: what this account and address failed before is forgotten. */
  succeeded(): void;
  /** It was no failure, but no proof either; what failed before still counts. */
  undo(): void;
}

/** What an attempt waits for. When that breaks off (too much to do, no storage), nothing was guessed, and nothing counts. */
export async function decided<T>(attempt: Attempt, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    attempt.undo();
    throw error;
  }
}

/**
 * Attempts to prove who one is, by account and by address. Whether the account exists makes no difference. Each counts
 * as failed when it begins, so that many at the same time count, too.
 */
export class Attempts {
  private readonly counts = new Map<string, Count>();

  /**
   * @param email in lower case, known or not
   * @param address IP address; of IPv6 its /64 network counts
   * @throws Refusal too_many_attempts, with the seconds to wait
   */
  begin(email: string, address: string, now: Micros): Attempt {
    // addresses of accounts can be long; their hash is not
    const account = hashSecret(email);
    const sender = senderOf(address);
    const keys = [
      [`p ${account} ${sender}`, PAIR],
      [`e ${account}`, ACCOUNT],
      [`a ${sender}`, ADDRESS],
    ] as const;
    const wait = Math.max(...keys.map(([key, rule]) => this.wait(key, rule, now)));
    if (wait > 0)
      throw new Refusal("too_many_attempts", `Too many attempts. Try again in ${wait} seconds.`, undefined, wait);
    for (const [key] of keys) this.count(key, now);
    const undo = () => {
      for (const [key] of keys) this.forgive(key);
    };
    return {
      undo,
      succeeded: () => {
        undo();
        this.counts.delete(keys[0][0]);
      },
    };
  }
  /** Forgets what is old. */
  tick(now: Micros): void {
    for (const [key, { last }] of this.counts) if (now - last >= FORGET) this.counts.delete(key);
  }

  /** Seconds, rounded up; 0: it may be tried. */
  private wait(key: string, { free, longest }: Rule, now: Micros): number {
    const known = this.counts.get(key);
    if (!known || now - known.last >= FORGET || known.n < free) return 0;
    const pause = Math.min(longest, 2 ** Math.min(known.n - free, 20));
    return Math.max(0, Math.ceil((known.last + pause * 1e6 - now) / 1e6));
  }
  private count(key: string, now: Micros): void {
    const known = this.counts.get(key);
    const n = known && now - known.last < FORGET ? known.n + 1 : 1;
    // again at the end: the first is then the oldest
    this.counts.delete(key);
    if (this.counts.size >= MOST) {
      const [oldest] = this.counts.keys();
      if (oldest !== undefined) this.counts.delete(oldest);
    }
    this.counts.set(key, { n, last: now });
  }
  private forgive(key: string): void {
    const known = this.counts.get(key);
    if (!known) return;
    if (known.n <= 1) this.counts.delete(key);
    else known.n--;
  }
}
