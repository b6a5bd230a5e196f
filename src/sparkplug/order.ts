import type { Micros } from "../base/types.ts";

/** Messages that wait for one that is missing. */
const MOST = 200;
/** Numbers behind the next one that count as ahead of it; the others are late. */
const AHEAD = 128;

/** Brings the messages of a node into the order of their numbers, which go from 0 to 255 and begin again. */
export class Order<M> {
  /** The number of the last message that was handed on; null: there is no session. */
  last: number | null = null;
  /** How often something was missing. */
  gaps = 0;
  private readonly waiting = new Map<number, M>();
  private since: Micros = 0;

  /** @param timeout µs that a missing message is waited for [tck-id-operational-behavior-host-reordering-param] */
  constructor(private readonly timeout: () => Micros) {}

  /** A birth begins a session, a death ends one (null): what waited is of the one before, and handed out. */
  begin(seq: number | null): readonly M[] {
    const left = this.inOrder().map(([, message]) => message);
    this.waiting.clear();
    this.last = seq;
    return left;
  }

  /**
   * `in_order`: handle it, and then what `next` hands out; `waits`: not yet; `late`: one with a higher number was handled before, or this one.
   * @param now µs of the steady clock
   */
  place(seq: number, message: M, now: Micros): "in_order" | "waits" | "late" {
    const distance = this.distance(seq);
    if (distance === 0) {
      this.last = seq;
      return "in_order";
    }
    if (distance >= AHEAD) return "late";
    if (this.waiting.size === 0) {
      this.since = now; // [tck-id-operational-behavior-host-reordering-start]
      this.gaps++;
    }
    if (!this.waiting.has(seq)) this.waiting.set(seq, message);
    return "waits";
  }
  /** The next that waited and is in order now; undefined: there is none. [tck-id-operational-behavior-host-reordering-success] */
  next(): M | undefined {
    const seq = ((this.last ?? 0) + 1) & 255;
    const message = this.waiting.get(seq);
    if (message === undefined) return undefined;
    this.waiting.delete(seq);
    this.last = seq;
    return message;
  }
  /** What is missing is not waited for any longer: all that waits, in its order; empty: the time is not over. */
  givenUp(now: Micros): readonly M[] {
    if (this.waiting.size === 0 || (now < this.due && this.waiting.size < MOST)) return [];
    const waiting = this.inOrder();
    this.waiting.clear();
    this.last = waiting.at(-1)?.[0] ?? this.last;
    return waiting.map(([, message]) => message);
  }
  /** When it is; infinite: nothing waits. */
  get due(): Micros {
    return this.waiting.size === 0 ? Number.POSITIVE_INFINITY : this.since + this.timeout();
  }

  private inOrder(): readonly (readonly [number, M])[] {
    return [...this.waiting].sort(([a], [b]) => this.distance(a) - this.distance(b));
  }
  private distance(seq: number): number {
    return (seq - (this.last ?? 0) - 1) & 255;
  }
}
