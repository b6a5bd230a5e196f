import type { Delivery } from "../session/delivery.ts";
import { chunkBytesOf, isFilled } from "./bounds.ts";
import type { Tail } from "./tails.ts";
import type { RecoveredSession, Seq } from "../store/ports.ts";
import type { OutletHost } from "./host.ts";
import type { Keeper } from "./keeper.ts";
import type { WaitingChunk } from "./chunk-line.ts";

/** Bytes of chunks that are read back at once. */
const AT_ONCE = 131_072;

const NOTHING = new Uint8Array(0);

interface Chunk extends WaitingChunk {
  readonly firstSeq: number;
  readonly count: number;
}

/**
 * What a stored session has waiting beyond its queue in memory: chunks in the store, and the tail that will be the next
 * one (docs/engine.md section 4). A session that is not stored keeps all in its queue.
 *
 * A message is in the session's state, in a chunk, or in the log: behind the session's floor and before its first chunk (it
 * is in memory), or behind all that its chunks have had (`upTo`). So a chunk that is written costs no more than itself;
 * only when chunks go, back to memory or for want of room, a checkpoint goes with them.
 */
export class Backlog {
  private chunks: Chunk[] = [];
  /** Chunks up to this one are back in memory; the next checkpoint deletes them. */
  private loadedUpTo = 0;
  /** Number of the newest chunk there was. */
  private newest = 0;
  /** Something was queued in memory since the last checkpoint, and is in the log alone. */
  private loose = false;
  /** What waits behind the chunks is tail[tailFrom, tailTo): others may wait for the same. */
  private tail: Tail | null = null;
  private tailFrom = 0;
  private tailTo = 0;
  private tailCount = 0;
  private tailFirst = 0;
  private tailLast = 0;
  private tailDeadline = 0;
  /** Bytes at which it becomes a chunk. */
  private chunkBytes = 0;
  private loading = false;
  private inChunks = 0;
  /** Bytes of the bodies of its chunks, also of those that others have, too. */
  storedBytes = 0;

  constructor(
    private readonly keeper: Keeper,
    private readonly host: OutletHost,
  ) {}

