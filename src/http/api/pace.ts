import { Bucket } from "../../base/bucket.ts";
import type { Micros } from "../../base/types.ts";

/** What the headers say of an account's rate. */
interface Allowance {
  /** Requests that may come at once after a rest: those of a second. */
  readonly limit: number;
  readonly left: number;
  /** Seconds until `limit` is there again. */
  readonly reset: number;
  /** Seconds to wait; 0: this request may pass. */
  readonly wait: number;
}

/** How fast each account may ask: so many requests a second, a second's worth of them at once. */
export class RequestPace {
  private readonly buckets = new Map<string, Bucket>();
  private swept: Micros = Number.NEGATIVE_INFINITY;

  /** @param rate requests a second of one account (or of one address, of those who need not say who they are) */
  constructor(private readonly rate: number) {}

  /** One more request of an account. */
  ask(account: string, now: Micros): Allowance {
    const bucket = this.bucketOf(account, now);
    const wait = bucket.wait(now);
    if (wait === 0) bucket.take(1, now);
    return {
      limit: this.rate,
      left: bucket.left(now),
      reset: Math.ceil(bucket.refill(now) / 1e6),
      wait: Math.ceil(wait / 1e6),
    };
  }

  private bucketOf(account: string, now: Micros): Bucket {
    const known = this.buckets.get(account);
    if (known) return known;
    this.sweep(now);
    // Accounts are created by people, so there are not many. Addresses may be: those beyond have one bucket together.
    const name = this.buckets.size < MOST ? account : "";
    const bucket = this.buckets.get(name) ?? new Bucket(this.rate, this.rate);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** An account whose bucket is full is as good as a new one; a second fills every bucket. */
  private sweep(now: Micros): void {
    if (this.buckets.size < SWEEP || now - this.swept < 1e6) return;
    this.swept = now;
    for (const [key, bucket] of this.buckets) if (bucket.isFull(now)) this.buckets.delete(key);
  }
}
const SWEEP = 10_000;
const MOST = 100_000;
