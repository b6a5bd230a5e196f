import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { tcp } from "../run/tls.ts";
import { until } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

type ListenerName = "mqtt" | "mqtts" | "http" | "https";
const HTTP = Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
const MQTT = Buffer.from([0x10, 16, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 4, 97, 98, 99, 100]);
const HELLO = Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3]);

async function sends(listener: ListenerName, bytes: Uint8Array): Promise<void> {
  const socket = await tcp(server.ports[listener]);
  socket.on("error", () => {}); // a reset is what is expected
  socket.write(bytes);
  await until("the end", () => socket.destroyed || socket.readableEnded || !socket.resume().readable);
  socket.destroy();
}
async function shakes(listener: ListenerName, options: ConnectionOptions): Promise<void> {
  const socket = connectTls({ host: "127.0.0.1", port: server.ports[listener], ...options });
  let over = false;
  const end = (): void => {
    over = true;
    socket.destroy();
  };
  socket.on("error", end);
  socket.on("close", end);
  await until("the end of the handshake", () => over);
}
interface Line {
  readonly listener?: string;
  readonly cause?: string;
  readonly remote?: string;
  readonly times?: number;
}
const lines = (): Line[] =>
  server
    .log()
    .split("\n")
    .filter((line) => line.includes('"cause"'))
    .map((line) => JSON.parse(line) as Line);

test.each([
  ["mqtts", "a CA that the client does not know", () => shakes("mqtts", {}), /do(?:es)? not trust/],
  ["https", "the same with a browser's port", () => shakes("https", {}), /do(?:es)? not trust/],
  [
    "mqtts",
    "TLS 1.1",
    () => shakes("mqtts", { minVersion: "TLSv1", maxVersion: "TLSv1.1", rejectUnauthorized: false }),
    /1\.1 or older/,
  ],
  [
    "mqtts",
    "RSA only",
    () => shakes("mqtts", { maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256", rejectUnauthorized: false }),
    /RSA/,
  ],
  ["mqtts", "MQTT without TLS", () => sends("mqtts", MQTT), /not TLS/],
  ["mqtts", "HTTP without TLS", () => sends("mqtts", HTTP), /plain HTTP/],
  ["https", "HTTP without TLS", () => sends("https", HTTP), /plain HTTP/],
  ["mqtt", "TLS", () => sends("mqtt", HELLO), /--mqtts/],
  ["mqtt", "HTTP", () => sends("mqtt", HTTP), /HTTP came to a port of MQTT/],
  ["http", "MQTT", () => sends("http", MQTT), /MQTT came to a port of HTTP/],
  ["http", "TLS", () => sends("http", HELLO), /--https/],
] as const)(
  "--%s, %s: one line with the listener, the address and the cause, and a count",
  async (listener, _, fn, cause) => {
    const count = () => server.metric("fieldcast_connections_refused_total");
    const before = await count();
    await fn();
    await until("the line", () => lines().some((line) => line.listener === listener && cause.test(line.cause ?? "")));
    expect(lines().find((line) => cause.test(line.cause ?? ""))?.remote).toBe("127.0.0.1");
    expect(await count()).toBeGreaterThan(before);
    // the same once more is counted, and not told again at once
    const said = lines().length;
    const then = await count();
    await fn();
    await until("the count", async () => (await count()) > then);
    expect(lines()).toHaveLength(said);
  },
);
test("another protocol at a port of MQTT is not called broken MQTT besides", async () => {
  const count = () => server.metric("fieldcast_connections_refused_total");
  const then = await count();
  for (const bytes of [HELLO, HTTP]) await sends("mqtt", bytes);
  await until("the count", async () => (await count()) >= then + 2);
  // of all that came until now, since such lines are folded: MQTT itself was never broken
  expect(
    server
      .log()
      .split("\n")
      .filter((line) => line.includes("broke the protocol")),
  ).toEqual([]);
});
test("the inspector tells of them, too", async () => {
  const answer = await server.http("/api/v1/inspect?kind=connection_refused", TOKENS.operator);
  expect(answer.status).toBe(200);
  await until("the events", async () => {
    const again = await server.http("/api/v1/inspect?kind=connection_refused", TOKENS.operator);
    return (await again.text()).includes("not trust the");
  });
});

test("what is no MQTT is one line of the log, however often it comes; so are refused logins", async () => {
  const REFUSED = Buffer.from([0x10, 15, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 3, 120, 121, 122]);
  for (let i = 0; i < 4; i++) await sends("mqtt", Buffer.from([0xc0, 0]));
  for (let i = 0; i < 4; i++) await sends("mqtt", REFUSED);
  const log = server.log().split("\n");
  expect(log.filter((line) => line.includes("the first packet is not a CONNECT"))).toHaveLength(1);
  expect(log.filter((line) => line.includes("refused a login") && line.includes('"xyz"'))).toHaveLength(1);
});
