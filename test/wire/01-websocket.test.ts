import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { type ConnectPacket, encode, type Packet } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, publishPacket, Raw } from "../run/raw.ts";
import { RawHttp } from "../run/raw-http.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { BINARY, CLOSE, CONTINUATION, PING, PONG, RawWebSocket, TEXT } from "../run/web-socket.ts";

const NOTE = "dtck-pub/my-product/dev1/NOTE";
const NOTHING = new Uint8Array(0);
const PINGREQ = Uint8Array.of(0xc0, 0);
const PINGRESP = [0xd0, 0];
const hello = (wish: Partial<ConnectPacket> = {}): Uint8Array =>
  encode(wish.version ?? 5, connectPacket({ token: TOKENS.device, ...wish }));
const bytesOf = (...packets: Packet[]): Uint8Array => Buffer.concat(packets.map((packet) => encode(5, packet)));

let server: TestServer;
/** Another client, who must not notice anything. */
let canary: Raw;
beforeAll(async () => {
  server = await startServer({ flags: ["--max-bytes-before-login", "2MiB"] });
  canary = await Raw.login(server.ports.mqtt, { token: TOKENS.device });
});
afterAll(async () => {
  await canary.leave();
  await server.remove();
});

/** Of the test that runs. */
const sockets: RawWebSocket[] = [];
afterEach(async () => {
  for (const { socket } of sockets.splice(0)) socket.destroy();
  await until("their end", async () => (await server.metric("fieldcast_connections")) === 1);
});
async function open(protocol?: string, headers?: string): Promise<RawWebSocket> {
  const socket = await RawWebSocket.open(server.ports.http, protocol, headers);
  sockets.push(socket);
  return socket;
}
async function login(): Promise<RawWebSocket> {
  const socket = await open();
  socket.send(BINARY, hello());
  const { payload } = await socket.next();
  expect([payload[0], payload[3]]).toEqual([0x20, 0]);
  return socket;
}
/** The server still answers on it. */
async function answers(socket: RawWebSocket): Promise<void> {
  socket.send(BINARY, PINGREQ);
  expect([...(await socket.bytes(2))]).toEqual(PINGRESP);
}

