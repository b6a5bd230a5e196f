import { expect, test } from "bun:test";
import { readAnswer, requestBytes } from "./connection.ts";

test("an answer is read when it is whole, and anything without a length is refused", () => {
  const text = "HTTP/1.1 200 OK\r\nETag: x\r\nContent-Length: 4\r\n\r\n{ü}";
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i++) expect(readAnswer(bytes.subarray(0, i))).toBeNull();
  expect(readAnswer(bytes)).toEqual({ status: 200, body: "{ü}" });
  expect(() => readAnswer(Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))).toThrow("length");
  expect(() => readAnswer(Buffer.from("220 smtp\r\n\r\n"))).toThrow("not an answer");
});

test("a request says its length in bytes", () => {
  expect(Buffer.from(requestBytes("t", "POST", "/x", "ü")).toString()).toBe(
    "POST /x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token t\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\nü",
  );
  expect(Buffer.from(requestBytes("t", "GET", "/x")).toString()).toEndWith("Token t\r\n\r\n");
});
