import { expect, test } from "bun:test";
import { Answers, publishId } from "./answers.ts";
import { publishPacket } from "./packets.ts";
import { frame } from "./websocket.ts";

const id = (n: number) => Uint8Array.of(n >> 8, n & 0xff);
const hex = (bytes: Uint8Array | undefined) => (bytes ? Buffer.from(bytes).toString("hex") : bytes);

test("what is collected while the last answers are still being written does not change them", () => {
  const answers = new Answers(false);
  expect(answers.take()).toBeUndefined();
  answers.add(0x40, id(1), 0);
  answers.add(0x50, id(0x1234), 0);
  const first = answers.take();
  answers.add(0x70, id(9), 0);
  expect(hex(first)).toBe("4002000150021234");
  expect(hex(answers.take())).toBe("70020009");
  expect(answers.take()).toBeUndefined();
});

test("on a WebSocket they are one frame, also when they outgrow the buffer", () => {
  const answers = new Answers(true);
  const plain = Buffer.concat(Array.from({ length: 40_000 }, (_, i) => Uint8Array.of(0x40, 2, ...id(i))));
  for (let i = 0; i < 40_000; i++) answers.add(0x40, id(i), 0);
  expect(hex(answers.take())).toBe(hex(frame(plain)));
});

test("finds the packet identifier behind the topic", () => {
  const packet = publishPacket(4, "dtck/a/b/C", "21", 2, 0x0102);
  expect(publishId(packet, 2)).toBe(packet.length - 4);
});
