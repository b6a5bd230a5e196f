import type { StoreOp } from "../store/ports.ts";
import type { StoredBody } from "./ledger.ts";

/** A chunk as it is put into the store. */
type ChunkPut = Extract<StoreOp, { readonly op: "chunk_put" }>;
/** One that is to be put there. */
export interface WaitingChunk {
  readonly body: StoredBody;
  /** Null: it is on its way, or there, or it is not to be put there any more. */
  put: ChunkPut | null;
}

/** Chunks that one commit has at least, if there are so many, and the part of all that wait when they are more. */
const AT_ONCE = 32;
const PART = 8;

interface ChunkNeeds {
  operation(op: StoreOp): void;
  whenDurable(fn: () => void): void;
  /** Something waits for a commit behind the one that is sealed now. */
  another(): void;
}

/**
 * Chunks on their way to the store, some with each commit: where many sessions wait for the same, all of them end a chunk with
 * the same message, and those who wait for a commit should not wait for all of these. Until then the log has their messages.
 */
export class ChunkLine {
  private line: WaitingChunk[] = [];
  /** Bodies that are not in the store yet, by their hash: chunks that are equal share one. */
  private readonly bodies = new Map<number | bigint, StoredBody>();

  constructor(private readonly needs: ChunkNeeds) {}

  /** A body with a copy of these bytes until it is durable, or the one that waits and is equal. */
  bodyOf(bytes: Uint8Array): StoredBody {
    const hash = Bun.hash(bytes);
    const known = this.bodies.get(hash);
    if (known?.bytes && Buffer.compare(known.bytes, bytes) === 0) return known;
    const body: StoredBody = { bytes: bytes.slice(), length: bytes.length, holders: new Map(), hash, waiting: 0 };
    this.bodies.set(hash, body);
    return body;
  }
  /** It goes with the next commit that has room for it, behind those that came before. */
  add(chunk: WaitingChunk): void {
    chunk.body.waiting++;
    if (this.line.push(chunk) === 1) this.needs.another();
  }
  /** It goes with the next commit, unless it went before. */
  send(chunk: WaitingChunk): void {
    const { put, body } = chunk;
    if (put === null) return;
    chunk.put = null;
    this.needs.operation(put);
    this.needs.whenDurable(() => this.settled(body));
  }
  /** It is not needed in the store any more. */
  cancel(chunk: WaitingChunk): void {
    if (chunk.put === null) return;
    chunk.put = null;
    this.settled(chunk.body);
  }
  private settled(body: StoredBody): void {
    if (--body.waiting > 0) return;
    body.bytes = null;
    if (this.bodies.get(body.hash) === body) this.bodies.delete(body.hash);
  }
  /** A commit is being sealed: as many as it may have go into it. */
  write(): void {
    let room = Math.max(AT_ONCE, Math.ceil(this.line.length / PART));
    let at = 0;
    for (; room > 0 && at < this.line.length; at++) {
      const chunk = this.line[at] as WaitingChunk; // inside the array
      if (chunk.put !== null) room--;
      this.send(chunk);
    }
    this.line = this.line.slice(at);
  }
  /** A commit was done: what it had no room for gets another. */
  committed(): void {
    if (this.line.length > 0) this.needs.another();
  }
}
