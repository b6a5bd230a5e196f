/** A connection that holds a place, as far as the places are concerned. */
export interface Seated {
  /** Nothing of a request has come that is not answered. */
  readonly isIdle: boolean;
  /** It is closed to make room. */
  giveUp(why: PlaceRefused): void;
  /** About once a second. @param now ms of a steady clock */
  tick(now: number): void;
}
/** Which limit bit: connections, or bytes of bodies that are not whole. */
export type PlaceRefused = "http_connections" | "http_bodies";

export interface PlaceLimits {
  readonly maxHttpConnections: number;
  /** Bytes of bodies that have not come whole, of all connections. */
  readonly maxHeldBytes: number;
  /** No file is left to open: who waits for nothing makes room, as when a limit bites. */
  readonly isFull: () => boolean;
  /** A limit bites. */
  readonly onFull: (why: PlaceRefused) => void;
}

/**
 * The HTTP connections of all listeners. When there are too many, one that waits for its next request goes, the longest
 * first: whoever asks something is served, however many hold connections and ask nothing.
 */
export class Places {
  /** In the order in which they last began to wait. */
  private readonly idle = new Set<Seated>();
  private readonly all = new Set<Seated>();
  /** Those, and the ones that speak something else by now. */
  private readonly open = new Set<Seated>();
  /** Bytes of bodies that have begun, by the order of their beginnings. */
  private readonly bodies = new Map<Seated, number>();
  private held = 0;

  constructor(readonly limits: PlaceLimits) {}

  get size(): number {
    return this.all.size;
  }
  /** One more. @returns whether there is room, which may have been made */
  enter(one: Seated): boolean {
    const atLimit = this.all.size >= this.limits.maxHttpConnections;
    if (atLimit || this.limits.isFull()) {
      const [longest] = this.idle;
      if (atLimit || longest !== undefined) this.limits.onFull("http_connections");
      // with no file left, one that could be taken all the same is served when nobody can go for it
      if (longest === undefined && atLimit) return false;
      if (longest !== undefined) {
        this.leave(longest);
        longest.giveUp("http_connections");
      }
    }
    this.all.add(one);
    this.open.add(one);
    this.idle.add(one);
    return true;
  }
  /** It waits for a request from now on, or does not any more. */
  waits(one: Seated, idle: boolean): void {
    this.idle.delete(one);
    if (idle && this.all.has(one)) this.idle.add(one);
  }
  /** So many bytes of its body are held now; 0: none any more. */
  holds(one: Seated, bytes: number): void {
    const before = this.bodies.get(one);
    this.held += bytes - (before ?? 0);
    if (bytes === 0) {
      if (before !== undefined) this.bodies.delete(one);
      return;
    }
    this.bodies.set(one, bytes);
    while (this.held > this.limits.maxHeldBytes) {
      const oldest = this.bodies.keys().next().value;
      if (oldest === undefined) break;
      this.limits.onFull("http_bodies");
      this.holds(oldest, 0);
      oldest.giveUp("http_bodies");
    }
  }
  /** It is no HTTP any more, and goes on. */
  leave(one: Seated): void {
    this.holds(one, 0);
    this.idle.delete(one);
    this.all.delete(one);
  }
  /** It is gone. */
  gone(one: Seated): void {
    this.leave(one);
    this.open.delete(one);
  }
  tick(now: number): void {
    for (const one of this.open) one.tick(now);
  }
  /** The server stops: who waits for nothing goes at once. */
  endIdle(): void {
    for (const one of [...this.idle]) one.giveUp("http_connections");
  }
}
