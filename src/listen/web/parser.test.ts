import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Grammar, type Head, MOST_FIELDS, MOST_HEAD, RequestParser } from "./parser.ts";

const grammar = new Grammar();

/** What a connection hears of bytes that come in these pieces; a body as one text. */
function heard(pieces: readonly Uint8Array[]): { requests: [Head, string][]; end: string } {
  const requests: [Head, string][] = [];
  const parser = new RequestParser(grammar, {
    head: (head) => requests.push([head, ""]),
    body(bytes) {
      const last = requests.at(-1);
      if (last) last[1] += Buffer.from(bytes).toString("latin1");
    },
  });
  let whole = 0;
  try {
    for (const piece of pieces)
      for (let at = 0; at < piece.length; ) {
        const { state, taken, tooLarge } = parser.read(piece.subarray(at));
        at += taken;
        if (state === "bad") return { requests, end: tooLarge ? "too large" : "bad" };
        if (state === "whole") whole++;
        else expect(at).toBe(piece.length);
      }
  } finally {
    parser.free();
  }
  return { requests, end: `${whole} whole` };
}
const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const POST = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
const CHUNKS =
  "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
const GET = "GET / HTTP/1.1\r\nHost: x\r\nA: \t b c \r\nEmpty:\r\n\r\n";
const UPGRADE = "GET /u HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

describe("requests", () => {
  test("one behind the other, with line ends in between, bodies, chunks, trailers and an upgrade that nobody wants", () => {
    const { requests, end } = heard([bytes(`\r\n${POST}\r\n\r\n${CHUNKS}${UPGRADE}${GET}${POST}`)]);
    expect(end).toBe("5 whole");
    expect(requests.map(([{ method, target }, body]) => `${method} ${target} ${body}`)).toEqual([
      "POST /a?b=c abc",
      "POST / abcde",
      "GET /u ",
      "GET / ",
      "POST /a?b=c abc",
    ]);
    expect(requests[1]?.[0].fields).toEqual(["Host", "x", "Transfer-Encoding", "chunked"]);
    expect(requests[3]?.[0].fields).toEqual(["Host", "x", "A", "b c ", "Empty", ""]);
    expect(requests.map(([{ upgrade }]) => upgrade)).toEqual([false, false, true, false, false]);
  });
  test.each([
    ["HTTP/1.1", "", true],
    ["HTTP/1.1", "Connection: close\r\n", false],
    ["HTTP/1.0", "", false],
    ["HTTP/1.0", "Connection: keep-alive\r\n", true],
  ])("%s %j: whether the connection goes on", (version, line, goesOn) => {
    const { requests } = heard([bytes(`GET / ${version}\r\nHost: x\r\n${line}\r\n`)]);
    expect(requests[0]?.[0].keepAlive).toBe(goesOn);
  });
  test("a head has a largest size, and fields a largest number, however they come", () => {
    const long = bytes(`GET / HTTP/1.1\r\nA: ${"x".repeat(MOST_HEAD)}\r\n\r\n`);
    const many = bytes(`GET / HTTP/1.1\r\n${"A: b\r\n".repeat(MOST_FIELDS + 2)}\r\n`);
    for (const head of [long, many]) {
      expect(heard([head]).end).toBe("too large");
      expect(heard([...head].map((byte) => Uint8Array.of(byte))).end).toBe("too large");
    }
    const body = bytes(`POST / HTTP/1.1\r\nContent-Length: 200000\r\n\r\n${"x".repeat(200_000)}`);
    expect(heard([body]).end).toBe("1 whole");
  });
});

test("where the network cuts means nothing, also of what is no HTTP", () => {
  const parts = [
    POST,
    CHUNKS,
    GET,
    UPGRADE,
    "\r\n",
    " ",
    "\n",
    "\0",
    "Content-Length: 1\r\n",
    "0\r\n\r\n",
    ":",
    "HTTP/1.1",
  ];
  const stream = fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...parts) }, { weight: 1, arbitrary: fc.string() }), {
      maxLength: 6,
    })
    .map((all) => bytes(all.join("")));
  fc.assert(
    fc.property(stream, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (all, sizes) => {
      const pieces: Uint8Array[] = [];
      for (let at = 0, i = 0; at < all.length; i++) {
        const size = sizes[i % sizes.length] ?? 1;
        pieces.push(all.subarray(at, at + size));
        at += size;
      }
      const whole = heard([all]);
      const cut = heard(pieces);
      expect(cut.end).toBe(whole.end);
      if (whole.end !== "bad") expect(cut.requests).toEqual(whole.requests);
    }),
    { numRuns: 500 },
  );
});
