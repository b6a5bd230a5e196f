import { Arena } from "./arena.ts";

const START = 16;
const SLASH = 0x2f;
const DOLLAR = 0x24;
/** Id of the root; 0 is no node. */
const ROOT = 1;
const NAME_CHUNK = 16_384;

const utf8 = new TextEncoder();

/**
 * Numbers by topic name, found by filter: the topics of retained messages. Nodes lie in packed arrays and their levels
 * in one arena, so that a million topics are a few objects only (docs/engine.md section 9). Topic names and filters must
 * be valid (names.ts); bytes are compared as they are [MQTT-4.7.3-4].
 */
export class TopicTree {
  private parent = new Int32Array(START);
  private first = new Int32Array(START);
  private next = new Int32Array(START);
  private before = new Int32Array(START);
  /** Of (parent, level). */
  private hash = new Int32Array(START);
  /** The next node with the same place in `heads`; of free ids: the next free one. */
  private chain = new Int32Array(START);
  private heads = new Int32Array(START);
  private name = new Float64Array(START);
  private value = new Float64Array(START);
  private readonly names = new Arena((node, handle) => {
    this.name[node] = handle;
  }, NAME_CHUNK);
  private used = ROOT + 1;
  private free = 0;
  private nodes = 0;
  /** Nodes where walks stand, with their number: they stay while they are needed there. */
  private readonly pins = new Map<number, number>();
  /** Topics with a value. */
  size = 0;

  /** Nodes that there are besides the root; for tests of pruning. */
  get nodeCount(): number {
    return this.nodes;
  }
  /** The value of a topic; 0: it has none. */
  get(topic: Uint8Array): number {
    let node = ROOT;
    for (let at = 0; at <= topic.length && node !== 0; ) {
      const end = levelEnd(topic, at);
      node = this.child(node, topic, at, end);
      at = end + 1;
    }
    return this.value[node] as number; // value[0] stays 0
  }
  /** Gives a topic a value above 0. Returns the one before it, 0 when there was none. */
  set(topic: Uint8Array, value: number): number {
    let node = ROOT;
    for (let at = 0; at <= topic.length; ) {
      const end = levelEnd(topic, at);
      node = this.child(node, topic, at, end) || this.make(node, topic, at, end);
      at = end + 1;
    }
    const old = this.value[node] as number; // a node's
    this.value[node] = value;
    if (old === 0) this.size++;
    return old;
  }
  /** Takes a topic's value away and returns it; 0 when there was none. */
  remove(topic: Uint8Array): number {
    let node = ROOT;
    for (let at = 0; at <= topic.length; ) {
      const end = levelEnd(topic, at);
      node = this.child(node, topic, at, end);
      if (node === 0) return 0;
      at = end + 1;
    }
    const old = this.value[node] as number; // a node's
    if (old === 0) return 0;
    this.value[node] = 0;
    this.size--;
    this.prune(node);
    return old;
  }
  /** The topics that match a filter, a few at a time. Close it when it is not run to its end. */
  walk(filter: string): TopicWalk {
    return new TopicWalk(
      this,
      filter.split("/").map((level) => (level === "+" || level === "#" ? level : utf8.encode(level))),
    );
  }

  // nodes

