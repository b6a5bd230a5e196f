/** Cumulative histogram in Prometheus' sense; `counts[i]` = observations <= bounds[i], the last one all. */
export class Histogram {
  readonly counts: number[];
  sum = 0;
  count = 0;
  constructor(readonly bounds: readonly number[]) {
    this.counts = bounds.map(() => 0);
  }
  observe(value: number): void {
    this.sum += value;
    this.count++;
    for (let i = this.bounds.length - 1; i >= 0 && value <= (this.bounds[i] ?? 0); i--)
      this.counts[i] = (this.counts[i] ?? 0) + 1;
  }
}
