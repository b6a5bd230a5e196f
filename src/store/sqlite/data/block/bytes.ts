const utf8 = new TextEncoder();
// A byte order mark at the start of a text is part of the text.
const text = new TextDecoder("utf-8", { ignoreBOM: true });

/** UTF-8 of a text. */
export function encodeText(v: string): Uint8Array {
  return utf8.encode(v);
}
/** The text that UTF-8 stands for, a byte order mark included. */
export function decodeText(bytes: Uint8Array): string {
  return text.decode(bytes);
}

/** A growing buffer of numbers and texts, little endian. */
export class ByteWriter {
  private buf = new Uint8Array(1024);
  private view = new DataView(this.buf.buffer);
  private at = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.at;
  }
  private room(n: number): void {
    if (this.at + n <= this.buf.length) return;
    const next = new Uint8Array(Math.max(this.buf.length * 2, this.at + n));
    next.set(this.buf.subarray(0, this.at));
    this.buf = next;
    this.view = new DataView(next.buffer);
  }
  byte(v: number): void {
    this.room(1);
    this.buf[this.at++] = v;
  }
  uint32(v: number): void {
    this.room(4);
    this.view.setUint32(this.at, v, true);
    this.at += 4;
  }
  /** 0 <= v <= 2^53. */
  varint(v: number): void {
    this.room(9);
    let rest = v;
    while (rest >= 0x80) {
      this.buf[this.at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.buf[this.at++] = rest;
  }
  /** Sign in bit 6 of the first byte, six bits of the magnitude below it, the rest as a varint. */
  signed(v: number): void {
    const neg = v < 0 ? 0x40 : 0;
    const m = Math.abs(v);
    const low = m % 64;
    const rest = (m - low) / 64;
    this.byte((rest > 0 ? 0x80 : 0) | neg | low);
    if (rest > 0) this.varint(rest);
  }
  double(v: number): void {
    this.room(8);
    this.view.setFloat64(this.at, v, true);
    this.at += 8;
  }
  bytes(v: Uint8Array): void {
    this.room(v.length);
    this.buf.set(v, this.at);
    this.at += v.length;
  }
  /** UTF-8 with its length before it. */
  text(v: string): void {
    const bytes = encodeText(v);
    this.varint(bytes.length);
    this.bytes(bytes);
  }
  /** What was written; a view that the next write may change. */
  written(): Uint8Array {
    return this.buf.subarray(0, this.at);
  }
  /** What was written with its CRC32 behind it, as a copy. */
  sealed(): Uint8Array {
    this.uint32(Bun.hash.crc32(this.written()));
    return this.written().slice();
  }
}

/** Reads what ByteWriter wrote. Every method throws a RangeError when the bytes end too early. */
export class ByteReader {
  private readonly view: DataView;

  /** @param at where to begin, @param end where the bytes end */
  constructor(
    private readonly buf: Uint8Array,
    private at: number,
    private readonly end: number,
  ) {
    this.view = new DataView(buf.buffer, buf.byteOffset, end);
  }
  byte(): number {
    if (this.at >= this.end) throw new RangeError("a block that ends too early");
    return this.buf[this.at++] ?? 0;
  }
  varint(): number {
    let v = 0;
    for (let f = 1; ; f *= 128) {
      const c = this.byte();
      v += (c & 0x7f) * f;
      if (c < 0x80) return v;
    }
  }
  signed(): number {
    const c = this.byte();
    const m = (c & 0x3f) + (c & 0x80 ? this.varint() * 64 : 0);
    return c & 0x40 ? -m : m;
  }
  double(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }
  bytes(n: number): Uint8Array {
    if (this.at + n > this.end) throw new RangeError("a block that ends too early");
    this.at += n;
    return this.buf.subarray(this.at - n, this.at);
  }
  text(): string {
    return decodeText(this.bytes(this.varint()));
  }
}

/** @throws RangeError when the CRC32 at the end of a body is not that of the bytes before it. */
export function checkSeal(body: Uint8Array): void {
  const end = body.length - 4;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  if (end < 2 || Bun.hash.crc32(body.subarray(0, end)) !== view.getUint32(end, true))
    throw new RangeError("a block with a wrong checksum");
}