describe("frames are a byte stream, whatever their borders", () => {
  test("[MQTT-6.0.0-2] one packet over many frames, a byte in each", async () => {
    const socket = await open();
    for (const byte of hello()) socket.send(BINARY, Uint8Array.of(byte));
    expect((await socket.next()).payload[0]).toBe(0x20);
    await answers(socket);
  });
  test("[MQTT-6.0.0-2] many packets in one frame, and the next begins in it", async () => {
    const socket = await open();
    const publish = bytesOf(publishPacket(NOTE, "x", { qos: 1, packetId: 7 }));
    socket.send(BINARY, Buffer.concat([hello(), PINGREQ, PINGREQ, publish.subarray(0, 5)]));
    socket.send(BINARY, publish.subarray(5));
    const seen: number[] = [];
    while (seen.length < 4) {
      const { payload } = await socket.next();
      for (let at = 0; at < payload.length; at += 2 + (payload[at + 1] ?? 0)) seen.push((payload[at] ?? 0) >> 4);
    }
    expect(seen).toEqual([2, 13, 13, 4]);
  });
  test("[MQTT-6.0.0-2] a message in fragments, with empty ones and a ping in between", async () => {
    const socket = await open();
    const bytes = hello();
    socket.send(BINARY, bytes.subarray(0, 3), { fin: false });
    socket.send(CONTINUATION, NOTHING, { fin: false });
    socket.send(PING, Uint8Array.of(1, 2, 3));
    expect(await socket.next()).toEqual({ opcode: PONG, payload: Buffer.from([1, 2, 3]) as Uint8Array });
    for (let i = 3; i < bytes.length - 1; i++) socket.send(CONTINUATION, bytes.subarray(i, i + 1), { fin: false });
    socket.send(CONTINUATION, bytes.subarray(-1));
    expect((await socket.next()).payload[0]).toBe(0x20);
    socket.send(PONG, NOTHING); // one that nobody asked for
    socket.send(BINARY, NOTHING);
    await answers(socket);
  });
  test("CVE-2026-25627: a packet that is longer than its frame waits for the rest, and is bounded like any", async () => {
    const socket = await login();
    socket.send(BINARY, Uint8Array.of(0x30, 0x80, 0x80, 0x01, 0, 1, 97));
    socket.send(PING, NOTHING);
    expect((await socket.next()).opcode).toBe(PONG);
    const tooLong = await login();
    tooLong.send(BINARY, Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
    const { payload } = await tooLong.next();
    expect([payload[0], payload[2]]).toEqual([0xe0, 0x95]);
    await tooLong.ended();
  });
  test("what came before a close frame is recorded", async () => {
    const socket = await open();
    const values = Array.from({ length: 30 }, (_, i) => publishPacket("dtck-pub/my-product/dev2/NOTE", `${i}`));
    socket.send(BINARY, Buffer.concat([hello(), bytesOf(...values)]));
    socket.send(CLOSE, Uint8Array.of(3, 232));
    await socket.ended();
    await until("the values", async () => (await server.history(TOKENS.device, "dev2", "NOTE")).length === 30);
  });
});

describe("what is not MQTT over WebSocket", () => {
  test("[MQTT-6.0.0-1] a text frame: closed with 1003, before the login and after it", async () => {
    for (const socket of [await open(), await login()]) {
      socket.send(TEXT, new TextEncoder().encode("hello"));
      expect(await socket.ended()).toBe(1003);
    }
  });
  test("[MQTT-6.0.0-3] [MQTT-6.0.0-4] the sub-protocol is mqtt, or mqttv3.1; the first that is known is agreed to", async () => {
    expect((await open("chat, mqtt")).head.toLowerCase()).toContain("sec-websocket-protocol: mqtt\r\n");
    const old = await open("mqttv3.1");
    expect(old.head.toLowerCase()).toContain("sec-websocket-protocol: mqttv3.1");
    old.send(BINARY, hello({ version: 3, clientId: "old" }));
    expect([...(await old.bytes(4))]).toEqual([0x20, 2, 0, 0]);
    for (const protocol of ["chat", "mqttv5", "MQTT,chat,"]) {
      const answer = await open(protocol).catch((error: Error) => error.message);
      if (protocol.startsWith("MQTT")) expect(answer).toBeInstanceOf(RawWebSocket);
      else expect(answer).toContain("HTTP/1.1 400 ");
    }
  });
  test("compression is not agreed to", async () => {
    const socket = await open("mqtt", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
    expect(socket.head.toLowerCase()).not.toContain("extensions");
    socket.send(BINARY, hello(), { reserved: 4 });
    await socket.ended();
  });
  test.each([
    ["a frame without a mask", BINARY, { masked: false }],
    ["a reserved bit", BINARY, { reserved: 1 }],
    ["an unknown opcode", 3, {}],
    ["an unknown control opcode", 11, {}],
    ["a continuation of nothing", CONTINUATION, {}],
    ["a ping in fragments", PING, { fin: false }],
    ["a frame that says to be huge", BINARY, { length: 0x7fffffff }],
    ["a frame that says to be larger than the bound", BINARY, { length: 524_289 }],
  ] as const)("%s ends that connection alone", async (_, opcode, form) => {
    const socket = await login();
    socket.send(opcode, PINGREQ, form);
    await socket.ended();
    expect(await canary.drain()).toEqual([]);
  });
  test("fragments that grow beyond the bound together end it, too", async () => {
    const socket = await login();
    const part = new Uint8Array(65_536);
    socket.send(BINARY, part, { fin: false });
    for (let i = 0; i < 9; i++) socket.send(CONTINUATION, part, { fin: false });
    await socket.ended();
    expect(await canary.drain()).toEqual([]);
  });
});

test("CVE-2017-7651: frames that never end hold bounded memory before the login: the oldest go, others log in", async () => {
  // a packet that is not whole, in a frame that is not either: 2 MiB are 87 of them
  const half = async (): Promise<RawWebSocket> => {
    const socket = await open();
    socket.send(BINARY, hello().subarray(0, 5), { length: 50_000 });
    return socket;
  };
  const many: RawWebSocket[] = [];
  for (let i = 0; i < 100; i++) many.push(await half());
  await many[0]?.ended();
  await many[1]?.ended();
  expect(await server.metric("fieldcast_disconnects_total", 'reason="login memory"')).toBeGreaterThan(1);
  expect(many.at(-1)?.isClosed).toBe(false);
  const socket = await login();
  await answers(socket);
  expect(await canary.drain()).toEqual([]);
});
test("a packet that is too large for a client that has not logged in is refused as over TCP, before its frame has come", async () => {
  const socket = await open();
  socket.send(BINARY, Uint8Array.of(0x10, 0x80, 0x80, 0x10), { length: 400_000 });
  await socket.ended();
});
test("towards a client each packet has a frame of its own, also when several leave at once", async () => {
  const socket = await open();
  const publishes = Array.from({ length: 20 }, (_, i) => publishPacket(NOTE, "x", { qos: 1, packetId: i + 1 }));
  socket.send(BINARY, Buffer.concat([hello(), bytesOf(...publishes), PINGREQ]));
  const seen: number[] = [];
  while (seen.length < 22) {
    const { payload } = await socket.next();
    expect(payload.length).toBe(2 + (payload[1] ?? 0));
    seen.push((payload[0] ?? 0) >> 4);
  }
  expect(seen.filter((type) => type === 4)).toHaveLength(20);
});
test("CVE-2017-7651: heads and bodies of HTTP that never come whole are bounded by the same: the oldest are told and go", async () => {
  const half = async (text: string): Promise<RawHttp> => {
    const http = await RawHttp.open(server.ports.http);
    http.write(text);
    return http;
  };
  const all: RawHttp[] = [];
  for (let i = 0; i < 40; i++) all.push(await half(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(30_000)}`));
  for (let i = 0; i < 40; i++)
    all.push(await half(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n${"x".repeat(60_000)}`));
  expect((await all[0]?.answers(1))?.[0]?.status).toBe(503);
  await all[0]?.closed();
  const asks = await half("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect((await asks.answers(1))[0]?.status).toBe(200);
  expect(await server.metric("fieldcast_connections_refused_total", 'reason="http_bodies"')).toBeGreaterThan(10);
  for (const http of [...all, asks]) http.end();
});
