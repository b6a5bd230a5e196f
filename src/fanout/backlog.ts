import { MessageQueue } from "../session/queue.ts";
import type { OutletHost } from "./host.ts";
import type { Outlet } from "./outlet.ts";

/** Queue bytes up to which everything stays in memory. */
const IN_MEMORY = 32_768;
/** Bytes at which the tail becomes a chunk in the store. */
const CHUNK = 8192;

interface Chunk {
  readonly firstSeq: number;
  readonly count: number;
}

/**
 * What a stored session has waiting beyond its queue in memory: chunks in the store, and the tail that will be the next
 * one (engine-room section 4). A session that is not stored keeps all in its queue.
 */
export class Backlog {
  private chunks: Chunk[] = [];
  /** Chunks whose messages are back in memory, and who are deleted with the next checkpoint or when acknowledged. */
  private loadedBefore = 0;
  private tail: MessageQueue | null = null;
  private tailFirst = 0;
  private tailDeadline = 0;
  private loading = false;
  private inChunks = 0;

  constructor(
    private readonly outlet: Outlet,
    private readonly host: OutletHost,
  ) {}

  get count(): number {
    return this.inChunks + (this.tail?.count ?? 0);
  }
  /** Whether the next message goes here. */
  takes(queueBytes: number): boolean {
    return this.outlet.stored > 0 && (this.count > 0 || this.loading || queueBytes >= IN_MEMORY);
  }
  push(...message: Parameters<MessageQueue["push"]>): void {
    this.tail ??= new MessageQueue();
    const [, , seq, , , deadline] = message;
    if (this.tail.count === 0) {
      this.tailFirst = seq;
      this.tailDeadline = 0;
    }
    this.tailDeadline = Math.max(this.tailDeadline, deadline);
    this.tail.push(...message);
    if (this.tail.bytes >= CHUNK) this.spill();
  }
  /** The tail becomes a chunk of the next commit. */
  spill(): void {
    const { tail, outlet } = this;
    if (tail === null || tail.count === 0) return;
    // numbers of chunks ascend; messages without a seq (0) count with those before them
    const last = this.chunks[this.chunks.length - 1]?.firstSeq ?? this.loadedBefore;
    const firstSeq = Math.max(this.tailFirst, last + 1);
    this.host.operation({
      op: "chunk_put",
      session: outlet.stored,
      firstQn: firstSeq,
      count: tail.count,
      deadlineMax: this.tailDeadline,
      body: tail.bytesFrom(tail.head).slice(),
    });
    this.chunks.push({ firstSeq, count: tail.count });
    this.inChunks += tail.count;
    this.tail = null;
  }
  /** Brings the oldest part back into the queue. True when something came at once. */
  refill(): boolean {
    const { outlet } = this;
    const [chunk] = this.chunks;
    if (chunk === undefined) {
      if (this.tail === null || outlet.queue === null) return false;
      outlet.queue.append(this.tail.bytesFrom(this.tail.head));
      this.tail = null;
      return true;
    }
    if (!this.loading) void this.load(chunk);
    return false;
  }
  private async load(chunk: Chunk): Promise<void> {
    this.loading = true;
    let body: Uint8Array | null = null;
    try {
      body = await this.host.readChunk(this.outlet.stored, chunk.firstSeq);
    } catch {
      // the reader is not to be had now: asked again at the next pump
      this.loading = false;
      return;
    }
    this.loading = false;
    if (this.outlet.gone || this.chunks[0] !== chunk) return;
    this.chunks.shift();
    this.inChunks -= chunk.count;
    this.loadedBefore = chunk.firstSeq;
    if (body !== null) this.outlet.queue?.append(body);
    this.host.touch(this.outlet);
  }
  /** Chunks that a recovered session has in the store. */
  recover(chunks: readonly { readonly firstQn: number; readonly count: number }[]): void {
    this.chunks = chunks.map((c) => ({ firstSeq: c.firstQn, count: c.count }));
    this.inChunks = this.chunks.reduce((sum, c) => sum + c.count, 0);
  }
  /** With a checkpoint: what is in memory is in its state, so the chunks it came from go. */
  checkpointed(): void {
    this.spill();
    if (this.loadedBefore === 0) return;
    this.host.operation({ op: "chunk_delete", session: this.outlet.stored, before: this.loadedBefore + 1 });
  }
  /** Room for new messages: the oldest chunk goes, or all of the tail when there is none. */
  dropOldest(): void {
    const chunk = this.chunks.shift();
    if (chunk === undefined) {
      this.tail = null;
      return;
    }
    this.inChunks -= chunk.count;
    this.host.metrics.queueDropped += chunk.count - 1;
    this.host.operation({ op: "chunk_delete", session: this.outlet.stored, before: chunk.firstSeq + 1 });
  }
  clear(): void {
    this.chunks = [];
    this.inChunks = 0;
    this.tail = null;
  }
}
