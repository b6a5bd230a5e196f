/**
 * A histogram of times with a bounded error of 2 %: buckets grow by that factor, from 1 µs to over an hour. Constant
 * memory, however many are counted.
 */
export class Latency {
  private readonly buckets = new Uint32Array(BUCKETS);
  count = 0;
  max = 0;

  /** @param ms milliseconds */
  add(ms: number): void {
    const us = Math.max(1, ms * 1000);
    const at = Math.min(BUCKETS - 1, Math.floor(Math.log(us) / STEP));
    this.buckets[at] = (this.buckets[at] ?? 0) + 1;
    this.count++;
    if (ms > this.max) this.max = ms;
  }

  /** The time in ms that this share (0 to 1) did not exceed; 0 when nothing was counted. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(this.count * share));
    let seen = 0;
    for (let at = 0; at < BUCKETS; at++) {
      seen += this.buckets[at] ?? 0;
      if (seen >= wanted) return Math.min(this.max, Math.exp((at + 0.5) * STEP) / 1000);
    }
    return 0;
  }
}
const STEP = Math.log(1.02);
const BUCKETS = 1120;
