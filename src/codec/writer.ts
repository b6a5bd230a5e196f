import { CodecError, malformed, PACKET_TOO_LARGE, protocolError } from "./error.ts";
import { putVarint, VARINT_MAX, varintLength } from "./varint.ts";

const encoder = new TextEncoder();

/** Bytes kept free before the body for the first byte and the longest Remaining Length. */
const HEADER_ROOM = 5;

/** Writes the data types of section 1.5 into a growing buffer. Values that have no encoding throw CodecError. */
export class Writer {
  private buf: Uint8Array;
  private at = HEADER_ROOM;

  /** `hint`: expected bytes of the body. */
  constructor(hint = 128) {
    this.buf = new Uint8Array(HEADER_ROOM + hint);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.at - HEADER_ROOM;
  }

  private room(n: number): void {
    if (this.at + n <= this.buf.length) return;
    const bigger = new Uint8Array(Math.max(this.buf.length * 2, this.at + n));
    bigger.set(this.buf.subarray(0, this.at));
    this.buf = bigger;
  }

  /** Writes the low `bytes` bytes of `n`, big-endian, after a check that it is an integer that fits. */
  private integer(n: number, bytes: 1 | 2 | 4): void {
    if (!Number.isInteger(n) || n < 0 || n >= 2 ** (8 * bytes)) throw malformed("an integer does not fit its field");
    this.room(bytes);
    for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) this.buf[this.at++] = (n >>> shift) & 255;
  }

  byte(n: number): void {
    this.integer(n, 1);
  }

  u16(n: number): void {
    this.integer(n, 2);
  }

  u32(n: number): void {
    this.integer(n, 4);
  }

  /** A Variable Byte Integer (section 1.5.5). */
  varint(n: number): void {
    if (!Number.isInteger(n) || n < 0 || n > VARINT_MAX) throw malformed("a variable byte integer is out of range");
    this.room(4);
    this.at = putVarint(this.buf, this.at, n);
  }

  /** A UTF-8 Encoded String (section 1.5.4). */
  text(text: string): void {
    if (!text.isWellFormed() || text.includes("\0")) throw malformed("a string holds a lone surrogate or U+0000"); // [MQTT-1.5.4-1], [MQTT-1.5.4-2]
    if (text.length > 65_535) throw malformed("a string is longer than 65,535 bytes");
    this.room(2 + 3 * text.length);
    const { written } = encoder.encodeInto(text, this.buf.subarray(this.at + 2));
    if (written > 65_535) throw malformed("a string is longer than 65,535 bytes");
    this.u16(written);
    this.at += written;
  }

  /** Binary Data (section 1.5.6). */
  binary(data: Uint8Array): void {
    if (data.length > 65_535) throw malformed("binary data is longer than 65,535 bytes");
    this.u16(data.length);
    this.raw(data);
  }

  /** Bytes without a length. */
  raw(data: Uint8Array): void {
    this.room(data.length);
    this.buf.set(data, this.at);
    this.at += data.length;
  }

  /** A Packet Identifier. Throws CodecError 0x82 when it is zero. */
  packetId(id: number): void {
    if (id === 0) throw protocolError("a packet identifier must not be zero"); // [MQTT-2.2.1-3], [MQTT-2.2.1-4]
    this.u16(id);
  }

  /** What was written, with its length before it as a Variable Byte Integer, appended to `to`. */
  appendTo(to: Writer): void {
    to.varint(this.length);
    to.raw(this.buf.subarray(HEADER_ROOM, this.at));
  }

  /** What was written, alone. */
  body(): Uint8Array {
    return this.buf.slice(HEADER_ROOM, this.at);
  }

  /** The whole packet: fixed header, then the body as written. Throws CodecError 0x95 when it is too long for MQTT. */
  packet(type: number, flags: number): Uint8Array {
    if (this.length > VARINT_MAX) throw new CodecError(PACKET_TOO_LARGE, "the packet is longer than MQTT allows");
    const start = HEADER_ROOM - 1 - varintLength(this.length);
    this.buf[start] = (type << 4) | flags;
    putVarint(this.buf, start + 1, this.length);
    return this.buf.slice(start, this.at); // a plain Uint8Array of our own: slice copies
  }
}
