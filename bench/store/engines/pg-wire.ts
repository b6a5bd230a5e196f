/** As much of PostgreSQL's protocol 3.0 as the bench needs: simple queries, and COPY FROM STDIN with ready bytes. */
import { connect, type Socket } from "node:net";

/** What a statement answered. */
interface Answer {
  /** Rows that came. */
  readonly rows: number;
  /** Their columns as text, when they were asked for. */
  readonly texts: readonly (readonly string[])[];
}

interface Waiting {
  readonly keep: boolean;
  readonly texts: string[][];
  rows: number;
  error: string | undefined;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** One message: its type, its length, its body. */
function message(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}
const textOf = (text: string) => Buffer.from(`${text}\0`);

/** One connection; one statement at a time. */
export class PgClient {
  private buffer: Buffer = Buffer.alloc(0);
  private waiting: Waiting | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("error", (error) => this.fail(error));
    socket.on("close", () => this.fail(new Error("PostgreSQL closed the connection")));
  }

  /** Connects without a password. */
  static async connect(port: number, user: string, database: string): Promise<PgClient> {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    const client = new PgClient(socket);
    const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, "latin1");
    const head = Buffer.alloc(4);
    head.writeInt32BE(4 + body.length);
    await client.ask(Buffer.concat([head, body]), false);
    return client;
  }

  /** Runs one statement; `keep` returns what the rows hold, otherwise they are only counted. */
  query(sql: string, keep = false): Promise<Answer> {
    return this.ask(message("Q", textOf(sql)), keep);
  }

  /** Runs a COPY … FROM STDIN, which is a transaction of its own, with these bytes. */
  async copy(sql: string, bytes: Uint8Array): Promise<void> {
    const all = [message("Q", textOf(sql)), message("d", bytes), message("c", Buffer.alloc(0))];
    await this.ask(Buffer.concat(all), false);
  }

  close(): void {
    this.socket.removeAllListeners("close");
    this.socket.end(message("X", Buffer.alloc(0)));
  }

  private ask(bytes: Uint8Array, keep: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { keep, texts: [], rows: 0, error: undefined, resolve, reject };
      this.socket.write(bytes);
    });
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  private receive(chunk: Buffer): void {
    const bytes = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    let at = 0;
    while (bytes.length - at >= 5) {
      const end = at + 1 + bytes.readInt32BE(at + 1);
      if (end > bytes.length) break;
      this.handle(bytes[at] ?? 0, bytes, at + 5, end);
      at = end;
    }
    this.buffer = bytes.subarray(at);
  }

  private handle(type: number, bytes: Buffer, from: number, end: number): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    if (type === 0x44) {
      waiting.rows++; // DataRow
      if (waiting.keep) waiting.texts.push(columnsOf(bytes, from));
    } else if (type === 0x45) {
      waiting.error = bytes.toString("utf8", from, end).replaceAll("\0", " ").trim(); // ErrorResponse
    } else if (type === 0x5a) {
      this.waiting = undefined; // ReadyForQuery
      if (waiting.error === undefined) waiting.resolve(waiting);
      else waiting.reject(new Error(`PostgreSQL: ${waiting.error}`));
    }
  }
}

/** The columns of a DataRow; NULL is an empty text. */
function columnsOf(bytes: Buffer, from: number): string[] {
  let at = from + 2;
  return Array.from({ length: bytes.readInt16BE(from) }, () => {
    const length = Math.max(0, bytes.readInt32BE(at));
    at += 4 + length;
    return bytes.toString("utf8", at - length, at);
  });
}
