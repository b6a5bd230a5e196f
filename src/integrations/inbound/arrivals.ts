import type { Micros } from "../../base/types.ts";
import type { StoredArrival, StoreOp } from "../../store/ports.ts";

/** How long keys are known, and how many of everybody. */
const KEPT: Micros = 24 * 3600 * 1e6;
const MOST = 200_000;
/** Operations from one that forgets old keys in the store to the next. */
const BOUND_EVERY = 64;

/** What work on something that came has come to. */
export interface Done<T> {
  readonly result: T;
  /** Its keys were committed with it. */
  readonly stored: boolean;
}

/**
 * What came in, by the keys by which it is recognised when it comes again. A key is committed with the rows of what came,
 * so that a retry after a crash is recognised exactly when the first was stored.
 */
export class Arrivals {
  /** Oldest first. */
  private readonly times = new Map<string, Micros>();
  private operations = 0;
  private readonly underWay = new Map<string, Promise<boolean>>();

  /** @param most for tests; 200,000 by default */
  constructor(private readonly most = MOST) {}

  /** Takes over what the store has. */
  load(rows: readonly StoredArrival[]): void {
    for (const { key, time } of rows) this.times.set(key, time);
  }
  get count(): number {
    return this.times.size;
  }

  /**
   * Does the work once: for who comes with a key that is known already, or becomes known while they wait, it is not done.
   * When work that is under way comes to nothing, the next who waits does it.
   * @param keys of `arrivalKey`; none: the work is done
   * @param work gets the operations that are to be committed with its rows
   * @returns null: it was done before. @throws what the work throws
   */
  async once<T>(
    keys: readonly string[],
    now: Micros,
    work: (ops: readonly StoreOp[]) => Promise<Done<T>>,
  ): Promise<T | null> {
    if (keys.length === 0) return (await work([])).result;
    for (;;) {
      if (keys.some((key) => this.isKnown(key, now))) return null;
      const other = keys.map((key) => this.underWay.get(key)).find((one) => one !== undefined);
      if (other === undefined) break;
      await other;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    for (const key of keys) this.underWay.set(key, promise);
    let stored = false;
    try {
      const done = await work([this.operation(keys, now)]);
      stored = done.stored;
      return done.result;
    } finally {
      if (stored) for (const key of keys) this.know(key, now);
      for (const key of keys) this.underWay.delete(key);
      resolve(stored);
    }
  }

  private isKnown(key: string, now: Micros): boolean {
    const time = this.times.get(key);
    return time !== undefined && time >= now - KEPT;
  }
  private operation(keys: readonly string[], now: Micros): StoreOp {
    const rows = keys.map((key) => ({ key, time: now }));
    // a few more than that in the store harm nothing; to look for them each time would
    const bound = ++this.operations % BOUND_EVERY === 0 ? { bound: { before: now - KEPT, most: this.most } } : {};
    return { op: "arrivals_put", rows, ...bound };
  }
  private know(key: string, now: Micros): void {
    this.times.delete(key);
    this.times.set(key, now);
    for (const [oldest, time] of this.times) {
      if (this.times.size <= this.most && time >= now - KEPT) break;
      this.times.delete(oldest);
    }
  }
}

/** A key as it is kept: of one product, and of one length whatever a sender writes. @param product uid */
export function arrivalKey(product: number, key: string): string {
  const digest = new Bun.CryptoHasher("sha256").update(`${product}\n${key}`).digest("base64url");
  return digest.slice(0, 24);
}
