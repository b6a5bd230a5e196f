import { expect, test } from "bun:test";
import { cameBy } from "./came.ts";

test.each([
  ["tls", "TLSv1.3", "encrypted, TLS 1.3"],
  ["wss", null, "WebSocket, encrypted"],
  ["tcp", null, "open"],
  [null, null, null],
] as const)("%s %s", (transport, tls, said) => {
  expect(
    cameBy({ transport, tls }, { tcp: "open", tls: "encrypted", ws: "WebSocket", wss: "WebSocket, encrypted" }),
  ).toBe(said);
});