  private child(parent: number, buf: Uint8Array, from: number, to: number): number {
    const hash = hashOf(parent, buf, from, to);
    let node = this.heads[hash & (this.heads.length - 1)] as number; // inside
    while (node !== 0) {
      if (this.hash[node] === hash && this.parent[node] === parent && this.isNamed(node, buf, from, to)) return node;
      node = this.chain[node] as number; // a node's
    }
    return 0;
  }
  private isNamed(node: number, buf: Uint8Array, from: number, to: number): boolean {
    const { names } = this;
    names.find(this.name[node] as number); // a node's
    if (names.end - names.at !== to - from) return false;
    for (let i = from, k = names.at; i < to; i++, k++) if (buf[i] !== names.buf[k]) return false;
    return true;
  }
  private make(parent: number, buf: Uint8Array, from: number, to: number): number {
    let node = this.free;
    if (node !== 0) this.free = this.chain[node] as number;
    else {
      node = this.used++;
      if (node === this.parent.length) this.grow();
    }
    this.nodes++;
    const hash = hashOf(parent, buf, from, to);
    this.parent[node] = parent;
    this.first[node] = 0;
    this.value[node] = 0;
    this.hash[node] = hash;
    this.name[node] = this.names.take(node, to - from);
    const { names } = this;
    for (let i = from, k = names.at; i < to; i++, k++) names.buf[k] = buf[i] as number;
    // in front of its siblings: a walk that has begun does not meet it
    const sibling = this.first[parent] as number;
    this.next[node] = sibling;
    this.before[node] = 0;
    if (sibling !== 0) this.before[sibling] = node;
    this.first[parent] = node;
    this.enter(node);
    if (this.nodes > this.heads.length) this.rehash();
    return node;
  }
  private enter(node: number): void {
    const place = (this.hash[node] as number) & (this.heads.length - 1);
    this.chain[node] = this.heads[place] as number;
    this.heads[place] = node;
  }
  private rehash(): void {
    this.heads = new Int32Array(this.heads.length * 2);
    // every id in use has a name; free ones have not
    for (let node = ROOT + 1; node < this.used; node++) if (this.name[node] !== 0) this.enter(node);
  }
  private grow(): void {
    const size = this.parent.length * 2;
    const bigger = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const made = new Int32Array(size);
      made.set(old);
      return made;
    };
    const wider = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const made = new Float64Array(size);
      made.set(old);
      return made;
    };
    this.parent = bigger(this.parent);
    this.first = bigger(this.first);
    this.next = bigger(this.next);
    this.before = bigger(this.before);
    this.hash = bigger(this.hash);
    this.chain = bigger(this.chain);
    this.name = wider(this.name);
    this.value = wider(this.value);
  }
  /** Drops a node that holds nothing, and those above it that then hold nothing. */
  private prune(from: number): void {
    let node = from;
    while (node !== ROOT && this.value[node] === 0 && this.first[node] === 0 && !this.pins.has(node)) {
      const parent = this.parent[node] as number; // a node's, all of these
      const next = this.next[node] as number;
      const before = this.before[node] as number;
      if (before !== 0) this.next[before] = next;
      else this.first[parent] = next;
      if (next !== 0) this.before[next] = before;
      this.leave(node);
      const handle = this.name[node] as number;
      this.name[node] = 0;
      this.names.give(handle);
      this.chain[node] = this.free;
      this.free = node;
      this.nodes--;
      node = parent;
    }
  }
  private leave(node: number): void {
    const place = (this.hash[node] as number) & (this.heads.length - 1);
    let at = this.heads[place] as number;
    if (at === node) {
      this.heads[place] = this.chain[node] as number;
      return;
    }
    while (this.chain[at] !== node) at = this.chain[at] as number;
    this.chain[at] = this.chain[node] as number;
  }

  // for walks

  /** For a walk: the root. */
  get root(): number {
    return ROOT;
  }
  /** For a walk: a node's child of this name; 0: none. */
  childNamed(node: number, level: Uint8Array): number {
    return this.child(node, level, 0, level.length);
  }
  /** For a walk: a node's first child, which stays until `unpin`; 0: none. */
  pinFirst(node: number): number {
    return this.pin(this.first[node] as number);
  }
  /** For a walk: the sibling after a node, pinned; 0: none. */
  pinNext(node: number): number {
    return this.pin(this.next[node] as number);
  }
  private pin(node: number): number {
    if (node !== 0) this.pins.set(node, (this.pins.get(node) ?? 0) + 1);
    return node;
  }
  unpin(node: number): void {
    const n = this.pins.get(node) ?? 1;
    if (n > 1) this.pins.set(node, n - 1);
    else {
      this.pins.delete(node);
      this.prune(node);
    }
  }
  /** For a walk: a node's value. */
  valueOf(node: number): number {
    return this.value[node] as number;
  }
  /** For a walk: whether a first level begins with `$` [MQTT-4.7.2-1]. */
  isHidden(node: number): boolean {
    const { names } = this;
    names.find(this.name[node] as number);
    return names.end > names.at && names.buf[names.at] === DOLLAR;
  }
}

/** Siblings from `node` on are still to be entered with the filter's level `level`. */
interface Frame {
  node: number;
  readonly level: number;
  /** Children of the root that a wildcard found. */
  readonly top: boolean;
}

/**
 * One pass over the topics that match a filter; it may stand still for any time while the tree changes. A topic that is
 * there all the time is met once; one that comes or goes meanwhile may be met or not.
 */
export class TopicWalk {
  private readonly frames: Frame[] = [];
  private started = false;

  constructor(
    private readonly tree: TopicTree,
    private readonly levels: readonly (Uint8Array | "+" | "#")[],
  ) {}

  /** The value of the next topic; 0 after `budget` nodes without one; -1: that was all. */
  next(budget: number): number {
    if (!this.started) {
      this.started = true;
      const value = this.enter(this.tree.root, 0);
      if (value > 0) return value;
    }
    for (let left = budget; ; left--) {
      const frame = this.frames[this.frames.length - 1];
      if (frame === undefined) return -1;
      if (left <= 0) return 0;
      const { node, level, top } = frame;
      frame.node = this.tree.pinNext(node);
      if (frame.node === 0) this.frames.pop();
      const value = top && this.tree.isHidden(node) ? 0 : this.enter(node, level);
      this.tree.unpin(node);
      if (value > 0) return value;
    }
  }
  /** Looks below a node whose path fulfils the filter's levels before `from`; the node's own value when it matches. */
  private enter(at: number, from: number): number {
    const { tree, levels } = this;
    let node = at;
    for (let i = from; i < levels.length; i++) {
      const level = levels[i] as Uint8Array | "+" | "#"; // inside
      if (level === "#" || level === "+") {
        const first = tree.pinFirst(node);
        const next = level === "#" ? i : i + 1;
        if (first !== 0) this.frames.push({ node: first, level: next, top: node === tree.root });
        return level === "#" ? tree.valueOf(node) : 0; // `#` includes the parent level (section 4.7.1.2)
      }
      node = tree.childNamed(node, level);
      if (node === 0) return 0;
    }
    return tree.valueOf(node);
  }
  /** Ends the walk where it stands. */
  close(): void {
    this.started = true;
    for (const { node } of this.frames.splice(0)) this.tree.unpin(node);
  }
}

function levelEnd(topic: Uint8Array, from: number): number {
  let at = from;
  while (at < topic.length && topic[at] !== SLASH) at++;
  return at;
}

/** FNV-1a over the level, begun with the parent. */
function hashOf(parent: number, buf: Uint8Array, from: number, to: number): number {
  let h = 0x811c9dc5 ^ Math.imul(parent, 0x9e3779b1);
  for (let i = from; i < to; i++) h = Math.imul(h ^ (buf[i] as number), 0x01000193);
  return h | 0;
}
