/** Just enough of WebSocket (RFC 6455) for a load program: a binary frame around bytes, and the bytes out of a server's frames. */

/** Bytes of the longest header that a client's frame has here: two, eight of length, four of the mask. */
export const MOST_HEADER = 14;

/**
 * Writes the header of one binary frame with `length` bytes so that it ends at `end`, and returns where it starts. The mask is
 * zero: the bytes behind it stay as they are, which costs the load program nothing, and the server unmasks as always.
 */
export function writeHeader(target: Uint8Array, end: number, length: number): number {
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const start = end - 6 - extended;
  target[start] = 0x82; // the only frame of a message, binary
  target[start + 1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  let rest = length;
  for (let i = extended; i > 0; i--) {
    target[start + 1 + i] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
  target.fill(0, end - 4, end);
  return start;
}

/** One binary frame around a copy of `bytes`. */
export function frame(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(MOST_HEADER + bytes.length);
  framed.set(bytes, MOST_HEADER);
  return framed.subarray(writeHeader(framed, MOST_HEADER, bytes.length));
}

/** The request that makes a TCP connection a WebSocket at /mqtt. */
export function upgradeRequest(host: string, port: number): Uint8Array {
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const lines = [
    "GET /mqtt HTTP/1.1",
    `Host: ${host}:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Protocol: mqtt",
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

const OPCODE_CLOSE = 8;

/** The server's side of a WebSocket: first its answer to the upgrade, then frames, whose payloads are one stream of bytes. */
export class Deframer {
  #answer = "";
  #upgraded = false;
  readonly #header = new Uint8Array(10);
  #headerFilled = 0;
  #left = 0;
  #control = false;

  /**
   * @param onUpgraded called once, when the server has agreed
   * @param onBytes gets pieces of the stream, valid during the call only
   */
  constructor(
    readonly onUpgraded: () => void,
    readonly onBytes: (bytes: Uint8Array) => void,
  ) {}

  /** Feeds one chunk of the connection. Throws when the server refuses the upgrade or closes. */
  feed(chunk: Uint8Array): void {
    let at = this.#upgraded ? 0 : this.#readAnswer(chunk);
    while (at < chunk.length) {
      if (this.#left === 0) {
        this.#header[this.#headerFilled++] = chunk[at++] as number; // in range: at < length
        this.#readHeader();
        continue;
      }
      const end = Math.min(at + this.#left, chunk.length);
      this.#left -= end - at;
      // a ping need not be answered within the seconds that a run takes
      if (!this.#control) this.onBytes(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
      at = end;
    }
  }

  /** Reads the HTTP answer; returns where the frames begin in `chunk`. */
  #readAnswer(chunk: Uint8Array): number {
    const before = this.#answer.length;
    this.#answer += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    const end = this.#answer.indexOf("\r\n\r\n");
    if (end < 0 && this.#answer.length < 16_384) return chunk.length;
    if (end < 0 || !this.#answer.startsWith("HTTP/1.1 101 ")) {
      throw new Error(`the server refused the WebSocket: ${this.#answer.split("\r\n", 1)[0]}`);
    }
    this.#upgraded = true;
    this.#answer = "";
    this.onUpgraded();
    return end + 4 - before;
  }

  /** Looks whether the header is complete, and what it says. */
  #readHeader(): void {
    const [first = 0, second = 0] = this.#header;
    const extended = second < 126 ? 0 : second === 126 ? 2 : 8; // a server does not mask
    if (this.#headerFilled < 2 + extended) return;
    this.#left = extended === 0 ? second : 0;
    for (let i = 2; i < 2 + extended; i++) this.#left = this.#left * 256 + (this.#header[i] ?? 0);
    this.#headerFilled = 0;
    this.#control = (first & 0x08) !== 0;
    if ((first & 0x0f) === OPCODE_CLOSE) throw new Error("the server closed the WebSocket");
  }
}
