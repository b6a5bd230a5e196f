/** Key to set of values, without empty sets. */
export class MultiMap<K, V> {
  private readonly map = new Map<K, Set<V>>();

  add(key: K, value: V): void {
    const set = this.map.get(key);
    if (set) set.add(value);
    else this.map.set(key, new Set([value]));
  }
  delete(key: K, value: V): void {
    const set = this.map.get(key);
    if (set?.delete(value) && set.size === 0) this.map.delete(key);
  }
  /** The values as they are now; safe to change the map while walking through them. */
  list(key: K): V[] {
    const set = this.map.get(key);
    return set ? [...set] : [];
  }
  keys(): IterableIterator<K> {
    return this.map.keys();
  }
  count(key: K): number {
    return this.map.get(key)?.size ?? 0;
  }
}
