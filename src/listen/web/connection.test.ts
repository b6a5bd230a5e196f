import { describe, expect, test } from "bun:test";
import { type WebChannel, WebConnection } from "./connection.ts";
import { Grammar } from "./parser.ts";
import { Places } from "./places.ts";

const PIECE = 64 * 1024;
const LONG = Buffer.alloc(4_000_000, "a long answer ");

/** What a socket that takes everything was given for a request, write by write, and what the program said went wrong. */
async function sent(answer: () => Response): Promise<{ writes: Uint8Array[]; failed: string[] }> {
  const writes: Uint8Array[] = [];
  const failed: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const channel: WebChannel = {
    write: (bytes) => writes.push(Buffer.from(bytes as Uint8Array)) && (bytes as Uint8Array).length,
    pause: () => {},
    resume: () => {},
    shutdown: () => resolve(),
    terminate: () => resolve(),
    getTLSVersion: () => "",
  };
  const places = new Places({ maxHttpConnections: 1, maxHeldBytes: 1000, isFull: () => false, onFull: () => {} });
  const connection = new WebConnection(channel, { remote: "127.0.0.1", isHere: true } as never, {
    grammar: new Grammar(),
    places,
    handlers: {
      answer,
      refuse: () => new Response("no", { status: 400 }),
      upgrade: () => null,
      failed: (error) => failed.push(String(error)),
      begins: () => {},
    },
    secure: false,
    maxBody: 1000,
    date: () => "",
    now: () => 0,
  });
  connection.data(Buffer.from("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  await ended;
  return { writes, failed };
}
/** A body that comes in pieces, of a length that is said. */
function inPieces(said: number): Response {
  const pieces = Array.from({ length: Math.ceil(LONG.length / PIECE) }, (_, i) =>
    LONG.subarray(i * PIECE, (i + 1) * PIECE),
  ).values();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return new Response(body, { headers: { "Content-Length": String(said) } });
}

describe("a long answer leaves in pieces, so that no write of all of it keeps the others waiting", () => {
  test.each([
    ["one buffer", () => new Response(LONG)],
    ["pieces", () => inPieces(LONG.length)],
  ])("%s", async (_, answer) => {
    const { writes, failed } = await sent(answer);
    expect(failed).toEqual([]);
    expect(Math.max(...writes.map((bytes) => bytes.length))).toBeLessThanOrEqual(PIECE);
    const whole = Buffer.concat(writes);
    const head = whole.subarray(0, whole.indexOf("\r\n\r\n") + 4);
    expect(head.toString()).toContain(`content-length: ${LONG.length}\r\n`);
    expect(head.toString()).not.toContain("chunked");
    expect(whole.subarray(head.length).equals(LONG)).toBe(true);
  });
  test("one that is not as long as it said breaks off", async () => {
    const { failed } = await sent(() => inPieces(LONG.length + 1));
    expect(failed).toEqual([`Error: an answer said ${LONG.length + 1} bytes and had ${LONG.length}`]);
  });
});
