import { createHash, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { tcp } from "./tls.ts";
import { within } from "./until.ts";

/** Opcodes of RFC 6455, section 5.2. */
export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

interface Frame {
  readonly opcode: number;
  readonly payload: Uint8Array;
}
/** How a frame is sent: well-formed unless said otherwise. */
interface FrameForm {
  readonly fin?: boolean;
  readonly masked?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  /** What it says its length is; by default it is true. */
  readonly length?: number;
}

/** A frame from a client. */
export function frame(opcode: number, payload: Uint8Array, form: FrameForm = {}): Uint8Array {
  const { fin = true, masked = true, reserved = 0, length = payload.length } = form;
  const head = [(fin ? 128 : 0) | (reserved << 4) | opcode];
  const bit = masked ? 128 : 0;
  if (length < 126) head.push(bit | length);
  else if (length < 65_536) head.push(bit | 126, length >> 8, length & 255);
  else head.push(bit | 127, 0, 0, 0, 0, (length >>> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255);
  const mask = randomBytes(4);
  const body = masked ? payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0)) : payload;
  return Buffer.concat([Uint8Array.from(head), masked ? mask : new Uint8Array(0), body]);
}

/** A WebSocket of which the test sees, and makes, every frame. */
export class RawWebSocket {
  readonly closed: Promise<void>;
  isClosed = false;
  private readonly frames: Frame[] = [];
  private rest: Uint8Array = new Uint8Array(0);
  private waiting: (() => void)[] = [];

  private constructor(
    readonly socket: Socket,
    /** Head of the answer to the handshake. */
    readonly head: string,
    rest: Uint8Array,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    socket.on("data", (bytes: Uint8Array) => this.received(bytes));
    socket.on("error", () => {}); // a reset is an end like others; "close" follows
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.isClosed = true;
      resolve();
      this.wake();
    });
    this.received(rest);
  }
  /** @param headers further ones, each with its line end */
  static async open(port: number, protocol = "mqtt", headers = "", host = "localhost"): Promise<RawWebSocket> {
    const socket = await tcp(port);
    const key = randomBytes(16).toString("base64");
    socket.write(
      `GET /mqtt HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${protocol}\r\n${headers}\r\n`,
    );
    const { promise, resolve, reject } = Promise.withResolvers<[string, Uint8Array]>();
    let all = Buffer.alloc(0);
    const onData = (bytes: Uint8Array): void => {
      all = Buffer.concat([all, bytes]);
      const end = all.indexOf("\r\n\r\n");
      if (end >= 0) resolve([all.toString("latin1", 0, end), all.subarray(end + 4)]);
    };
    socket.on("data", onData);
    socket.once("close", () => reject(new Error("closed during the handshake")));
    const [head, rest] = await within("the answer to the handshake", promise);
    socket.off("data", onData);
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    if (!head.startsWith("HTTP/1.1 101 ") || !head.includes(accept)) throw new Error(`refused: ${head}`);
    return new RawWebSocket(socket, head, rest);
  }

  private received(bytes: Uint8Array): void {
    let buf: Uint8Array = Buffer.concat([this.rest, bytes]);
    for (;;) {
      const [first, second] = buf;
      if (first === undefined || second === undefined) break;
      const view = new DataView(buf.buffer, buf.byteOffset, buf.length);
      const size = second & 127;
      const from = size === 126 ? 4 : size === 127 ? 10 : 2;
      if (buf.length < from) break;
      const length = size === 126 ? view.getUint16(2) : size === 127 ? Number(view.getBigUint64(2)) : size;
      if (buf.length < from + length) break;
      this.frames.push({ opcode: first & 15, payload: buf.slice(from, from + length) });
      buf = buf.subarray(from + length);
    }
    this.rest = buf;
    this.wake();
  }
  private wake(): void {
    for (const fn of this.waiting.splice(0)) fn();
  }
  send(opcode: number, payload: Uint8Array, form?: FrameForm): void {
    this.socket.write(frame(opcode, payload, form));
  }
  /** The next frame; rejects when the connection ends first. */
  async next(): Promise<Frame> {
    for (;;) {
      const one = this.frames.shift();
      if (one !== undefined) return one;
      if (this.isClosed) throw new Error("the connection ended");
      await within("a frame", new Promise<void>((resolve) => this.waiting.push(resolve)));
    }
  }
  /** Bytes of the binary frames that come, until there are so many. */
  async bytes(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let n = 0; n < count; ) {
      const { opcode, payload } = await this.next();
      if (opcode !== BINARY) throw new Error(`a frame with opcode ${opcode} came`);
      parts.push(payload);
      n += payload.length;
    }
    return Buffer.concat(parts);
  }
  /** Waits for the end; answers the status code of the close frame before it, null without one. */
  async ended(): Promise<number | null> {
    await within("the end of the WebSocket", this.closed);
    const close = this.frames.find(({ opcode }) => opcode === CLOSE);
    return close === undefined ? null : ((close.payload[0] ?? 0) << 8) | (close.payload[1] ?? 0);
  }
}
