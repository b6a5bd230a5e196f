import type { DeviceNode } from "./nodes.ts";

/** Deleted nodes that may stay in the list before it is made anew. */
const LEAST_DEAD = 64;

/**
 * Devices in the order of their numbers, kept while they come and go, so that a page of them costs what it shows. A walk
 * sees the list as it was when it began, but for what is deleted meanwhile.
 */
export class OrderedDevices {
  private nodes: DeviceNode[] = [];
  private dead = 0;

  add(node: DeviceNode): void {
    const last = this.nodes.at(-1);
    if (last === undefined || last.row.uid < node.row.uid) this.nodes.push(node);
    else this.nodes = this.nodes.toSpliced(this.position(node.row.uid), 0, node);
  }
  /** A node of the list has been marked as deleted. */
  lost(): void {
    this.dead++;
    if (this.dead <= LEAST_DEAD || this.dead * 2 <= this.nodes.length) return;
    this.nodes = this.nodes.filter((node) => !node.deleted);
    this.dead = 0;
  }
  /** Those with numbers above `uid`, lowest first. */
  *after(uid: number): Generator<DeviceNode> {
    const { nodes } = this;
    for (let i = this.position(uid + 1); i < nodes.length; i++) {
      const node = nodes[i];
      if (node && !node.deleted) yield node;
    }
  }

  /** Of the first node whose number is not lower. */
  private position(uid: number): number {
    let [low, high] = [0, this.nodes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.nodes[middle]?.row.uid ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
