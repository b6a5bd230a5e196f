/** The client's half of WebSocket framing (RFC 6455), as far as MQTT needs it: binary messages, pings, the close. No socket. */

const BINARY = 0x2;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

/** A frame as clients write it: whole, and masked (section 5.3). @param mask four bytes of chance */
export function clientFrame(opcode: number, body: Uint8Array, mask: Uint8Array): Uint8Array {
  const { length } = body;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const out = new Uint8Array(head + 4 + length);
  out[0] = 0x80 | opcode;
  const view = new DataView(out.buffer);
  if (head === 2) out[1] = 0x80 | length;
  else if (head === 4) {
    out[1] = 0x80 | 126;
    view.setUint16(2, length);
  } else {
    out[1] = 0x80 | 127;
    view.setBigUint64(2, BigInt(length));
  }
  out.set(mask, head);
  for (let i = 0; i < length; i++) out[head + 4 + i] = (body[i] ?? 0) ^ (mask[i & 3] ?? 0);
  return out;
}
export const binaryFrame = (body: Uint8Array, mask: Uint8Array) => clientFrame(BINARY, body, mask);

/** Reads what a server sends: the bytes of its messages come as they come, whatever frames they are in. */
export class ServerFrames {
  private rest = new Uint8Array(0);
  private left = 0;
  private control: { readonly opcode: number; body: Uint8Array } | null = null;

  constructor(
    private readonly host: {
      data(bytes: Uint8Array): void;
      /** It asks whether we are there: answer with a pong of these bytes. */
      pong(frame: number, body: Uint8Array): void;
      closed(): void;
    },
  ) {}

  /** @throws RangeError: it is no WebSocket */
  read(bytes: Uint8Array): void {
    let buf = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    this.rest = new Uint8Array(0);
    while (buf.length > 0) {
      if (this.left > 0) buf = this.body(buf);
      else {
        const next = this.head(buf);
        if (next === null) {
          this.rest = buf.slice();
          return;
        }
        buf = next;
      }
    }
  }
  /** Null: the head is not whole. */
  private head(buf: Uint8Array): Uint8Array | null {
    if (buf.length < 2) return null;
    const opcode = (buf[0] ?? 0) & 0x0f;
    const short = (buf[1] ?? 0) & 0x7f;
    if (((buf[1] ?? 0) & 0x80) !== 0) throw new RangeError("a frame of a server is masked");
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (buf.length < size) return null;
    const view = new DataView(buf.buffer, buf.byteOffset);
    const length = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (opcode >= 8 && length > 125) throw new RangeError("a control frame is too long");
    if (opcode === 1) throw new RangeError("a text frame: MQTT is binary");
    this.control = opcode >= 8 ? { opcode, body: new Uint8Array(0) } : null;
    this.left = length;
    if (length === 0) this.over();
    return buf.subarray(size);
  }
  private body(buf: Uint8Array): Uint8Array {
    const some = buf.subarray(0, this.left);
    this.left -= some.length;
    if (this.control === null) this.host.data(some);
    else this.control.body = Buffer.concat([this.control.body, some]);
    if (this.left === 0) this.over();
    return buf.subarray(some.length);
  }
  private over(): void {
    const { control } = this;
    this.control = null;
    if (control?.opcode === PING) this.host.pong(PONG, control.body);
    else if (control?.opcode === CLOSE) this.host.closed();
  }
}
