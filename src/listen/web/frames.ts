/** Opcodes of RFC 6455, section 5.2. */
export const Opcode = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** Status codes of RFC 6455, section 7.4.1. */
export const Status = { NORMAL: 1000, PROTOCOL: 1002, UNSUPPORTED: 1003, TOO_LARGE: 1009 } as const;

/** Frames that break the protocol. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const MOST_CONTROL = 125;
/** Longest head of a frame from a client. */
const MOST_HEAD = 14;

/** Who hears what the frames hold. */
interface FrameEvents {
  /** A part of a binary message, as it comes: only lent. False: no more for now. */
  bytes(payload: Uint8Array): boolean;
  /** A whole control frame. False: no more at all. */
  control(opcode: number, payload: Uint8Array): boolean;
}

/**
 * Reads a client's frames (RFC 6455, section 5) as a stream: what a frame holds is handed on as it comes, so that nobody
 * needs memory for the whole of one.
 */
export class FrameReader {
  private readonly headBytes = new Uint8Array(MOST_HEAD);
  private headLength = 0;
  private opcode = 0;
  private isFinal = false;
  /** Bytes of the payload that have not come; below 0: the head has not. */
  private left = -1;
  private readonly mask = new Uint8Array(4);
  private maskAt = 0;
  /** Bytes of the message so far; below 0: no message is under way. */
  private message = -1;
  private control: Uint8Array | null = null;

  /** @param most bytes of a message */
  constructor(
    private readonly most: number,
    private readonly events: FrameEvents,
  ) {}

  /**
   * @returns how many of the bytes were read: fewer than there are when an event said so
   * @throws FrameError
   */
  read(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length || this.left === 0) {
      if (this.left < 0) {
        at = this.readHead(bytes, at);
        continue;
      }
      const end = Math.min(at + this.left, bytes.length);
      const payload = this.unmask(bytes.subarray(at, end));
      this.left -= end - at;
      at = end;
      if (!this.payload(payload)) return at;
    }
    return at;
  }
  /** A byte of a frame's head at a time: it is short, and may come in pieces. */
  private readHead(bytes: Uint8Array, from: number): number {
    const { headBytes } = this;
    let at = from;
    while (at < bytes.length) {
      headBytes[this.headLength++] = bytes[at++] ?? 0;
      if (this.headLength < 2) continue;
      const short = (headBytes[1] ?? 0) & 127;
      const size = (short === 126 ? 4 : short === 127 ? 10 : 2) + 4;
      if (this.headLength === 2) this.checkStart(headBytes[0] ?? 0, headBytes[1] ?? 0);
      if (this.headLength < size) continue;
      this.begin(short, size);
      break;
    }
    return at;
  }
  private checkStart(first: number, second: number): void {
    const opcode = first & 15;
    if ((first & 0x70) !== 0) throw new FrameError(Status.PROTOCOL, "a reserved bit is set");
    if (second < 128) throw new FrameError(Status.PROTOCOL, "a client's frame is not masked");
    if (opcode >= 8) {
      if (opcode > Opcode.PONG) throw new FrameError(Status.PROTOCOL, "the opcode is not known");
      if (first < 128 || (second & 127) > MOST_CONTROL)
        throw new FrameError(Status.PROTOCOL, "a control frame is in fragments, or too long");
      return;
    }
    // text is not MQTT [MQTT-6.0.0-1]
    if (opcode === Opcode.TEXT) throw new FrameError(Status.UNSUPPORTED, "binary frames only");
    if (opcode > Opcode.BINARY) throw new FrameError(Status.PROTOCOL, "the opcode is not known");
    if ((opcode === Opcode.CONTINUATION) !== this.message >= 0)
      throw new FrameError(Status.PROTOCOL, "a fragment continues nothing, or is missing");
  }
  private begin(short: number, size: number): void {
    const { headBytes } = this;
    const view = new DataView(headBytes.buffer);
    const length = short === 126 ? view.getUint16(2) : short === 127 ? Number(view.getBigUint64(2)) : short;
    this.mask.set(headBytes.subarray(size - 4, size));
    this.maskAt = 0;
    this.headLength = 0;
    this.opcode = (headBytes[0] ?? 0) & 15;
    this.isFinal = (headBytes[0] ?? 0) >= 128;
    this.left = length;
    if (this.opcode >= 8) {
      this.control = new Uint8Array(0);
      return;
    }
    this.message = Math.max(this.message, 0) + length;
    if (this.message > this.most) throw new FrameError(Status.TOO_LARGE, `a message is larger than ${this.most} bytes`);
  }
  /** A copy without the mask. */
  private unmask(bytes: Uint8Array): Uint8Array {
    const { mask } = this;
    const out = new Uint8Array(bytes.length);
    let k = this.maskAt;
    for (let i = 0; i < bytes.length; i++) {
      out[i] = (bytes[i] ?? 0) ^ (mask[k] ?? 0);
      k = (k + 1) & 3;
    }
    this.maskAt = k;
    return out;
  }
  private payload(bytes: Uint8Array): boolean {
    const isWhole = this.left === 0;
    if (isWhole) this.left = -1;
    if (this.control !== null) {
      const all = this.control.length === 0 ? bytes : Buffer.concat([this.control, bytes]);
      this.control = isWhole ? null : all;
      return isWhole ? this.events.control(this.opcode, all) : true;
    }
    if (isWhole && this.isFinal) this.message = -1;
    return bytes.length === 0 || this.events.bytes(bytes);
  }
}

/** A server's frame, which is not masked. */
export function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(headSize(payload.length) + payload.length);
  out.set(payload, writeHead(out, 0, opcode, payload.length));
  return out;
}
function headSize(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}
/** @returns where the payload begins */
function writeHead(out: Uint8Array, at: number, opcode: number, length: number): number {
  out[at] = 0x80 | opcode;
  if (length < 126) {
    out[at + 1] = length;
    return at + 2;
  }
  const view = new DataView(out.buffer, out.byteOffset);
  if (length < 65_536) {
    out[at + 1] = 126;
    view.setUint16(at + 2, length);
    return at + 4;
  }
  out[at + 1] = 127;
  view.setBigUint64(at + 2, BigInt(length));
  return at + 10;
}

/** End of the MQTT packet that begins at `at`; never beyond the bytes. */
function packetEnd(bytes: Uint8Array, at: number): number {
  let length = 0;
  let factor = 1;
  for (let i = at + 1; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    length += (byte & 127) * factor;
    if (byte < 128) return Math.min(i + 1 + length, bytes.length);
    factor *= 128;
  }
  return bytes.length;
}

/**
 * Whole MQTT packets as binary frames, one packet in each: some clients read but the first of a frame, and the others when
 * the next comes [MQTT-6.0.0-2].
 */
export function packetFrames(bytes: Uint8Array): Uint8Array {
  let size = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = packetEnd(bytes, at);
    size += headSize(end - at) + end - at;
    at = end;
  }
  const out = new Uint8Array(size);
  let to = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = packetEnd(bytes, at);
    to = writeHead(out, to, Opcode.BINARY, end - at);
    out.set(bytes.subarray(at, end), to);
    to += end - at;
    at = end;
  }
  return out;
}
