/** Bytes that the property Topic Alias takes. */
export const ALIAS_BYTES = 3;

/**
 * The topic aliases of one connection towards its client (section 3.3.2.3.4): the first topics get them, as many as both
 * sides allow, and keep them. They begin with nothing on every connection [MQTT-3.3.2-7]. No clock, no socket.
 */
export class OutboundAliases {
  /** By a hash of the topic; of two topics with the same hash the first has an alias. Null until there is one. */
  private byHash: Map<number, number> | null = null;
  /** Of alias 1, 2, …; copies. */
  private readonly topics: Uint8Array[] = [];
  /** The client knows alias 1, 2, … */
  private readonly told: boolean[] = [];
  private bytes = 0;

  /**
   * @param maximum largest alias, at least 1 [MQTT-3.3.2-8]: at most what the client's CONNECT allows [MQTT-3.1.2-26], [MQTT-3.3.2-11]
   * @param mostBytes topics of all aliases together
   */
  constructor(
    private readonly maximum: number,
    private readonly mostBytes: number,
  ) {}

  /**
   * The alias of the topic buf[from, to).
   * @returns above 0: the client knows it, and the topic is left out; below 0: this one, negated, can be set by sending
   * both; 0: none
   */
  find(buf: Uint8Array, from: number, to: number): number {
    // shorter ones are not worth it
    if (to - from <= ALIAS_BYTES) return 0;
    const alias = this.byHash?.get(hash(buf, from, to));
    if (alias !== undefined) {
      if (!isSame(this.topics[alias - 1], buf, from, to)) return 0;
      return this.told[alias - 1] ? alias : -alias;
    }
    return this.topics.length < this.maximum && this.bytes + to - from <= this.mostBytes ? -this.topics.length - 1 : 0;
  }
  /** A packet with this topic and the alias that `find` gave for it is on its way. */
  tell(alias: number, buf: Uint8Array, from: number, to: number): void {
    this.told[alias - 1] = true;
    if (alias <= this.topics.length) return;
    this.topics.push(buf.slice(from, to));
    this.bytes += to - from;
    this.byHash ??= new Map();
    this.byHash.set(hash(buf, from, to), alias);
  }
  /** The packet that told the client of an alias was taken back: the next one with its topic tells it again. */
  takeBack(alias: number): void {
    this.told[alias - 1] = false;
  }
  /** The topic of an alias, UTF-8; undefined: it was never given. */
  topic(alias: number): Uint8Array | undefined {
    return this.topics[alias - 1];
  }
}

/** FNV-1a, 32 bits. */
function hash(buf: Uint8Array, from: number, to: number): number {
  let h = 0x811c9dc5;
  for (let i = from; i < to; i++) h = Math.imul(h ^ (buf[i] as number), 0x01000193); // inside
  return h;
}
function isSame(topic: Uint8Array | undefined, buf: Uint8Array, from: number, to: number): boolean {
  if (topic === undefined || topic.length !== to - from) return false;
  for (let i = 0; i < topic.length; i++) if (topic[i] !== buf[from + i]) return false;
  return true;
}
