/** What a field has now, as the stream of events told it. */
export interface LiveValue {
  readonly value: unknown;
  /** ISO 8601, as the server stored it. */
  readonly time: string;
  /** How many came live behind the first, which may be what was there before. */
  readonly n: number;
}
/** An event of `GET /api/v1/live`. */
export interface LiveMeasurement {
  readonly product: string;
  readonly device: string;
  readonly field: string;
  readonly value: unknown;
  readonly time: string;
}

const NONE: ReadonlyMap<string, LiveValue> = new Map();
/** Devices whose values are kept; the one that was silent longest goes first. */
const MOST_DEVICES = 20_000;

/**
 * The newest values of all devices that were heard since the page was opened. Who looks at a device is told once per frame, however
 * many values came; who looks at none costs nothing. It knows no clock: `schedule` says when a frame is over.
 */
export class LiveStore {
  private readonly devices = new Map<string, ReadonlyMap<string, LiveValue>>();
  private readonly watchers = new Map<string, Set<() => void>>();
  private readonly every = new Set<(changed: ReadonlySet<string>) => void>();
  private changed = new Set<string>();
  private waiting = false;
  /** Measurements since the page was opened. */
  count = 0;

  /** @param rewatched others are looked at than before */
  constructor(
    private readonly schedule: (flush: () => void) => void,
    private readonly rewatched: () => void = () => {},
  ) {}

  /** The devices that somebody looks at. */
  get watched(): ReadonlySet<string> {
    return new Set(this.watchers.keys());
  }
  /** Whether somebody listens to everything. */
  get watchedAll(): boolean {
    return this.every.size > 0;
  }

  static key(product: string, device: string): string {
    return `${product}/${device}`;
  }

  /** Takes an event in. An older value than the one that is known (a backfill) changes nothing. */
  apply({ product, device, field, value, time }: LiveMeasurement): void {
    this.count++;
    const key = LiveStore.key(product, device);
    const known = this.devices.get(key) ?? NONE;
    const before = known.get(field);
    if (before !== undefined && before.time > time) return;
    // a new map for who compares by identity; taken out and put in, so that the order is that of the last word
    const next = new Map(known);
    const n = before === undefined ? 0 : before.n + (before.time === time ? 0 : 1);
    next.set(field, { value, time, n });
    this.devices.delete(key);
    this.devices.set(key, next);
    if (this.devices.size > MOST_DEVICES) {
      const [oldest] = this.devices.keys();
      if (oldest !== undefined) this.devices.delete(oldest);
    }
    this.changed.add(key);
    if (this.waiting) return;
    this.waiting = true;
    this.schedule(this.flush);
  }

  private readonly flush = (): void => {
    this.waiting = false;
    const { changed } = this;
    this.changed = new Set();
    for (const key of changed) for (const tell of this.watchers.get(key) ?? []) tell();
    for (const tell of this.every) tell(changed);
  };

  /** The values of a device that came live; the same map until another comes. */
  valuesOf(key: string): ReadonlyMap<string, LiveValue> {
    return this.devices.get(key) ?? NONE;
  }

  /** When a device was heard last, live; null: not since the page was opened. */
  heard(key: string): string | null {
    let newest: string | null = null;
    for (const { time } of this.valuesOf(key).values()) if (newest === null || time > newest) newest = time;
    return newest;
  }

  /** How many measurements came live, behind the first: of a field, or of all of a device. */
  heardOf(key: string, field?: string): number {
    const values = this.valuesOf(key);
    if (field !== undefined) return values.get(field)?.n ?? 0;
    let sum = 0;
    for (const { n } of values.values()) sum += n;
    return sum;
  }

  /** Tells once per frame that a device has other values. @returns takes it back */
  watch(key: string, tell: () => void): () => void {
    const known = this.watchers.get(key) ?? new Set();
    known.add(tell);
    if (known.size === 1) this.rewatched();
    this.watchers.set(key, known);
    return () => {
      known.delete(tell);
      if (known.size > 0 || this.watchers.get(key) !== known) return;
      this.watchers.delete(key);
      this.rewatched();
    };
  }

  /** Tells that one of several devices has other values, once per frame for each. @returns takes it back */
  watchEach(keys: Iterable<string>, tell: () => void): () => void {
    const leaves = [...new Set(keys)].map((key) => this.watch(key, tell));
    return () => {
      for (const leave of leaves) leave();
    };
  }

  /** Tells once per frame which devices have other values. @returns takes it back */
  watchAll(tell: (changed: ReadonlySet<string>) => void): () => void {
    this.every.add(tell);
    this.rewatched();
    return () => {
      this.every.delete(tell);
      this.rewatched();
    };
  }

  /** Forgets everything: somebody else signed in. */
  clear(): void {
    this.devices.clear();
    this.changed.clear();
  }
}
