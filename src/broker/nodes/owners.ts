import type { Digest } from "./digest.ts";

/** A stored session, as all nodes know it. */
interface Owned {
  readonly id: number;
  /** Which node has it. */
  readonly node: number;
  /** A client logged in anew elsewhere, which is the end of it, and its node has not said so yet. */
  readonly isOver: boolean;
}

const FREE = 0;
/** There was something, and what stands behind it is still to be found. */
const GONE = -1;
const START = 64;

/**
 * Which node has which stored session, as of the last row of the log that was heard; so it is the same on all nodes at the same row. Packed: 24 bytes a
 * session, in an open hash table that is half to four fifths full.
 */
export class Owners {
  private high = new Float64Array(START);
  private low = new Uint32Array(START);
  private ids = new Float64Array(START);
  /** FREE, GONE, or twice the node's number, and 2 and whether it is over. */
  private state = new Int32Array(START);
  /** Places that are not free. */
  private used = 0;
  /** Sessions in whose place another one of the same client came, and whose end was not told yet: their nodes. */
  private readonly replaced = new Map<number, number>();
  /** Sessions that there are. */
  size = 0;

  /** The session of a key; null: none is stored. */
  of(digest: Digest): Owned | null {
    const at = this.find(digest);
    return at < 0 ? null : this.at(at);
  }
  private at(at: number): Owned {
    const state = this.state[at] as number; // a place in the table, as below
    return { id: this.ids[at] as number, node: (state >> 1) - 1, isOver: (state & 1) !== 0 };
  }
  /** A node has it from here on. Returns the session of the same client that it takes the place of; null: there was none. */
  put(digest: Digest, id: number, node: number): Owned | null {
    let at = this.find(digest);
    const before = at < 0 || this.ids[at] === id ? null : this.at(at);
    if (before !== null) this.replaced.set(before.id, before.node);
    this.replaced.delete(id);
    if (at < 0) at = this.place(digest);
    this.ids[at] = id;
    this.state[at] = (node + 1) * 2;
    return before;
  }
  /** A client logged in anew: what is stored of it ends. */
  supersede(digest: Digest): void {
    const at = this.find(digest);
    if (at >= 0) this.state[at] = (this.state[at] as number) | 1;
  }
  /** The session is over. */
  end(digest: Digest, id: number): void {
    this.replaced.delete(id);
    const at = this.find(digest);
    if (at < 0 || this.ids[at] !== id) return;
    this.state[at] = GONE;
    this.size--;
  }
  /**
   * A share of a node's sessions goes to another one.
   * @param moved hears of each; @param of see the operation sessions_adopt
   */
  adopt(from: number, to: number, of: number, part: number, moved: (one: Owned, digest: Digest | null) => void): void {
    for (const [id, node] of this.replaced) {
      if (node !== from || id % of !== part) continue;
      this.replaced.set(id, to);
      moved({ id, node: to, isOver: true }, null);
    }
    for (let at = 0; at < this.state.length; at++) {
      const state = this.state[at] as number;
      if (state >> 1 !== from + 1 || (this.ids[at] as number) % of !== part) continue;
      this.state[at] = (to + 1) * 2 + (state & 1);
      moved(this.at(at), [this.high[at] as number, this.low[at] as number]);
    }
  }
  /** Each session, who has it, and whether it is over. */
  *parts(): Generator<string> {
    for (const [id, node] of this.replaced) yield `replaced ${id} ${node}`;
    for (const [at, state] of this.state.entries())
      if (state > 0) yield `${this.high[at]} ${this.low[at]} ${this.ids[at]} ${state}`;
  }
  /** How many sessions each node has. */
  counts(): Map<number, number> {
    const counts = new Map<number, number>();
    const count = (node: number): void => void counts.set(node, (counts.get(node) ?? 0) + 1);
    for (const node of this.replaced.values()) count(node);
    for (const state of this.state) if (state > 0) count((state >> 1) - 1);
    return counts;
  }

  private find([high, low]: Digest): number {
    const { length } = this.state;
    for (let at = (high % 0x1_0000_0000) % length; ; at = at + 1 === length ? 0 : at + 1) {
      const state = this.state[at] as number;
      if (state === FREE) return -1;
      if (state !== GONE && this.high[at] === high && this.low[at] === low) return at;
    }
  }
  private place([high, low]: Digest): number {
    if (this.used + 1 > this.state.length * 0.8) this.grow();
    const { length } = this.state;
    let at = (high % 0x1_0000_0000) % length;
    while ((this.state[at] as number) > 0) at = at + 1 === length ? 0 : at + 1;
    if (this.state[at] === FREE) this.used++;
    this.size++;
    this.high[at] = high;
    this.low[at] = low;
    return at;
  }
  /** A larger table, or, where much of it is gone, one of the same size without that. */
  private grow(): void {
    const { high, low, ids, state } = this;
    const length = Math.max(START, Math.ceil(this.size * 1.6) + 1);
    this.high = new Float64Array(length);
    this.low = new Uint32Array(length);
    this.ids = new Float64Array(length);
    this.state = new Int32Array(length);
    this.used = 0;
    this.size = 0;
    for (let from = 0; from < state.length; from++) {
      if ((state[from] as number) <= 0) continue;
      const at = this.place([high[from] as number, low[from] as number]);
      this.ids[at] = ids[from] as number;
      this.state[at] = state[from] as number;
    }
  }
}
