import { expect, test } from "bun:test";
import { ownNames, speaksFromHere } from "./here.ts";

const OWN = ownNames(["Box.example", "192.0.2.7"], ["https://cloud.example:8443/", null]);
const asks = (url: string, headers: Record<string, string> = {}) => speaksFromHere(new Request(url, { headers }), OWN);

test.each([
  ["http://localhost:8080/", {}],
  ["http://LOCALHOST./", {}],
  ["http://box.localhost/", {}],
  ["http://127.0.0.1:8080/", {}],
  ["http://127.1.2.3/", {}],
  ["http://[::1]:8080/", {}],
  ["http://box.example:8080/", {}],
  ["https://cloud.example/", {}],
  ["http://192.0.2.7/", {}],
  ["http://localhost/", { origin: "http://localhost:5173" }],
  ["http://localhost/", { origin: "https://cloud.example" }],
  ["http://localhost/", { origin: "http://127.0.0.1:8080", "sec-fetch-site": "same-origin" }],
])("%s %j is of this machine", (url, headers) => {
  expect(asks(url, headers as Record<string, string>)).toBe(true);
});
test.each([
  ["http://evil.example/", {}],
  ["http://127.0.0.1.evil.example/", {}],
  ["http://localhost.evil.example/", {}],
  ["http://notlocalhost/", {}],
  ["http://192.168.0.5/", {}],
  ["http://[2001:db8::1]/", {}],
  ["http://[::2]/", {}],
  ["http://localhost/", { origin: "https://evil.example" }],
  ["http://localhost/", { origin: "null" }],
  ["http://localhost/", { origin: "file://localhost/x" }],
  ["http://localhost/", { origin: "http://localhost.evil.example" }],
  ["http://localhost/", { origin: "" }],
  ["http://localhost/", { "sec-fetch-site": "cross-site" }],
  ["http://localhost/", { "x-forwarded-for": "127.0.0.1" }],
  ["http://localhost/", { forwarded: "for=127.0.0.1" }],
])("%s %j is not", (url, headers) => {
  expect(asks(url, headers as Record<string, string>)).toBe(false);
});
