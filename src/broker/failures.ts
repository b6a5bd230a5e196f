import { senderOf } from "../base/address.ts";
import type { Micros } from "../base/types.ts";

const FIRST_MS = 100;
const MOST_MS = 5000;
const FORGET_MICROS = 60_000_000;
const MOST = 10_000;

/**
 * Failed logins per address: each is answered later than the one before. Only refusals wait: a valid token behind the
 * same address is never slowed down (wire contract section 2). IPv6 is counted by /64 networks.
 */
export class Failures {
  private readonly counts = new Map<string, { n: number; last: Micros }>();

  /** One more failure. Returns ms to wait before it is answered. */
  failed(from: string, now: Micros): number {
    const address = senderOf(from);
    const known = this.counts.get(address);
    const n = known && now - known.last < FORGET_MICROS ? known.n + 1 : 1;
    if (!known && this.counts.size >= MOST) {
      const [oldest] = this.counts.keys();
      if (oldest !== undefined) this.counts.delete(oldest);
    }
    this.counts.set(address, { n, last: now });
    return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(n - 1, 10));
  }
  tick(now: Micros): void {
    for (const [address, { last }] of this.counts) if (now - last >= FORGET_MICROS) this.counts.delete(address);
  }
}
