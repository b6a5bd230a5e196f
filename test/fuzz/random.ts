/** Chance that can be repeated: the same seed and round give the same numbers (sfc32). */
export class Random {
  private a = 0x9e3779b9;
  private b = 0x243f6a88;
  private c: number;
  private d: number;

  constructor(seed: number, round: number) {
    this.c = seed >>> 0;
    this.d = (round ^ 0x5bd1e995) >>> 0;
    for (let i = 0; i < 16; i++) this.next();
  }
  /** 0 … 2^32 - 1. */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t >>> 0;
  }
  /** 0 … n - 1. */
  below(n: number): number {
    return n <= 1 ? 0 : this.next() % n;
  }
  /** True once in n times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }
  pick<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new Error("there is nothing to pick from");
    return one;
  }
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
