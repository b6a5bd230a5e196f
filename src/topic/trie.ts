/** One level of filters. Maps are made when they are needed: most nodes are leaves with one entry. */
class Node<K, T> {
  /** Literal next levels. A Map, never an object: levels are client data (`__proto__`, `constructor`, …). */
  children: Map<string, Node<K, T>> | null = null;
  plus: Node<K, T> | null = null;
  /** Entries of the filters that end with `#` below this node. */
  hash: Map<K, T> | null = null;
  /** Entries of the filters that end here. */
  here: Map<K, T> | null = null;

  get empty(): boolean {
    return this.children === null && this.plus === null && this.hash === null && this.here === null;
  }
  next(level: string): Node<K, T> | null {
    return level === "+" ? this.plus : (this.children?.get(level) ?? null);
  }
  make(level: string): Node<K, T> {
    const found = this.next(level);
    if (found) return found;
    const made = new Node<K, T>();
    if (level === "+") this.plus = made;
    else {
      this.children ??= new Map();
      this.children.set(level, made);
    }
    return made;
  }
  drop(level: string): void {
    if (level === "+") this.plus = null;
    else if (this.children?.delete(level) && this.children.size === 0) this.children = null;
  }
}

/**
 * Which entries have a filter that matches a topic. Holds (filter, key) pairs with a value each; keys are compared as
 * Map does. Matching visits only nodes that lie on the topic's way and allocates nothing; its depth is at most the
 * number of the topic's levels. Filters must be valid and without `$share/…` (names.ts).
 */
export class FilterTrie<T, K = unknown> {
  private readonly root = new Node<K, T>();
  private count = 0;

  /** Number of (filter, key) pairs. */
  get size(): number {
    return this.count;
  }

  /** Puts `value` under (filter, key), replacing what was there. True when the pair is new. */
  add(filter: string, key: K, value: T): boolean {
    let node = this.root;
    const parts = filter.split("/");
    const ends = parts[parts.length - 1] === "#";
    const steps = ends ? parts.length - 1 : parts.length;
    for (let i = 0; i < steps; i++) node = node.make(parts[i] ?? "");
    let entries = ends ? node.hash : node.here;
    if (!entries) {
      entries = new Map();
      if (ends) node.hash = entries;
      else node.here = entries;
    }
    const before = entries.size;
    entries.set(key, value);
    if (entries.size === before) return false;
    this.count++;
    return true;
  }

  /** Takes (filter, key) out and prunes nodes that became empty. False when it was not there. */
  remove(filter: string, key: K): boolean {
    const parts = filter.split("/");
    const ends = parts[parts.length - 1] === "#";
    const steps = ends ? parts.length - 1 : parts.length;
    const way: Node<K, T>[] = [this.root];
    let node: Node<K, T> = this.root;
    for (let i = 0; i < steps; i++) {
      const next = node.next(parts[i] ?? "");
      if (!next) return false;
      way.push(next);
      node = next;
    }
    const entries = ends ? node.hash : node.here;
    if (!entries?.delete(key)) return false;
    this.count--;
    if (entries.size === 0) {
      if (ends) node.hash = null;
      else node.here = null;
    }
    for (let i = steps; i > 0 && way[i]?.empty; i--) way[i - 1]?.drop(parts[i - 1] ?? "");
    return true;
  }

  /** The value under (filter, key). */
  get(filter: string, key: K): T | undefined {
    const parts = filter.split("/");
    const ends = parts[parts.length - 1] === "#";
    const steps = ends ? parts.length - 1 : parts.length;
    let node: Node<K, T> | null = this.root;
    for (let i = 0; i < steps && node; i++) node = node.next(parts[i] ?? "");
    return (ends ? node?.hash : node?.here)?.get(key);
  }

  /**
   * Calls `visit` once for every entry whose filter matches the topic [MQTT-3.3.2-3], in no particular order; one with two
   * matching filters is visited twice. `visit` must not change the trie.
   * @param topicLevels the levels of a valid topic name
   */
  match(topicLevels: readonly string[], visit: (value: T) => void): void {
    const first = topicLevels[0];
    if (first === undefined) return;
    if (first.startsWith("$")) {
      const node = this.root.children?.get(first); // wildcards in front do not match `$…` [MQTT-4.7.2-1]
      if (node) walk(node, topicLevels, 1, visit);
      return;
    }
    walk(this.root, topicLevels, 0, visit);
  }

  /** True when nothing is held, not even an empty node: what pruning must leave behind. */
  get pruned(): boolean {
    return this.root.empty;
  }
}

function each<K, T>(entries: Map<K, T>, visit: (value: T) => void): void {
  for (const value of entries.values()) visit(value);
}

function walk<K, T>(node: Node<K, T>, topic: readonly string[], at: number, visit: (value: T) => void): void {
  if (node.hash) each(node.hash, visit); // `#` includes the parent level
  const level = topic[at];
  if (level === undefined) {
    if (node.here) each(node.here, visit);
    return;
  }
  const literal = node.children?.get(level);
  if (literal) walk(literal, topic, at + 1, visit);
  if (node.plus) walk(node.plus, topic, at + 1, visit);
}
