import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tcp, tls } from "./tls.ts";
import { until } from "./until.ts";

interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** The answers in these bytes that are whole. @param heads how many of them, from the first, have no body by nature */
function answersIn(all: Buffer, isHead: (n: number) => boolean = () => false): RawAnswer[] {
  const found: RawAnswer[] = [];
  for (let at = 0; at < all.length; ) {
    const end = all.indexOf("\r\n\r\n", at);
    if (end < 0) break;
    const [first = "", ...lines] = all.toString("latin1", at, end).split("\r\n");
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const status = Number(first.split(" ")[1]);
    at = end + 4;
    if (status === 100) continue;
    const none = isHead(found.length) || status === 204;
    let length = none ? 0 : Number(headers.get("content-length") ?? 0);
    if (!none && !headers.has("content-length")) {
      // chunks are left as they are; an answer without a length goes on to the end
      const last = all.indexOf("0\r\n\r\n", at);
      length = headers.has("transfer-encoding") && last >= 0 ? last + 5 - at : all.length - at;
    }
    if (at + length > all.length) break;
    found.push({ status, headers, body: all.toString("utf8", at, at + length) });
    at += length;
  }
  return found;
}

/** A connection on which the test writes bytes as it likes. */
export class RawHttp {
  private bytes = Buffer.alloc(0);
  isClosed = false;
  /** What the socket said when it broke; "": nothing. */
  failure = "";

  private constructor(readonly socket: Socket) {
    socket.on("data", (bytes: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, bytes]);
    });
    socket.on("error", (error) => {
      this.failure = error.message;
    });
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.isClosed = true;
    });
  }
  /** @param caFile then over TLS */
  static async open(port: number, caFile?: string): Promise<RawHttp> {
    return new RawHttp(caFile === undefined ? await tcp(port) : await tls({ port, ca: readFileSync(caFile) }));
  }
  write(text: string | Uint8Array): void {
    this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
  }
  get text(): string {
    return this.bytes.toString("latin1");
  }
  /** Waits for so many answers. */
  async answers(count: number, isHead?: (n: number) => boolean): Promise<RawAnswer[]> {
    return until(`${count} answers`, () => {
      const found = answersIn(this.bytes, isHead);
      return found.length >= count || (this.isClosed && found.length > 0) ? found : null;
    });
  }
  async closed(): Promise<void> {
    await until("the end of the connection", () => this.isClosed);
  }
  end(): void {
    this.socket.destroy();
  }
}
