import { afterAll, beforeAll, expect, test } from "bun:test";
import { encode } from "../../src/codec/index.ts";
import { connectPacket } from "../run/raw.ts";
import { RawHttp } from "../run/raw-http.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { BINARY, RawWebSocket } from "../run/web-socket.ts";

const FLEET = `workspaces:
  - slug: acme
    name: Acme
    products:
      - { slug: p, name: P, fields: [{ id: T, type: NUMERIC }], devices: [{ id: open }] }
    api_users:
      - { name: guests, rights: [{ devices: all, can: [view, record_measurements] }] }
`;
let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    fleet: FLEET,
    flags: ["--anonymous", "acme/guests", "--tls-name", "box.example", "--public-url", "https://cloud.example"],
  });
});
afterAll(() => server.remove());

/** What an anonymous CONNECT is answered. */
async function knocks(headers: string, host?: string): Promise<number | undefined> {
  const socket = await RawWebSocket.open(server.ports.http, "mqtt", headers, host);
  socket.send(BINARY, encode(5, connectPacket({ clientId: "" })));
  const { payload } = await socket.next();
  socket.socket.destroy();
  return payload[3];
}
async function metrics(head: string): Promise<number | undefined> {
  const http = await RawHttp.open(server.ports.http);
  http.write(`GET /metrics HTTP/1.1\r\n${head}\r\n`);
  const [answer] = await http.answers(1);
  http.end();
  return answer?.status;
}

test.each([
  ["", undefined],
  ["", "127.0.0.1:8080"],
  ["", "[::1]"],
  ["", "box.example"],
  ["", "cloud.example:8080"],
  ["Origin: http://localhost:5173\r\n", undefined],
])("2: without credentials a program of this machine comes in: %j %s", async (headers, host) => {
  expect(await knocks(headers, host)).toBe(0);
});
test.each([
  ["Origin: https://evil.example\r\n", undefined],
  ["Origin: null\r\n", undefined],
  ["Origin: http://evil.example\r\n", "evil.example"],
  ["", "rebound.evil.example:8080"],
  ["Sec-Fetch-Site: cross-site\r\n", undefined],
])("2: a web page of another site in a browser of this machine does not: %j %s", async (headers, host) => {
  expect(await knocks(headers, host)).toBe(0x86);
});
test("2: the figures are for programs of this machine, not for pages that rebind a name to it", async () => {
  for (const [head, status] of [
    ["Host: localhost\r\n", 200],
    ["Host: 127.0.0.1:8080\r\n", 200],
    ["Host: box.example\r\n", 200],
    ["Host: evil.example\r\n", 401],
    ["Host: localhost\r\nOrigin: https://evil.example\r\n", 401],
  ] as const)
    expect(await metrics(head), head).toBe(status);
});
