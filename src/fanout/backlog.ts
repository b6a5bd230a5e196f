import type { Delivery } from "../session/delivery.ts";
import { MessageQueue } from "../session/queue.ts";
import type { RecoveredSession } from "../store/ports.ts";
import type { Keeper, OutletHost } from "./host.ts";
import type { StoredBody } from "./ledger.ts";

/** Queue bytes up to which everything stays in memory: of a client that is away, and of one that takes what comes. */
const AWAY = 8192;
const CONNECTED = 262_144;
/** Bytes at which the tail becomes a chunk in the store. */
const CHUNK = 8192;
/** Chunks that are read back at once. */
const AT_ONCE = 8;

const NOTHING = new Uint8Array(0);

interface Chunk {
  readonly firstSeq: number;
  readonly count: number;
  readonly body: StoredBody;
}

/**
 * What a stored session has waiting beyond its queue in memory: chunks in the store, and the tail that will be the next
 * one (docs/engine.md section 4). A session that is not stored keeps all in its queue.
 *
 * A message is in the session's state, in a chunk, or in the log behind the session's floor and behind all that its chunks
 * have had (`upTo`), never in two of them. So a chunk that is written costs no more than itself, unless something was
 * queued in memory since the last checkpoint: then, and when chunks are back in memory, a checkpoint goes with it.
 */
export class Backlog {
  private chunks: Chunk[] = [];
  /** Chunks up to this one are back in memory; the next checkpoint deletes them. */
  private loadedUpTo = 0;
  /** Number of the newest chunk there was. */
  private newest = 0;
  /** Something was queued in memory since the last checkpoint. */
  private loose = false;
  private tail: MessageQueue | null = null;
  private tailFirst = 0;
  private tailLast = 0;
  private tailDeadline = 0;
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
    return this.inChunks + (this.tail?.count ?? 0);
  }
  /** How many chunks lie in the store, or are on their way there. */
  get chunkCount(): number {
    return this.chunks.length;
  }
  /** Bytes of it in memory. */
  get bytes(): number {
    return this.tail?.bytes ?? 0;
  }
  /** Whether the next message goes here. */
  takes(queueBytes: number): boolean {
    const { keeper, host } = this;
    if (keeper.stored === 0) return false;
    if (this.count > 0) return true;
    // what the log says of deliveries is said of those in memory
    return !host.recovering && queueBytes >= AWAY && (queueBytes >= CONNECTED || !keeper.attended);
  }
  push(d: Readonly<Delivery>): void {
    this.tail ??= new MessageQueue();
    const { seq, deadline } = d;
    if (this.tail.count === 0) {
      this.tailFirst = seq;
      this.tailDeadline = 0;
    }
    this.tailLast = Math.max(this.tailLast, seq);
    this.tailDeadline = Math.max(this.tailDeadline, deadline);
    const before = this.tail.bytes;
    this.tail.push(d);
    if (!isBorder(this.tail.bytes, this.tail.bytes - before, seq)) return;
    this.spill();
    if (this.loose) this.host.checkpointDue(this.keeper);
  }
  /** The next message goes to the queue in memory. */
  passed(): void {
    this.loose = true;
  }
  /** The tail becomes a chunk of the next commit. */
  private spill(): void {
    const { tail, keeper } = this;
    if (tail === null || tail.count === 0) return;
    // numbers of chunks ascend; messages without a seq (0) count with those before them
    const firstSeq = Math.max(this.tailFirst, this.newest + 1);
    this.newest = firstSeq;
    const body = this.host.bodyOf(tail.bytesFrom(tail.head));
    const chunk: Chunk = { firstSeq, count: tail.count, body };
    this.host.operation({
      op: "chunk_put",
      session: keeper.stored,
      firstQn: firstSeq,
      count: tail.count,
      deadlineMax: this.tailDeadline,
      upTo: this.tailLast,
      body: body.bytes ?? NOTHING, // it has them: bodyOf has just made it
    });
    this.host.whenDurable(() => {
      body.bytes = null;
    });
    this.add(chunk);
    this.tail = null;
    if (!this.host.recovering) this.host.ledger.check(keeper);
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
    return chunk;
  }
  /** Brings the oldest part back into the queue. True when something came at once. */
  refill(): boolean {
    const { keeper } = this;
    const [chunk] = this.chunks;
    if (chunk === undefined) {
      if (this.tail === null) return false;
      keeper.queue ??= new MessageQueue();
      keeper.queue.append(this.tail.bytesFrom(this.tail.head));
      this.tail = null;
      this.loose = true;
      return true;
    }
    if (chunk.body.bytes !== null) {
      this.loaded(chunk, chunk.body.bytes);
      return true;
    }
    if (!this.loading) void this.load(this.chunks.slice(0, AT_ONCE).filter(({ body }) => body.bytes === null));
    return false;
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
    this.keeper.queue ??= new MessageQueue();
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
    for (const { firstQn, count, bytes, shared } of chunks)
      this.add({ firstSeq: firstQn, count, body: this.host.ledger.recovered(shared, bytes) });
    this.newest = chunks[chunks.length - 1]?.firstQn ?? 0;
  }
  /** With a checkpoint: what is in memory is in its state, so the chunks it came from go. */
  checkpointed(): void {
    this.spill();
    this.loose = false;
    if (this.loadedUpTo === 0) return;
    this.host.operation({ op: "chunk_delete", session: this.keeper.stored, before: this.loadedUpTo + 1 });
    this.loadedUpTo = 0;
  }
  /**
   * Room for new messages: the oldest chunk goes, or all of the tail when there is none. Returns how many went, and the
   * newest of them that the log has to tell of (0: none).
   */
  dropOldest(): { count: number; seq: number } {
    const chunk = this.take();
    if (chunk === undefined) {
      const count = this.tail?.count ?? 0;
      this.tail = null;
      return { count, seq: count > 0 ? this.tailLast : 0 };
    }
    this.host.operation({ op: "chunk_delete", session: this.keeper.stored, before: chunk.firstSeq + 1 });
    return { count: chunk.count, seq: 0 };
  }
  clear(): void {
    while (this.take() !== undefined);
    this.tail = null;
  }
}

/**
 * Whether a chunk ends with this message. Its number decides between half and twice of CHUNK, so that sessions that wait
 * for the same messages soon have the same chunks, whenever they went away: they are stored once.
 */
function isBorder(bytes: number, added: number, seq: number): boolean {
  if (bytes < CHUNK / 2) return false;
  return bytes >= CHUNK * 2 || Math.imul((seq % 2 ** 32) | 0, 0x9e3779b1) >>> 0 < (added / (CHUNK / 2)) * 2 ** 32;
}
