/**
 * The bytes of a packet that is not complete yet. Grows by doubling, so that a packet that comes byte by byte costs each
 * byte once; and is looked at again only when the packet can be complete.
 */
export class Partial {
  private buf: Uint8Array = NOTHING;
  private length = 0;
  /** Bytes that the packet has in all; one more than there are while that is not known. */
  private needed = 0;

  /** What there is; only lent. */
  get bytes(): Uint8Array {
    return this.buf.subarray(0, this.length);
  }
  get empty(): boolean {
    return this.length === 0;
  }
  /** Keeps a copy of bytes[from, …), of which a packet of `needed` bytes is the beginning. */
  keep(bytes: Uint8Array, from: number, needed: number): void {
    this.buf = bytes.slice(from);
    this.length = this.buf.length;
    this.needed = Math.max(needed, this.length + 1);
  }
  /** Adds bytes. Returns all there is when the packet may be complete (and forgets it), otherwise null. */
  add(bytes: Uint8Array): Uint8Array | null {
    const length = this.length + bytes.length;
    if (length > this.buf.length) {
      const next = new Uint8Array(Math.max(length, Math.min(this.needed, this.buf.length * 2)));
      next.set(this.buf.subarray(0, this.length));
      this.buf = next;
    }
    this.buf.set(bytes, this.length);
    this.length = length;
    return length < this.needed ? null : this.take();
  }
  /** All there is; it is forgotten here. */
  take(): Uint8Array {
    const all = this.buf.subarray(0, this.length);
    this.buf = NOTHING;
    this.length = 0;
    this.needed = 0;
    return all;
  }
}

const NOTHING = new Uint8Array(0);
