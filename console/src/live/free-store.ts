/** A free topic as the server tells of it (`GET /api/v1/topics/live`). */
export interface ToldTopic {
  readonly topic: string;
  /** Its first bytes: text, or base64 where `base64` says so. */
  readonly payload: string;
  readonly base64: boolean;
  /** Of the whole payload. */
  readonly bytes: number;
  readonly qos: number;
  /** A message is retained on it. */
  readonly retained: boolean;
  /** Of its last message, RFC 3339; null: it was retained before one looked. */
  readonly time: string | null;
  /** Messages since it was told last. */
  readonly count: number;
}
/** A free topic as it is shown; another object after each message. */
export interface FreeTopic extends Omit<ToldTopic, "count"> {
  /** Messages a second, over the last ten. */
  readonly rate: number;
}

/** Topics that are kept; what is on others is left out, and counted. */
export const MOST_TOPICS = 5000;
/** What a rate is made of, ms. */
const WINDOW_MS = 10_000;

interface Kept {
  shown: FreeTopic;
  /** When messages were told, and how many, oldest first. */
  counts: { readonly at: number; readonly n: number }[];
}

/** The free topics that were heard of, bounded in number; payloads are bounded by the server. */
export class FreeStore {
  private readonly kept = new Map<string, Kept>();
  /** Topics in their order; another list after each change. */
  list: readonly FreeTopic[] = [];
  /** Messages on topics that found no room, here or at the server. */
  left = 0;

  /** @param now ms */
  hear(told: readonly ToldTopic[], now: number): void {
    for (const { count, ...one } of told) {
      const known = this.kept.get(one.topic);
      if (known === undefined && this.kept.size >= MOST_TOPICS) {
        this.left += Math.max(1, count);
        continue;
      }
      const kept = known ?? { shown: { ...one, rate: 0 }, counts: [] };
      if (count > 0) kept.counts.push({ at: now, n: count });
      kept.shown = { ...one, rate: kept.shown.rate };
      this.kept.set(one.topic, kept);
    }
    this.settle(now);
  }
  lose(messages: number): void {
    this.left += messages;
  }
  /** Rates as they are now. Call it about once a second. @returns whether anything changed */
  tick(now: number): boolean {
    let changed = false;
    for (const kept of this.kept.values()) changed = this.rateOf(kept, now) || changed;
    if (changed) this.draw();
    return changed;
  }
  /** What was heard before is of a stream that was lost: it begins anew. */
  clear(): void {
    this.kept.clear();
    this.left = 0;
    this.draw();
  }

  private settle(now: number): void {
    for (const kept of this.kept.values()) this.rateOf(kept, now);
    this.draw();
  }
  private rateOf(kept: Kept, now: number): boolean {
    const { counts, shown } = kept;
    while (counts[0] !== undefined && counts[0].at <= now - WINDOW_MS) counts.shift();
    const rate = counts.reduce((sum, { n }) => sum + n, 0) / (WINDOW_MS / 1000);
    if (rate === shown.rate) return false;
    kept.shown = { ...shown, rate };
    return true;
  }
  private draw(): void {
    this.list = [...this.kept.values()]
      .map(({ shown }) => shown)
      .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
  }
}

/** The bytes of a payload that were told. */
export function bytesOf({ payload, base64 }: Pick<ToldTopic, "payload" | "base64">): Uint8Array {
  return base64 ? Uint8Array.from(atob(payload), (one) => one.charCodeAt(0)) : new TextEncoder().encode(payload);
}
