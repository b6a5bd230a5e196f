import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import WebSocket from "ws";
import { createFrame, decode, encode, FRAME_COMPLETE, type Packet, readFrame } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, publishPacket } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until, within } from "../run/until.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.remove());

interface Opened {
  readonly socket: WebSocket;
  /** The bytes of all frames, as one stream. */
  readonly packets: () => readonly Packet[];
  /** How it ended. */
  readonly closed: Promise<number>;
}
async function open(): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.ports.http}/mqtt`, ["mqtt"]);
  let bytes = Buffer.alloc(0);
  socket.on("message", (data: Buffer, binary) => {
    expect(binary).toBe(true); // [MQTT-6.0.0-1]
    bytes = Buffer.concat([bytes, data]);
  });
  const { promise: closed, resolve } = Promise.withResolvers<number>();
  socket.on("close", (code) => resolve(code));
  socket.on("error", () => {}); // "close" follows
  const { promise, resolve: opened } = Promise.withResolvers<void>();
  socket.on("open", () => opened());
  await within("the WebSocket handshake", promise);
  expect(socket.protocol).toBe("mqtt");
  const packets = (): readonly Packet[] => {
    const frame = createFrame();
    const found: Packet[] = [];
    for (let at = 0; readFrame(bytes, at, bytes.length, 1e9, frame) === FRAME_COMPLETE; at = frame.bodyEnd)
      found.push(decode(5, bytes, frame));
    return found;
  };
  return { socket, packets, closed };
}
const HELLO = encode(5, connectPacket({ token: TOKENS.device, clientId: "ws" }));

describe("28: MQTT over WebSocket", () => {
  test("packets in binary frames, cut and joined anywhere [MQTT-6.0.0-2] [MQTT-6.0.0-4] [MQTT-4.2-1]", async () => {
    const note = encode(5, publishPacket("dtck-pub/my-product/dev1/NOTE", "ws", { qos: 1, packetId: 1 }));
    const all = Buffer.concat([HELLO, note, encode(5, { type: "pingreq" })]);
    for (const size of [1, 7, 50, all.length]) {
      const { socket, packets } = await open();
      for (let at = 0; at < all.length; at += size) socket.send(all.subarray(at, at + size));
      await until("three answers", () => packets().length === 3);
      expect(
        packets()
          .map(({ type }) => type)
          .sort(),
      ).toEqual(["connack", "pingresp", "puback"]);
      socket.terminate();
    }
  });
  test("an empty frame is no packet, and no mistake", async () => {
    const { socket, packets } = await open();
    for (const frame of [Buffer.alloc(0), HELLO, Buffer.alloc(0)]) socket.send(frame);
    await until("the answer", () => packets().length === 1);
    socket.terminate();
  });
  test("a text frame ends the connection, before the login and after it [MQTT-6.0.0-1]", async () => {
    for (const first of [[], [HELLO]]) {
      const { socket, packets, closed } = await open();
      for (const frame of first) socket.send(frame);
      if (first.length > 0) await until("the answer", () => packets().length === 1);
      socket.send("hello");
      expect(await within("the end", closed)).toBe(1003);
    }
  });
  test("what breaks the protocol is told, and ends it [MQTT-4.13.1-1] [MQTT-3.14.4-2]", async () => {
    const { socket, packets, closed } = await open();
    socket.send(HELLO);
    socket.send(HELLO);
    await within("the end", closed);
    expect(packets()).toMatchObject([{ type: "connack" }, { type: "disconnect", reasonCode: 0x82 }]);
  });
});
