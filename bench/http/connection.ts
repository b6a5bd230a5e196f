/** One kept HTTP connection with one request in flight: raw bytes, so that the load program costs little. */
import type { Socket } from "bun";

interface Answer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const MAX_ANSWER = 64 * 1024 * 1024;

export class Connection {
  private waiting: PromiseWithResolvers<Answer> | null = null;
  private received: Buffer = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {}

  static async open(port: number): Promise<Connection> {
    let own: Connection | null = null;
    const end = () => own?.fail(new Error("the server closed a connection"));
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data: (_, bytes) => own?.take(bytes),
        drain: () => own?.flush(),
        close: end,
        error: (_, error) => own?.fail(error),
      },
    });
    socket.setNoDelay(true);
    own = new Connection(socket);
    return own;
  }

  private unsent: Uint8Array = new Uint8Array(0);

  /** Sends a whole request; the answer, read to its end. */
  ask(request: Uint8Array): Promise<Answer> {
    if (this.waiting) throw new Error("a request is in flight");
    const waiting = Promise.withResolvers<Answer>();
    this.waiting = waiting;
    this.unsent = request;
    this.flush();
    return waiting.promise;
  }
  close(): void {
    this.waiting = null;
    this.socket.end();
  }

  private flush(): void {
    if (this.unsent.length > 0) this.unsent = this.unsent.subarray(this.socket.write(this.unsent));
  }
  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = null;
  }
  private take(bytes: Uint8Array): void {
    this.received = this.received.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.received, bytes]);
    if (this.received.length > MAX_ANSWER) return this.fail(new Error("an answer does not end"));
    try {
      const answer = readAnswer(this.received);
      if (answer === null) return;
      this.received = Buffer.alloc(0);
      this.waiting?.resolve(answer);
      this.waiting = null;
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** An answer with Content-Length; null: it is not whole yet. @throws Error on any other */
export function readAnswer(bytes: Buffer): Answer | null {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return null;
  const head = bytes.toString("latin1", 0, end);
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  if (status === undefined || length === undefined) throw new Error(`not an answer with a length: ${head}`);
  const from = end + HEAD_END.length;
  const to = from + Number(length);
  return bytes.length < to ? null : { status: Number(status), body: bytes.toString("utf8", from, to) };
}

/** The bytes of a request with a token; JSON when there is a body. */
export function requestBytes(token: string, method: string, path: string, body?: string): Uint8Array {
  const content =
    body === undefined ? "" : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ${token}\r\n${content}\r\n`;
  return Buffer.from(head + (body ?? ""));
}
