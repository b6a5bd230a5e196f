/** A buffer that grows while it is written. */
export class GrowingBytes {
  protected buf: Uint8Array;
  protected view: DataView;
  protected at = 0;

  constructor(size: number) {
    this.buf = new Uint8Array(size);
    this.view = new DataView(this.buf.buffer);
  }
  /** Lets the buffer go, and begins with another one. */
  protected afresh(size: number): void {
    this.buf = new Uint8Array(size);
    this.view = new DataView(this.buf.buffer);
  }
  protected room(n: number): void {
    if (this.at + n <= this.buf.length) return;
    const next = new Uint8Array(Math.max(this.buf.length * 2, this.at + n));
    next.set(this.buf.subarray(0, this.at));
    this.buf = next;
    this.view = new DataView(next.buffer);
  }
  protected varint(v: number): void {
    let at = this.at;
    const buf = this.buf;
    while (v >= 0x80000000) {
      buf[at++] = (v % 128) | 0x80;
      v = Math.floor(v / 128);
    }
    while (v >= 0x80) {
      buf[at++] = (v & 0x7f) | 0x80;
      v >>>= 7;
    }
    buf[at++] = v;
    this.at = at;
  }
  /** Zigzag for integers up to 2^53-1 in magnitude would overflow a double: sign in the first bit, 6 bits of value. */
  protected signed(v: number): void {
    const neg = v < 0 ? 0x40 : 0;
    let m = neg ? -v : v;
    const low = m % 64;
    m = (m - low) / 64;
    if (m === 0) {
      this.buf[this.at++] = neg | low;
      return;
    }
    this.buf[this.at++] = 0x80 | neg | low;
    this.varint(m);
  }
  protected copy(src: Uint8Array, from: number, to: number): void {
    const { buf, at } = this;
    if (to - from > 64) buf.set(src.subarray(from, to), at);
    else for (let i = from, k = at; i < to; i++) buf[k++] = src[i] as number;
    this.at = at + to - from;
  }
}
