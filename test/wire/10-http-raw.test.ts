import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync, deflateSync } from "node:zlib";
import { TOKENS } from "../run/fleet.ts";
import { RawHttp } from "../run/raw-http.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());
const opened: RawHttp[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.end();
});

const AUTH = `Authorization: Token ${TOKENS.device}\r\n`;
const value = (n: number) => `{"field":"STEPS","value":${n}}`;
function post(body: string, more = "", path = "/v1/devices/dev1/record/"): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${AUTH}${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
const get = (path: string, more = AUTH) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const chunked = (...parts: string[]) =>
  `POST /v1/devices/dev1/record/ HTTP/1.1\r\nHost: localhost\r\n${AUTH}Transfer-Encoding: chunked\r\n\r\n` +
  `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}0\r\n\r\n`;

for (const secure of [false, true]) {
  const open = async (): Promise<RawHttp> => {
    const one = await RawHttp.open(secure ? server.ports.https : server.ports.http, secure ? server.caFile : undefined);
    opened.push(one);
    return one;
  };
  describe(`10: ${secure ? "HTTPS" : "HTTP"} byte by byte`, () => {
    test.each([
      ["a line end behind the body, as println writes", [`${post(value(1))}\r\n`], [200]],
      ["several of them, and another request", [`${post(value(1))}\r\n\r\n\r\n`, post(value(2))], [200, 200]],
      ["the line end comes later, with the next request", [post(value(1)), `\r\n${post(value(2))}`], [200, 200]],
      ["POST and POST in one packet", [post(value(1)) + post(value(2))], [200, 200]],
      ["POST and GET in one packet", [post(value(1)) + get("/v1/devices/dev1/")], [200, 200]],
      ["GET, POST, GET", [get("/healthz") + post(value(1)) + get("/metrics")], [200, 200, 200]],
      ["a refused one between two others", [post(value(1)) + post("{}") + post(value(2))], [200, 400, 200]],
      ["every asynchronous route", [get("/v1/log/") + get("/api/v1/products") + get("/v1/sessions/")], [200, 200, 403]],
      [
        "an export that is made while it is sent",
        [
          get("/v1/export/?products=my-product&format=csv", `Authorization: Token ${TOKENS.owner}\r\n`) +
            post(value(1)),
        ],
        [200, 200],
      ],
      ["chunks, and another request", [chunked('{"field":"STEPS",', '"value":3}') + get("/healthz")], [200, 200]],
      ["half a request ahead", [post(value(1)) + post(value(2)).slice(0, 50), post(value(2)).slice(50)], [200, 200]],
      ["a byte at a time", [...post(value(4), "Connection: close\r\n")], [200]],
    ])("%s", async (_, parts, statuses) => {
      const http = await open();
      for (const part of parts) {
        http.write(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      const answers = await http.answers(statuses.length);
      expect(answers.map(({ status }) => status)).toEqual(statuses);
      expect(http.failure).toBe("");
    });
    test("a hundred at once are answered in their order", async () => {
      const http = await open();
      http.write(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? post(value(i)) : get(`/none/${i}`))).join(""));
      const answers = await http.answers(100);
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, (_, i) => (i % 2 ? 404 : 200)));
    });
    test("what was sent before the client closed its side is answered", async () => {
      const http = await open();
      http.socket.end(post(value(1)) + post(value(2)));
      expect((await http.answers(2)).map(({ status }) => status)).toEqual([200, 200]);
      await http.closed();
    });
    test("a body above the limit: the catalogue's answer is read, and nothing is reset", async () => {
      const http = await open();
      http.write(post("x".repeat(3_000_000)));
      const [answer] = await http.answers(1);
      expect([answer?.status, (JSON.parse(answer?.body ?? "") as { code: string }).code]).toEqual([
        413,
        "value_too_large",
      ]);
      expect(answer?.headers.get("connection")).toBe("close");
      await http.closed();
      expect(http.failure).toBe("");
    });
    test("the same in chunks, and for what is never sent", async () => {
      const chunks = await open();
      chunks.write(chunked(...Array.from({ length: 40 }, () => "x".repeat(60_000))));
      expect((await chunks.answers(1))[0]?.status).toBe(413);
      const announced = await open();
      announced.write(post("").replace("Content-Length: 0", "Content-Length: 99999999999"));
      expect((await announced.answers(1))[0]?.status).toBe(413);
      const asks = await open();
      asks.write(post("").replace("Content-Length: 0", "Expect: 100-continue\r\nContent-Length: 9999999"));
      expect((await asks.answers(1))[0]?.status).toBe(413);
      expect(asks.text).not.toContain("100 Continue");
    });
    test("100 (Continue) comes before the body, and the answer behind it", async () => {
      const http = await open();
      const body = value(5);
      http.write(post("").replace("Content-Length: 0", `Expect: 100-continue\r\nContent-Length: ${body.length}`));
      await until("100 (Continue)", () => http.text.includes("100 Continue"));
      expect(http.text).toStartWith("HTTP/1.1 100 Continue\r\n\r\n");
      http.write(body);
      expect((await http.answers(1))[0]?.status).toBe(200);
    });
    test("HEAD says no length that is not true, and the next answer follows at once", async () => {
      const http = await open();
      http.write(get("/healthz").replace("GET", "HEAD") + get("/healthz"));
      const [head, whole] = await http.answers(2, (n) => n === 0);
      const length = head?.headers.get("content-length");
      expect(length === undefined || length === whole?.headers.get("content-length")).toBe(true);
      expect([head?.status, whole?.status, whole?.body]).toEqual([200, 200, '{"status":"ok"}']);
    });
    test("HTTP/1.0 without a Host, as load balancers ask; it ends with the answer, or is kept when asked to", async () => {
      const once = await open();
      once.write("GET /healthz HTTP/1.0\r\n\r\n");
      expect((await once.answers(1))[0]?.status).toBe(200);
      await once.closed();
      const kept = await open();
      kept.write("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      expect((await kept.answers(1))[0]?.headers.get("connection")).toBe("keep-alive");
      kept.write("OPTIONS /healthz HTTP/1.0\r\n\r\n");
      expect(await kept.answers(2)).toHaveLength(2);
    });
    test("gzip and deflate are read, within the limit; what else there is says so", async () => {
      const http = await open();
      const packed = (bytes: Uint8Array, encoding: string): Uint8Array => {
        const head = post("").replace(
          "Content-Length: 0",
          `Content-Encoding: ${encoding}\r\nContent-Length: ${bytes.length}`,
        );
        return Buffer.concat([Buffer.from(head, "latin1"), bytes]);
      };
      const tries: [Uint8Array, string, number, string][] = [
        [gzipSync(value(6)), "gzip", 200, "ok"],
        [gzipSync(value(7)), "X-GZIP", 200, "ok"],
        [deflateSync(value(8)), "deflate", 200, "ok"],
        [Buffer.from(value(9)), "identity", 200, "ok"],
        [gzipSync(Buffer.alloc(50_000_000)), "gzip", 413, "value_too_large"],
        [gzipSync(value(6)).subarray(0, 20), "gzip", 400, "invalid_request"],
        [Buffer.from(value(9)), "br", 415, "unsupported_encoding"],
        [gzipSync(gzipSync(value(6))), "gzip, gzip", 415, "unsupported_encoding"],
      ];
      for (const [n, [bytes, encoding, status, code]] of tries.entries()) {
        http.write(packed(bytes, encoding));
        const answer = (await http.answers(n + 1))[n];
        expect([answer?.status, answer?.body.includes(code)], encoding).toEqual([status, true]);
      }
    });
    const HOST = "Host: localhost\r\n";
    test.each([
      [
        "a length and chunks",
        `POST / HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        400,
      ],
      [
        "chunks and a length",
        `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
        400,
      ],
      ["two lengths", `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
      ["a list of lengths", `POST / HTTP/1.1\r\n${HOST}Content-Length: 1, 1\r\n\r\na`, 400],
      ["a signed length", `POST / HTTP/1.1\r\n${HOST}Content-Length: +1\r\n\r\na`, 400],
      [
        "a length beyond all numbers",
        `POST / HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999999\r\n\r\na`,
        400,
      ],
      ["a bad chunk size", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n`, 400],
      [
        "a chunk size beyond all numbers",
        `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
        400,
      ],
      [
        "a chunk longer than it says",
        `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`,
        400,
      ],
      ["chunks that are not last", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked, gzip\r\n\r\n`, 400],
      ["another transfer coding", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n`, 400],
      ["a space before the colon", `GET / HTTP/1.1\r\n${HOST}A : b\r\n\r\n`, 400],
      ["a folded header", `GET / HTTP/1.1\r\n${HOST}A: b\r\n c\r\n\r\n`, 400],
      ["bare line feeds", "GET / HTTP/1.1\nHost: localhost\n\n", 400],
      ["a zero in a header", `GET / HTTP/1.1\r\n${HOST}A: b\0c\r\n\r\n`, 400],
      ["no Host", "GET / HTTP/1.1\r\n\r\n", 400],
      ["two Hosts", `GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
      ["a Host that is none", "GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n", 400],
      ["a target that is no path", `GET x HTTP/1.1\r\n${HOST}\r\n`, 400],
      ["an endless target", `GET /${"a".repeat(100_000)} HTTP/1.1\r\n${HOST}\r\n`, 431],
      ["an endless header", `GET / HTTP/1.1\r\n${HOST}A: ${"a".repeat(100_000)}\r\n\r\n`, 431],
      ["too many headers", `GET / HTTP/1.1\r\n${HOST}${"A: b\r\n".repeat(1000)}\r\n`, 431],
      ["CONNECT", `CONNECT localhost:1 HTTP/1.1\r\n${HOST}\r\n`, 405],
      ["TRACE", `TRACE / HTTP/1.1\r\n${HOST}\r\n`, 405],
      ["another version", `GET / HTTP/2.0\r\n${HOST}\r\n`, 505],
      ["HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
      ["something else expected", `POST / HTTP/1.1\r\n${HOST}Expect: tea\r\nContent-Length: 1\r\n\r\na`, 417],
      ["no HTTP at all", "EHLO example\r\n", 400],
    ])("%s: refused in words, and nothing behind it is read", async (_, bytes, status) => {
      const http = await open();
      http.write(bytes + get("/healthz"));
      await http.closed();
      const answers = await http.answers(1);
      expect(answers.map((answer) => answer.status)).toEqual([status]);
      expect(JSON.parse(answers[0]?.body ?? "")).toMatchObject({
        message: expect.any(String),
        code: expect.any(String),
      });
    });
    test.each([
      ["the absolute form", `GET http://localhost/healthz HTTP/1.1\r\n${HOST}\r\n`, 200],
      [
        "an upgrade to what is not spoken",
        get("/healthz", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"),
        200,
      ],
      ["a body where none is meant", `GET /healthz HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`, 200],
      ["white space behind a Host", get("/healthz").replace("localhost", "localhost \t"), 200],
      ["a path that climbs", get("/v1/../healthz"), 200],
    ])("%s is served, and the connection goes on", async (_, bytes, status) => {
      const http = await open();
      http.write(bytes + get("/healthz"));
      expect((await http.answers(2)).map((answer) => answer.status)).toEqual([status, 200]);
    });
  });
}
