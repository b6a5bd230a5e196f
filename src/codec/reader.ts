import { byteAt, copyOf, u16At, u32At } from "./bytes.ts";
import { malformed, protocolError } from "./error.ts";
import { textAt } from "./utf8.ts";
import { varintAt, varintLength } from "./varint.ts";

/** Reads the data types of section 1.5 from [at, end) of a buffer; every method throws CodecError 0x81 at the end. */
export class Reader {
  constructor(
    readonly buf: Uint8Array,
    public at: number,
    readonly end: number,
  ) {}

  /** Bytes that are left. */
  get left(): number {
    return this.end - this.at;
  }

  /** Claims `n` bytes and returns the offset of the first. */
  private take(n: number): number {
    if (n > this.end - this.at) throw malformed("the packet ends inside a field");
    const from = this.at;
    this.at += n;
    return from;
  }

  byte(): number {
    return byteAt(this.buf, this.take(1));
  }

  u16(): number {
    return u16At(this.buf, this.take(2));
  }

  u32(): number {
    return u32At(this.buf, this.take(4));
  }

  /** A Variable Byte Integer (section 1.5.5). */
  varint(): number {
    const value = varintAt(this.buf, this.at, this.end);
    if (value < 0) throw malformed("a variable byte integer is cut off, too long or not in its shortest form");
    this.at += varintLength(value);
    return value;
  }

  /** A UTF-8 Encoded String (section 1.5.4). */
  text(): string {
    const length = this.u16();
    const from = this.take(length);
    return textAt(this.buf, from, this.at);
  }

  /** Binary Data (section 1.5.6), copied. */
  binary(): Uint8Array {
    const length = this.u16();
    const from = this.take(length);
    return copyOf(this.buf, from, this.at);
  }

  /** All bytes that are left, copied. */
  rest(): Uint8Array {
    const from = this.take(this.left);
    return copyOf(this.buf, from, this.at);
  }

  /** A Packet Identifier. Throws CodecError 0x82 when it is zero. */
  packetId(): number {
    const id = this.u16();
    if (id === 0) throw protocolError("a packet identifier must not be zero"); // [MQTT-2.2.1-3], [MQTT-2.2.1-4]
    return id;
  }

  /** A reader of the next `n` bytes alone; this one continues after them. */
  part(n: number): Reader {
    const from = this.take(n);
    return new Reader(this.buf, from, this.at);
  }

  /** Throws CodecError 0x81 unless everything was read. */
  finish(): void {
    if (this.at !== this.end) throw malformed("there are bytes after the end of the packet's last field");
  }
}
