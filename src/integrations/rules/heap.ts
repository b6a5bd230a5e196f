import type { Micros } from "../../base/types.ts";

interface Due {
  readonly at: Micros;
}

/** What is due, the earliest first. What was replaced stays in it until its time: who takes it looks whether it is still meant. */
export class DueHeap<T extends Due> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }
  add(item: T): void {
    const { items } = this;
    let i = items.push(item) - 1;
    while (i > 0) {
      const above = (i - 1) >> 1;
      if ((items[above] as T).at <= item.at) break; // above < i
      items[i] = items[above] as T;
      i = above;
    }
    items[i] = item;
  }
  /** Takes the earliest, if it is due; undefined: nothing is. */
  take(now: Micros): T | undefined {
    const [first] = this.items;
    if (first === undefined || first.at > now) return undefined;
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) this.sink(last);
    return first;
  }
  private sink(item: T): void {
    const { items } = this;
    let i = 0;
    for (;;) {
      let below = 2 * i + 1;
      if (below >= items.length) break;
      const other = items[below + 1];
      if (other !== undefined && other.at < (items[below] as T).at) below++; // below < length
      if ((items[below] as T).at >= item.at) break;
      items[i] = items[below] as T;
      i = below;
    }
    items[i] = item;
  }
}
