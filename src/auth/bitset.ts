/**
 * A set of device indexes, one bit each. Only the words from the lowest to the highest index are kept, so that an
 * account with one device costs one word however many devices there are.
 */
export class Bitset {
  /** Number of the word that `words[0]` is. */
  private base = 0;
  private words = new Uint32Array(0);
  /** Words in use from words[0]; the others are room to grow. */
  private used = 0;

  /** Whether the index is in the set; false for every index it never heard of. */
  has(i: number): boolean {
    const w = (i >>> 5) - this.base;
    // Inside the bounds that were just checked there is a word.
    return w >= 0 && w < this.used && ((this.words[w]! >>> (i & 31)) & 1) === 1;
  }
  add(i: number): void {
    const word = i >>> 5;
    this.cover(word, word);
    const w = word - this.base;
    this.words[w] = (this.words[w] ?? 0) | (1 << (i & 31));
  }
  delete(i: number): void {
    const w = (i >>> 5) - this.base;
    if (w >= 0 && w < this.used) this.words[w] = (this.words[w] ?? 0) & ~(1 << (i & 31));
  }
  put(i: number, present: boolean): void {
    if (present) this.add(i);
    else this.delete(i);
  }
  /** Adds every index of the other set. */
  or(other: Bitset): void {
    if (other.used === 0) return;
    this.cover(other.base, other.base + other.used - 1);
    const at = other.base - this.base;
    // Both loops stay inside the words that cover() made room for.
    for (let w = 0; w < other.used; w++) this.words[at + w]! |= other.words[w]!;
  }
  /** Takes every index of the other set away; whether there was any. */
  without(other: Bitset): boolean {
    const from = Math.max(this.base, other.base);
    const to = Math.min(this.base + this.used, other.base + other.used);
    let any = 0;
    for (let w = from; w < to; w++) {
      // from..to lies inside both.
      const theirs = other.words[w - other.base]!;
      any |= this.words[w - this.base]! & theirs;
      this.words[w - this.base]! &= ~theirs;
    }
    return any !== 0;
  }
  /** Whether the two have an index in common. */
  meets(other: Bitset): boolean {
    const from = Math.max(this.base, other.base);
    const to = Math.min(this.base + this.used, other.base + other.used);
    for (let w = from; w < to; w++) {
      // from..to lies inside both.
      if ((this.words[w - this.base]! & other.words[w - other.base]!) !== 0) return true;
    }
    return false;
  }
  /** Whether every index of this set is in the other one. */
  within(other: Bitset): boolean {
    for (let w = 0; w < this.used; w++) {
      const theirs = other.words[w + this.base - other.base] ?? 0;
      if (((this.words[w] ?? 0) & ~theirs) !== 0) return false;
    }
    return true;
  }
  /** Becomes the other set, whose words it takes over: the other one must not be used any more. */
  become(other: Bitset): void {
    this.base = other.base;
    this.words = other.words;
    this.used = other.used;
  }
  clear(): void {
    this.become(new Bitset());
  }
  /** The indexes in ascending order. */
  *values(): Generator<number> {
    for (let w = 0; w < this.used; w++) {
      const word = this.words[w] ?? 0;
      for (let b = 0; word >>> b !== 0 && b < 32; b++) if ((word >>> b) & 1) yield (w + this.base) * 32 + b;
    }
  }

  /** The indexes of either set in ascending order. */
  *union(other: Bitset): Generator<number> {
    const from = Math.min(this.used === 0 ? other.base : this.base, other.used === 0 ? this.base : other.base);
    const to = Math.max(this.base + this.used, other.base + other.used);
    for (let w = from; w < to; w++) {
      const word = (this.words[w - this.base] ?? 0) | (other.words[w - other.base] ?? 0);
      for (let b = 0; b < 32 && word >>> b !== 0; b++) if ((word >>> b) & 1) yield w * 32 + b;
    }
  }

  /** Makes room for the words from `low` to `high`; grows upwards by doubling, because indexes are given upwards. */
  private cover(low: number, high: number): void {
    if (this.used === 0) this.base = low;
    const from = Math.min(this.base, low);
    const to = Math.max(this.base + this.used, high + 1);
    if (from < this.base || to - from > this.words.length) {
      const room = from < this.base || this.used === 0 ? to - from : Math.max(to - from, this.words.length * 2);
      const words = new Uint32Array(room);
      words.set(this.words.subarray(0, this.used), this.base - from);
      this.words = words;
      this.base = from;
    }
    this.used = to - from;
  }
}
