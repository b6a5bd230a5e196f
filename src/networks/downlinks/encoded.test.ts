import { expect, test } from "bun:test";
import fc from "fast-check";
import { bytesOf, isPort, messageOf } from "./encoded.ts";
import { judgedRequest, requestOf } from "./http.ts";

const bytes = (list: number[], port: number | null = null) =>
  ({ is: "bytes", bytes: Uint8Array.from(list), port }) as const;
const problem = (part: string) => ({ is: "problem", problem: expect.stringContaining(part) }) as const;
const nothing = { is: "nothing" } as const;

test("bytes in every form that encoders return", () => {
  expect(bytesOf([1, 0, 255])).toEqual(bytes([1, 0, 255]));
  expect(bytesOf({ bytes: [7], fPort: 10 })).toEqual(bytes([7], 10));
  expect(bytesOf({ bytes: [7], port: 11, errors: [], warnings: ["x"] })).toEqual(bytes([7], 11));
  for (const none of [null, undefined, [], { bytes: [] }]) expect(bytesOf(none)).toEqual(nothing);
});

test("what are no bytes is told with its place", () => {
  expect(bytesOf([1, 256])).toEqual(problem("byte 1 that the script gave is 256"));
  expect(bytesOf([-1])).toEqual(problem("byte 0"));
  expect(bytesOf([1.5])).toEqual(problem("1.5"));
  expect(bytesOf(["1"])).toEqual(problem('"1"'));
  expect(bytesOf([{ "\u0000number": "NaN" }])).toEqual(problem("byte 0"));
  expect(bytesOf("0100")).toEqual(problem('gave "0100", not a list of bytes'));
  expect(bytesOf({ data: 1 })).toEqual(problem("has no bytes"));
  expect(bytesOf({ bytes: "01" })).toEqual(problem("not as a list"));
  expect(bytesOf({ bytes: [1], fPort: 224 })).toEqual(problem("the port 224; allowed is 1 to 223"));
  expect(bytesOf({ bytes: [1], errors: ["unknown mode", { a: 1 }] })).toEqual({
    is: "problem",
    problem: 'unknown mode; {"a":1}',
  });
  expect(bytesOf(new Array(243).fill(0))).toEqual(problem("243 bytes"));
});

test("whatever a script gives, reading it does not throw, and bytes are bytes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read = bytesOf(value);
      if (read.is === "bytes") expect(read.port === null || isPort(read.port)).toBe(true);
      messageOf(value);
      requestOf(value, { server: "https://n.example", key: "k" });
    }),
  );
});

test("a message for a broker", () => {
  expect(messageOf({ topic: "cmnd/lamp/POWER", payload: "ON" })).toEqual({
    is: "message",
    topic: "cmnd/lamp/POWER",
    payload: "ON",
  });
  expect(messageOf({ topic: "a", payload: { on: true } })).toEqual({
    is: "message",
    topic: "a",
    payload: '{"on":true}',
  });
  expect(messageOf({ topic: "a" })).toEqual({ is: "message", topic: "a", payload: "" });
  for (const none of [null, { topic: "", payload: "" }, {}]) expect(messageOf(none)).toEqual(nothing);
  expect(messageOf({ topic: "a/#", payload: "" })).toEqual(problem("without + and #"));
  expect(messageOf([1])).toEqual(problem("not {topic, payload}"));
});

const bare = { server: null, key: null };
test("a request: method, parameters, headers and body", () => {
  const given = {
    method: "put",
    url: "https://api.example/devices/1?a=1",
    queryParameters: { b: "x y", c: 2, none: null },
    headers: { "X-One": "1", Host: "evil.example", "Content-Length": "3" },
    body: { on: true },
  };
  expect(requestOf(given, bare)).toEqual({
    is: "request",
    request: {
      method: "PUT",
      url: "https://api.example/devices/1?a=1&b=x+y&c=2",
      headers: { "x-one": "1", "content-type": "application/json" },
      body: '{"on":true}',
    },
  });
  expect(requestOf({ url: "https://api.example", method: "GET", body: "x" }, bare)).toMatchObject({
    request: { body: null },
  });
  for (const none of [null, {}, { url: "" }]) expect(requestOf(none, bare)).toEqual(nothing);
});

test("the key of a network goes to its server, and to no other", () => {
  const set = { server: "https://api.example/v1", key: "Bearer secret" };
  const headersOf = (url: string, key = set.key) => {
    const read = requestOf({ url }, { server: set.server, key });
    return read.is === "request" ? [read.request.url, read.request.headers] : read;
  };
  expect(headersOf("/devices")).toEqual(["https://api.example/v1/devices", { authorization: "Bearer secret" }]);
  expect(headersOf("https://api.example/x")).toEqual(["https://api.example/x", { authorization: "Bearer secret" }]);
  expect(headersOf("https://evil.example/x")).toEqual(["https://evil.example/x", {}]);
  expect(headersOf("/x", "X-Api-Key: abc")).toEqual(["https://api.example/v1/x", { "x-api-key": "abc" }]);
  expect(headersOf("//evil.example/x")).toEqual(problem("the url"));
});

test("what is no request is told", () => {
  expect(requestOf({ url: "/x" }, bare)).toEqual(problem("with a network that has a server"));
  expect(requestOf({ url: "ftp://x.example" }, bare)).toEqual(problem("the url"));
  expect(requestOf({ url: "https://x.example", method: "CONNECT" }, bare)).toEqual(problem("the method"));
  expect(requestOf({ url: "https://x.example", headers: { "a b": "1" } }, bare)).toEqual(problem("no name of one"));
  expect(requestOf({ url: "https://x.example", headers: { a: "1\r\nb: 2" } }, bare)).toEqual(
    problem("signs that no header takes"),
  );
  expect(requestOf({ url: "https://x.example", body: "x".repeat(65_537) }, bare)).toEqual(problem("65537 characters"));
  expect(requestOf("https://x.example", bare)).toEqual(problem("not {method, url, headers, body}"));
});

test("answers to requests", () => {
  const read = (status: number, body = "") =>
    judgedRequest({ status, headers: new Headers(), body: new TextEncoder().encode(body) });
  expect(read(204)).toEqual({ is: "accepted", ids: [] });
  expect(read(422, '{"detail":"no such mode"}')).toEqual({ is: "refused", reason: "HTTP 422: no such mode" });
  expect(read(301)).toEqual({ is: "refused", reason: "HTTP 301" });
  expect(read(503)).toEqual({ is: "later", reason: "HTTP 503", seconds: null });
});
