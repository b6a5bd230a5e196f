import type { Micros } from "../../base/types.ts";
import { EdgeNode } from "../../sparkplug/node.ts";
import type { NodeRules } from "../../sparkplug/node-types.ts";
import type { Speaker } from "../../sparkplug/topics.ts";
import type { Seq } from "../../store/ports.ts";

/** One edge node of a host, and what is kept of it. */
export class HostNode {
  readonly edge: EdgeNode;
  /** Keys of its parts in the store, the node's own under null. */
  readonly keys = new Map<string | null, number>();
  /** Parts that have changed since they were written. */
  readonly changed = new Set<string | null>();
  /** Its session has changed. */
  isChanged = false;
  /** Messages of the log up to this one were taken. */
  taken: Seq = 0;
  rebirths = 0;
  lastAsked: string | null = null;
  /** Who says of a device here that it is there: one object for each part. */
  readonly speakers = new Map<string | null, object>();

  constructor(
    readonly speaker: Speaker,
    rules: NodeRules,
  ) {
    this.edge = new EdgeNode(rules);
  }
  part(device: string | null): Speaker {
    return { ...this.speaker, device };
  }
  speaking(device: string | null): object {
    const known = this.speakers.get(device) ?? {};
    this.speakers.set(device, known);
    return known;
  }
}

/** Nodes of one host, and devices of one node, that are followed. */
const MOST_NODES = 10_000;
const MOST_PARTS = 10_000;

/** The edge nodes of a host. */
export class HostNodes {
  private readonly all = new Map<string, HostNode>();
  private lastKey = 0;

  constructor(private readonly reorder: () => Micros) {}

  [Symbol.iterator](): IterableIterator<HostNode> {
    return this.all.values();
  }
  get count(): number {
    return this.all.size;
  }
  find({ group, node }: Pick<Speaker, "group" | "node">): HostNode | undefined {
    return this.all.get(`${group}/${node}`);
  }
  /** The node, made where it is new; null: there are too many. */
  of({ group, node, device }: Speaker): HostNode | null {
    const known = this.find({ group, node });
    if (known !== undefined) return known.keys.has(device) || known.keys.size < MOST_PARTS ? known : null;
    if (this.all.size >= MOST_NODES) return null;
    const made = new HostNode({ group, node, device: null }, { reorder: this.reorder });
    this.all.set(`${group}/${node}`, made);
    return made;
  }
  /** The key of a part in the store. */
  keyOf(node: HostNode, device: string | null): number {
    const key = node.keys.get(device) ?? this.lastKey + 1;
    this.known(node, device, key);
    return key;
  }
  /** The store has it under this key. */
  known(node: HostNode, device: string | null, key: number): void {
    node.keys.set(device, key);
    this.lastKey = Math.max(this.lastKey, key);
  }
  remove({ group, node }: Speaker): void {
    this.all.delete(`${group}/${node}`);
  }
}
