/** Places at least. */
const LEAST = 1024;

/**
 * Something of each series, of which many have the same: its number for each in a packed array, and each thing once. References of a
 * million series would be looked through by every collection.
 */
export class PerSeries<T> {
  /** Its number plus 1, by id; 0: none. */
  private numbers = new Uint32Array(LEAST);
  private readonly things: (T | undefined)[] = [];

  /** @param numberOf whole numbers from 0 on, which are dense enough for an array */
  constructor(private readonly numberOf: (thing: T) => number) {}

  get(id: number): T | null {
    const number = this.numbers[id] ?? 0;
    return number === 0 ? null : (this.things[number - 1] ?? null);
  }
  set(id: number, thing: T): void {
    if (id >= this.numbers.length) {
      const next = new Uint32Array(Math.max(id + 1, this.numbers.length * 2));
      next.set(this.numbers);
      this.numbers = next;
    }
    const number = this.numberOf(thing);
    this.things[number] = thing;
    this.numbers[id] = number + 1;
  }
  delete(id: number): void {
    if (id < this.numbers.length) this.numbers[id] = 0;
  }
}