  /** Messages that wait here. */
  get count(): number {
    return this.inChunks + this.tailCount;
  }
  /** How many chunks lie in the store, or are on their way there. */
  get chunkCount(): number {
    return this.chunks.length;
  }
  /** Bytes of it in memory, also of those that others have, too. */
  get bytes(): number {
    return this.tail === null ? 0 : this.tailTo - this.tailFrom;
  }
  /** Whether a message goes here. @param seq its number; 0: it has none */
  takes(queueBytes: number, seq: Seq): boolean {
    const { keeper, host } = this;
    if (keeper.stored === 0) return false;
    // in replay what was in memory comes once more, and goes before the chunks
    if (this.count > 0) return !host.recovering || seq >= (this.chunks[0]?.firstSeq ?? 0);
    // what the log says of deliveries is said of those in memory
    return !host.recovering && isFilled(queueBytes, keeper.taking, host.memory);
  }
  push(d: Readonly<Delivery>): void {
    const { seq, deadline } = d;
    const before = this.bytes;
    if (this.tail === null) this.begin(d);
    else this.extend(this.tail, d);
    this.tailCount++;
    this.tailLast = Math.max(this.tailLast, seq);
    this.tailDeadline = Math.max(this.tailDeadline, deadline);
    if (!isBorder(this.bytes, this.bytes - before, seq, this.chunkBytes)) return;
    this.spill();
  }
  private begin(d: Readonly<Delivery>): void {
    const tail = this.host.tails.begin(d);
    this.tail = tail;
    this.tailFrom = tail.queue.head;
    this.tailTo = tail.firstEnd;
    this.tailFirst = d.seq;
    this.tailDeadline = 0;
    this.chunkBytes = chunkBytesOf(this.storedBytes, this.host.memory);
  }
  private extend(tail: Tail, d: Readonly<Delivery>): void {
    const to = tail.extend(this.tailTo, d);
    if (to >= 0) {
      this.tailTo = to;
      return;
    }
    // from here on it waits for something else than the others
    const own = tail.fork(this.tailFrom, this.tailTo);
    this.tail = own;
    this.tailFrom = own.queue.head;
    this.tailTo = own.extend(own.queue.tail, d);
  }
  private dropTail(): void {
    this.tail = null;
    this.tailCount = 0;
  }
  /** The next message goes to the queue in memory. */
  passed(): void {
    this.loose = true;
  }
  /** The tail becomes a chunk, which goes with one of the next commits. */
  private spill(): void {
    const { tail, keeper, host } = this;
    if (tail === null) return;
    // numbers of chunks ascend; messages without a seq (0) count with those before them
    const firstSeq = Math.max(this.tailFirst, this.newest + 1);
    this.newest = firstSeq;
    // otherwise the log tells what is in memory: a start finds it before the number of the first chunk
    if (this.loose && firstSeq !== this.tailFirst) host.checkpointDue(keeper);
    const body = tail.bodyOf(this.tailFrom, this.tailTo, (some) => host.chunks.bodyOf(some));
    const { tailCount: count, tailDeadline: deadlineMax, tailLast: upTo } = this;
    const bytes = body.bytes ?? NOTHING; // it has them: it waits
    const put = { op: "chunk_put", session: keeper.stored, firstSeq, count, deadlineMax, upTo, body: bytes } as const;
    const chunk: Chunk = { firstSeq, count, body, put };
    host.chunks.add(chunk);
    this.add(chunk);
    this.dropTail();
    if (!host.recovering) host.ledger.check(keeper);
  }
  private add(chunk: Chunk): void {
    this.chunks.push(chunk);
    this.inChunks += chunk.count;
    this.storedBytes += chunk.body.length;
    this.host.ledger.enter(this.keeper, chunk.body);
  }
  /** The oldest one, which is none any more. */
  private take(): Chunk | undefined {
    const chunk = this.chunks.shift();
    if (chunk === undefined) return undefined;
    this.inChunks -= chunk.count;
    this.storedBytes -= chunk.body.length;
    this.host.ledger.leave(this.keeper, chunk.body, this.chunks.length);
    this.host.chunks.cancel(chunk);
    return chunk;
  }
  /** Brings the oldest part back into the queue. True when something came at once. */
  refill(): boolean {
    const { keeper } = this;
    const [chunk] = this.chunks;
    if (chunk === undefined) {
      if (this.tail === null) return false;
      keeper.queue ??= this.host.memory.queueFor(keeper);
      keeper.queue.append(this.tail.queue.bytesOf(this.tailFrom, this.tailTo));
      this.dropTail();
      this.loose = true;
      return true;
    }
    if (chunk.body.bytes !== null) {
      this.loaded(chunk, chunk.body.bytes);
      return true;
    }
    if (!this.loading) void this.load(this.oldest());
    return false;
  }
  /** Those that are read back next, as far as they are in the store: at least one. */
  private oldest(): Chunk[] {
    const some: Chunk[] = [];
    let bytes = 0;
    for (const chunk of this.chunks) {
      if (chunk.body.bytes !== null || bytes >= AT_ONCE) break;
      some.push(chunk);
      bytes += chunk.body.length;
    }
    return some;
  }
  /** Several at once: a checkpoint goes with them. */
  private async load(some: readonly Chunk[]): Promise<void> {
    this.loading = true;
    let bodies: readonly (Uint8Array | null)[] = [];
    try {
      bodies = await Promise.all(some.map(({ firstSeq }) => this.host.readChunk(this.keeper.stored, firstSeq)));
    } catch {
      // the reader is not to be had now: the broker's tick asks again
      this.loading = false;
      return;
    }
    this.loading = false;
    if (this.keeper.gone) return;
    // it may have been dropped meanwhile: then the next one is asked for
    for (const [i, chunk] of some.entries()) if (this.chunks[0] === chunk) this.loaded(chunk, bodies[i] ?? null);
    this.host.touch(this.keeper);
  }
  private loaded(chunk: Chunk, body: Uint8Array | null): void {
    this.take();
    this.loadedUpTo = chunk.firstSeq;
    this.keeper.queue ??= this.host.memory.queueFor(this.keeper);
    if (body !== null) this.keeper.queue.append(body);
    else this.host.metrics.queueDropped += chunk.count;
    this.host.checkpointDue(this.keeper);
  }
  /** Log replay: what is told of a message is told of one in the queue. Brings what is here up to that one there. */
  bringUpTo(seq: number): void {
    for (;;) {
      const [chunk] = this.chunks;
      if (chunk ? chunk.firstSeq > seq || chunk.body.bytes === null : this.tail === null || this.tailFirst > seq)
        return;
      this.refill();
    }
  }
  /** Chunks that a recovered session has in the store. */
  recover(chunks: RecoveredSession["chunks"]): void {
    for (const { firstSeq, count, bytes, shared } of chunks)
      this.add({ firstSeq, count, body: this.host.ledger.recovered(shared, bytes), put: null });
    this.newest = chunks[chunks.length - 1]?.firstSeq ?? 0;
  }
  /**
   * With a checkpoint: what is in memory is in its state, so the chunks it came from go; those that are on their way go to the store
   * with it, for the log does not tell of them from now on. Returns the bytes of these.
   */
  checkpointed(): number {
    this.spill();
    const sent = this.chunks.slice(this.chunks.findLastIndex(({ put }) => put === null) + 1);
    for (const chunk of sent) this.host.chunks.send(chunk);
    const bytes = sent.reduce((sum, { body }) => sum + body.length, 0);
    this.loose = false;
    if (this.loadedUpTo === 0) return bytes;
    this.host.operation({ op: "chunk_delete", session: this.keeper.stored, before: this.loadedUpTo + 1 });
    this.loadedUpTo = 0;
    return bytes;
  }
  /**
   * Room for new messages: the oldest chunk goes, or all of the tail when there is none. Returns how many went, and the
   * oldest and newest of them if the log has to tell of them (0: it has not).
   */
  dropOldest(): { count: number; first: Seq; seq: Seq } {
    const chunk = this.take();
    if (chunk === undefined) {
      const count = this.tailCount;
      this.dropTail();
      return { count, first: this.tailFirst, seq: count > 0 ? this.tailLast : 0 };
    }
    this.host.operation({ op: "chunk_delete", session: this.keeper.stored, before: chunk.firstSeq + 1 });
    // the log has its messages, and must not bring them back
    this.host.checkpointDue(this.keeper);
    return { count: chunk.count, first: 0, seq: 0 };
  }
  clear(): void {
    while (this.take() !== undefined);
    this.dropTail();
  }
}

/**
 * Whether a chunk of about `size` bytes ends with this message. Its number decides between half and twice of that, so that
 * sessions that wait for the same messages soon have the same chunks, whenever they went away: they are stored once.
 */
function isBorder(bytes: number, added: number, seq: number, size: number): boolean {
  if (bytes < size / 2) return false;
  return bytes >= size * 2 || Math.imul((seq % 2 ** 32) | 0, 0x9e3779b1) >>> 0 < (added / (size / 2)) * 2 ** 32;
}
