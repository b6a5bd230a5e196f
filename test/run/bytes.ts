import { connect, type Socket } from "node:net";
import { within } from "./until.ts";

/** "00 01" for bytes. */
function hex(bytes: Uint8Array): string {
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join(" ");
}
/** A UTF-8 string of the protocol, or binary data, in hex: two bytes of length, then the bytes. */
export function field(text: string | Uint8Array): string {
  const bytes = Buffer.from(text);
  return hex(Buffer.concat([Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes]));
}
/** A whole packet in hex: its first byte, the Remaining Length (up to 16,383), what follows. */
export function packet(first: string, ...parts: readonly string[]): string {
  const rest = parts.filter((part) => part !== "").join(" ");
  const length = rest === "" ? 0 : rest.split(" ").length;
  const size = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  return `${first} ${hex(Uint8Array.from(size))}${rest === "" ? "" : ` ${rest}`}`;
}

/** A client that knows no MQTT: bytes go out as they are given, and come back as they are. */
export class Bytes {
  private got: Uint8Array = new Uint8Array(0);
  private closed = false;
  private wake: () => void = () => {};

  private constructor(private readonly socket: Socket) {
    socket.on("data", (bytes: Uint8Array) => {
      this.got = Buffer.concat([this.got, bytes]);
      this.wake();
    });
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      this.closed = true;
      this.wake();
    });
  }
  static async open(port: number, from = "127.0.0.1"): Promise<Bytes> {
    const socket = connect({ host: "127.0.0.1", port, localAddress: from, noDelay: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once("connect", () => resolve());
    socket.once("error", reject);
    await within(`a connection to port ${port}`, promise);
    return new Bytes(socket);
  }
  /** Sends packets that are written in hex. */
  send(...packets: readonly string[]): void {
    this.socket.write(Buffer.from(packets.join("").replaceAll(" ", ""), "hex"));
  }
  private async until(done: () => boolean): Promise<void> {
    while (!done() && !this.closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.wake = resolve;
      await within("bytes from the server", promise);
    }
  }
  /** The next `count` bytes in hex; fewer when the connection ends before. */
  async take(count: number): Promise<string> {
    await this.until(() => this.got.length >= count);
    const some = this.got.subarray(0, count);
    this.got = this.got.subarray(some.length);
    return hex(some);
  }
  /** The next packet (of up to 127 bytes behind its length) in hex. */
  async next(): Promise<string> {
    await this.until(() => this.got.length >= 2);
    return this.take(2 + (this.got[1] ?? 0));
  }
  /** All that comes until the server closes, in hex. */
  async rest(): Promise<string> {
    await this.until(() => false);
    return this.take(Number.POSITIVE_INFINITY);
  }
  close(): void {
    this.socket.destroy();
  }
}
