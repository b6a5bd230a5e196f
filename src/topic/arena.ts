interface Chunk {
  readonly buf: Uint8Array;
  readonly view: DataView;
  /** End of what was written. */
  used: number;
  /** Bytes of it that are still needed. */
  live: number;
  /** It waits to be emptied. */
  isSparse: boolean;
}

/** u32 owner | u32 length, in front of each record. */
const HEAD = 8;
const NOBODY = 0xffff_ffff;

/**
 * Byte strings of any length in few large buffers: a million of them are no million objects (docs/engine.md section 9). A
 * record has an owner, a number of the caller's, who is told when the record moves. Room that was given back is won by
 * moving what is left of a half-empty buffer, never more than one buffer's bytes at a time.
 */
export class Arena {
  private readonly chunks: (Chunk | null)[] = [];
  private readonly freeChunks: number[] = [];
  private readonly sparse: number[] = [];
  private current = -1;
  private emptying = false;
  /** After `take` and `find`, until the next call of any method: the record is buf[at, end). */
  buf: Uint8Array = NO_BYTES;
  at = 0;
  end = 0;
  /** Bytes of all records. */
  bytes = 0;

  /**
   * @param moved the owner's record has a new handle
   * @param chunkBytes a power of two; larger records get a buffer of their own
   */
  constructor(
    private readonly moved: (owner: number, handle: number) => void,
    private readonly chunkBytes = 65_536,
  ) {}

  /** Room for a record of n bytes; write them to buf[at, end). Returns its handle, which is at least 1. */
  take(owner: number, n: number): number {
    const whole = HEAD + n;
    let chunk = this.chunks[this.current] ?? null;
    if (chunk === null || chunk.used + whole > chunk.buf.length) {
      if (chunk !== null) this.judge(this.current, chunk);
      chunk = this.begin(Math.max(whole, this.chunkBytes));
    }
    const at = chunk.used;
    chunk.view.setUint32(at, owner, true);
    chunk.view.setUint32(at + 4, n, true);
    chunk.used += whole;
    chunk.live += whole;
    this.bytes += n;
    this.buf = chunk.buf;
    this.at = at + HEAD;
    this.end = this.at + n;
    return this.current * this.chunkBytes + at + 1;
  }
  private begin(size: number): Chunk {
    const buf = new Uint8Array(size);
    const view = new DataView(buf.buffer);
    const chunk: Chunk = { buf, view, used: 0, live: 0, isSparse: false };
    this.current = this.freeChunks.pop() ?? this.chunks.length;
    this.chunks[this.current] = chunk;
    return chunk;
  }
  /** Sets buf, at and end to a record. */
  find(handle: number): void {
    const index = Math.floor((handle - 1) / this.chunkBytes);
    const at = handle - 1 - index * this.chunkBytes;
    const chunk = this.chunks[index] as Chunk; // a handle that was given and not given back
    this.buf = chunk.buf;
    this.at = at + HEAD;
    this.end = this.at + chunk.view.getUint32(at + 4, true);
  }
  /** Gives a record back; `moved` may be called for others meanwhile. */
  give(handle: number): void {
    const index = Math.floor((handle - 1) / this.chunkBytes);
    const at = handle - 1 - index * this.chunkBytes;
    const chunk = this.chunks[index] as Chunk; // as in find
    const n = chunk.view.getUint32(at + 4, true);
    chunk.view.setUint32(at, NOBODY, true);
    chunk.live -= HEAD + n;
    this.bytes -= n;
    if (index !== this.current) this.judge(index, chunk);
    this.empty();
  }
  private judge(index: number, chunk: Chunk): void {
    if (chunk.isSparse || chunk.live * 2 >= chunk.used) return;
    chunk.isSparse = true;
    this.sparse.push(index);
  }
  private empty(): void {
    if (this.emptying) return;
    this.emptying = true;
    for (let index = this.sparse.pop(); index !== undefined; index = this.sparse.pop()) this.moveOut(index);
    this.emptying = false;
  }
  private moveOut(index: number): void {
    const chunk = this.chunks[index] as Chunk; // only moveOut takes one away, and its index was in `sparse` once
    for (let at = 0; at < chunk.used; ) {
      const owner = chunk.view.getUint32(at, true);
      const n = chunk.view.getUint32(at + 4, true);
      const from = at + HEAD;
      at = from + n;
      if (owner === NOBODY) continue;
      const handle = this.take(owner, n);
      this.bytes -= n; // it was counted before
      this.buf.set(chunk.buf.subarray(from, at), this.at);
      this.moved(owner, handle);
    }
    this.chunks[index] = null;
    this.freeChunks.push(index);
  }
}

const NO_BYTES = new Uint8Array(0);
